import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { UserError } from '@ehrsynth/io';
import { describe, expect, it } from 'vitest';
import { writeSums } from './manifest.ts';
import { editJson, type Json, reseal, testPackage } from './testing.ts';
import { verifyRelease } from './verify.ts';

const { at, append, faults, folder, outside, restore } = testPackage();

it('a whole package has no fault, also when its folder is given by a link', async () => {
  const found = await verifyRelease(folder());
  expect(found.faults).toEqual([]);
  expect(found).toMatchObject({ files: 10, signature: { state: 'absent' } });
  expect(found.standing).toEqual({
    off: [],
    loosened: [],
    accepted: [],
    notMeasured: [],
    tooFew: [],
    withheld: false,
  });
  symlinkSync(folder(), outside('link'));
  expect((await verifyRelease(outside('link'))).faults).toEqual([]);
  await reseal(folder());
  expect(await faults()).toEqual([]);
});

describe('nothing is added', () => {
  it.each(['.hidden', '.git/config', 'data/.DS_Store', 'data/a/b/.c/d', 'more.txt', 'data/…'])('%s', async (path) => {
    mkdirSync(at(path, '..'), { recursive: true });
    writeFileSync(at(path), 'x');
    expect(await faults()).toEqual([
      `${path}: not in SHA256SUMS; it was added later`,
      `${path}: not in datapackage.json`,
    ]);
  });

  it('a file that SHA256SUMS has and the manifest has not', async () => {
    writeFileSync(at('.hidden'), 'x');
    await writeSums(folder());
    expect(await faults()).toEqual(['.hidden: not in datapackage.json']);
  });

  it('an empty folder', async () => {
    mkdirSync(at('data', '.git', 'refs'), { recursive: true });
    expect(await faults()).toEqual([expect.stringMatching(/^data\/\.git\/refs: an empty folder/)]);
  });

  it('a name that is not UTF-8', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${folder()}/`), Buffer.from([0x62, 0xff])]), 'x');
    expect(await faults()).toEqual([expect.stringContaining('its name is not UTF-8')]);
  });

  it('names reach the terminal without what acts on it', async () => {
    writeFileSync(at('\u001b[2J\u202etxt.exe\nSHA256SUMS: OK'), 'x');
    const [first] = await faults();
    expect(first).toContain('\\u001b[2J\\u202etxt.exe\\nSHA256SUMS: OK: not in SHA256SUMS');
    expect((await faults()).join('')).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});

describe('nothing but plain files is opened', () => {
  it('a link in place of a file, though it has the very same bytes', async () => {
    rmSync(at('data/t.csv'));
    symlinkSync(outside('t.csv'), at('data/t.csv'));
    expect(await faults()).toContainEqual(expect.stringMatching(/^data\/t\.csv: a symbolic link/));
  });

  it.each([
    ['to a folder', '../..'],
    ['to nowhere', 'nowhere'],
    ['to itself', 'odd'],
    ['to an endless file', '/dev/zero'],
  ])('a link %s', async (_, target) => {
    symlinkSync(target, at('data', 'odd'));
    expect(await faults()).toEqual([expect.stringMatching(/^data\/odd: a symbolic link/)]);
  });

  it('a link in place of the checksums, or of the folder of records', async () => {
    renameSync(at('SHA256SUMS'), outside('sums'));
    symlinkSync(outside('sums'), at('SHA256SUMS'));
    renameSync(at('data'), outside('records'));
    symlinkSync(outside('records'), at('data'));
    const found = (await faults()).join('\n');
    expect(found).toMatch(/^SHA256SUMS: a symbolic link/m);
    expect(found).toMatch(/^data: a symbolic link/m);
    expect(found).toMatch(/^data\/: missing/m);
    rmSync(outside('records'), { recursive: true });
  });

  it.skipIf(process.platform === 'win32')('a named pipe and a socket, without waiting', async () => {
    execFileSync('mkfifo', [at('data', 'pipe')]);
    rmSync(at('report.json'));
    execFileSync('mkfifo', [at('report.json')]);
    const server = createServer();
    await new Promise<void>((done) => server.listen(at('s'), done));
    const found = await faults();
    server.close();
    for (const words of ['data/pipe: a named pipe', 'report.json: a named pipe', 's: a socket'])
      expect(found).toContainEqual(expect.stringContaining(words));
  });
});

describe('checksums and manifest name files of the package, once', () => {
  const zeros = '0'.repeat(64);
  it.each([
    ['../outside.csv', 'a path with .. in it'],
    ['data/../t.csv', 'a path with .. in it'],
    ['/etc/hostname', 'an absolute path'],
    ['C:/x', 'an absolute path'],
    ['data\\t.csv', 'a path with a backslash'],
    ['data//t.csv', 'an empty part'],
    ['./data/t.csv', 'a dot as a part'],
    ['data/\u0007', 'control characters'],
    ['SHA256SUMS', 'a file that is written after it'],
    ['SHA256SUMS.minisig', 'a file that is written after it'],
    ['LICENSE.txt', 'a file twice'],
  ])('%s', async (path, what) => {
    append('SHA256SUMS', `${zeros}  ${path}\n`);
    expect(await faults()).toEqual([expect.stringMatching(RegExp(`^SHA256SUMS: it lists .*${what}`))]);
    restore();
    editJson(folder(), 'datapackage.json', ({ resources }: Json) =>
      resources.push({ path, hash: `sha256:${zeros}`, bytes: 1 }),
    );
    await writeSums(folder());
    expect(await faults()).toEqual([expect.stringMatching(RegExp(`^datapackage.json: it lists .*${what}`))]);
  });

  it.each(['data/T.csv', 'report.HTML'])('%s, which some systems take for another', async (path) => {
    writeFileSync(at(path), 'x');
    await writeSums(folder()).catch(() => append('SHA256SUMS', `${zeros}  ${path}\n`));
    expect(await faults()).toContainEqual(
      expect.stringMatching(/: its name differs from .* only in case or in the form of accents/),
    );
  });

  it('a line that is none, a size that is another, a file that is missing', async () => {
    append('SHA256SUMS', `data/t.csv\n${zeros}  gone.txt\n`);
    const found = await faults();
    expect(found).toContain('SHA256SUMS: a line is not a checksum and a path: data/t.csv');
    expect(found).toContain('gone.txt: missing');
    restore();
    editJson(folder(), 'datapackage.json', ({ resources }: Json) => (resources[0].bytes += 1));
    await writeSums(folder());
    expect(await faults()).toEqual([expect.stringContaining('its size differs from that in datapackage.json')]);
  });

  it('no package is written that these would refuse', async () => {
    symlinkSync(outside('t.csv'), at('odd'));
    await expect(writeSums(folder())).rejects.toThrow('odd: a symbolic link');
    rmSync(at('odd'));
    writeFileSync(at('a\\b'), 'x');
    await expect(writeSums(folder())).rejects.toThrow('a path with a backslash');
  });
});

describe('damage is said in words', () => {
  it.each(['SHA256SUMS', 'datapackage.json', 'report.json', 'outcome.json', 'policy.yaml'])(
    '%s is a folder, is gone, is too large',
    async (name) => {
      const size = readFileSync(at(name)).length;
      truncateSync(at(name), (1 << 26) + 1);
      expect(size).toBeGreaterThan(0);
      expect(await faults()).toContainEqual(expect.stringMatching(RegExp(`^${name}: larger than the \\d+ [KM]B`)));
      rmSync(at(name));
      expect(await faults()).toContainEqual(expect.stringMatching(RegExp(`^${name}: missing`)));
      mkdirSync(at(name));
      writeFileSync(at(name, 'x'), 'x');
      expect(await faults()).toContainEqual(expect.stringMatching(RegExp(`^${name}: missing`)));
    },
  );

  it.skipIf(process.getuid?.() === 0)('what may not be read', async () => {
    chmodSync(at('report.json'), 0);
    mkdirSync(at('shut'));
    chmodSync(at('shut'), 0);
    const found = await faults();
    chmodSync(at('shut'), 0o700);
    expect(found).toContainEqual(expect.stringMatching(/^report\.json: cannot be read: no permission/));
    expect(found).toContainEqual(expect.stringMatching(/^shut: cannot be read: no permission/));
  });

  it('an empty folder is a fault; none, or a file, is wrong usage', async () => {
    rmSync(folder(), { recursive: true });
    const missing = await verifyRelease(folder()).catch((error) => error as UserError);
    expect(missing).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('No such file or folder'),
    });
    writeFileSync(folder(), 'x');
    expect(await verifyRelease(folder()).catch((error) => error as UserError)).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('Not a folder'),
    });
    rmSync(folder());
    mkdirSync(folder());
    expect(await faults()).toEqual(['the folder: empty; it contains no release']);
  });
});
