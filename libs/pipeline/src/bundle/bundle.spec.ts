import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './bundle.ts';
import { bundledNode } from './bundled-node.ts';
import { NotNodeError, OtherNodeError } from './errors.ts';
import { LAUNCHER } from './launcher.ts';
import { membersOf, writeTarGz } from './tar-gz.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'bundle-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (path: string, text: string | Buffer) => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

/** As long as a real one, with nothing in it but the first bytes of a program for Linux. */
function program(path: string, machine: number, bytes = 40_000_000): string {
  const header = Buffer.alloc(20);
  header.write('\x7fELF', 'latin1');
  header.writeUInt16LE(machine, 18);
  const file = write(path, header);
  truncateSync(file, bytes);
  return file;
}
const [X64, ARM64] = [62, 183];

describe('the archive', () => {
  it('has the same bytes whenever its files were written, and programs that can be run', async () => {
    const files = ['a/one.txt', 'a/deep/two.txt', 'a/left-out.txt'].map((path) => write(path, path));
    const written: Buffer[] = [];
    for (const year of [2020, 2025]) {
      for (const file of files) utimesSync(file, new Date(year, 0), new Date(year, 0));
      const members = await membersOf(join(folder, 'a'), 'inside', (path) => !path.startsWith('left'));
      members.push({ name: 'bin/run', content: { text: '#!/bin/sh\n' }, isProgram: true });
      const order = year === 2020 ? members : members.toReversed();
      await writeTarGz(join(folder, 'archive.tar.gz'), order);
      written.push(readFileSync(join(folder, 'archive.tar.gz')));
    }
    expect(written[0].equals(written[1])).toBe(true);
    // Spark refuses an archive that has its own folder, ./, among its entries.
    const listed = execFileSync('tar', ['-tzf', join(folder, 'archive.tar.gz')], { encoding: 'utf8' });
    expect(listed).toBe('bin/run\ninside/deep/two.txt\ninside/one.txt\n');
    const into = join(folder, 'unpacked');
    mkdirSync(into);
    execFileSync('tar', ['-xzf', join(folder, 'archive.tar.gz'), '-C', into]);
    expect(readFileSync(join(into, 'inside/deep/two.txt'), 'utf8')).toBe('a/deep/two.txt');
    expect(lstatSync(join(into, 'inside/left-out.txt'), { throwIfNoEntry: false })).toBeUndefined();
    expect(lstatSync(join(into, 'bin/run')).mode & 0o111).toBe(0o111);
  });

  it('is refused where a file of that name is', async () => {
    const out = write('there.tar.gz', 'mine');
    await expect(bundle({ out, arch: 'x64' })).rejects.toThrow(/already exists[\s\S]*there\.tar\.gz[\s\S]*--force/);
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });
});

it.skipIf(process.platform === 'win32')('its command runs its own Node from any folder, through links', () => {
  const launcher = write('home é/bin/ehrsynth', LAUNCHER);
  const node = write('home é/node/bin/node', '#!/bin/sh\nprintf "%s|" "$0" "$@"\n');
  for (const file of [launcher, node]) chmodSync(file, 0o755);
  symlinkSync('home é', join(folder, 'alias'));
  mkdirSync(join(folder, 'links'));
  symlinkSync('../alias/bin/ehrsynth', join(folder, 'links', 'first'));
  symlinkSync(join(folder, 'links', 'first'), join(folder, 'second'));
  const env = { PATH: '/usr/bin:/bin', CDPATH: '/' };
  const run = (command: string, cwd: string) =>
    execFileSync(command, ['generate', 'a model'], { cwd, env, encoding: 'utf8' });
  const wanted =
    /home é\/node\/bin\/node\|.*home é\/lib\/node_modules\/ehrsynth\/bin\/ehrsynth\.js\|generate\|a model\|$/;
  expect(run('./alias/bin/ehrsynth', folder)).toMatch(wanted);
  expect(run('../second', join(folder, 'links'))).toMatch(wanted);
  expect(run(join(folder, 'second'), '/')).toMatch(wanted);
});

describe('the Node that goes into it', () => {
  const into = () => mkdtempSync(join(folder, 'into-'));

  it('is a program for the archive’s machines', () => {
    expect(bundledNode('arm64', program('arm', ARM64), into()).file).toBe(join(folder, 'arm'));
    expect(() => bundledNode('x64', program('arm', ARM64), into())).toThrow(/it is not for x64/);
    expect(() => bundledNode('x64', write('script', '#!/bin/sh\n'), into())).toThrow(/not a Linux program/);
    expect(() => bundledNode('x64', program('small', X64, 1e6), into())).toThrow(NotNodeError);
    expect(() => bundledNode('x64', join(folder, 'nowhere'), into())).toThrow(/No such file/);
  });

  it('comes from an archive as nodejs.org has them, with its licence', () => {
    program('node-v0-linux-arm64/bin/node', ARM64);
    write('node-v0-linux-arm64/LICENSE', 'MIT');
    write('node-v0-linux-arm64/include/node.h', '');
    const pack = (name: string, ...paths: string[]) => {
      execFileSync('tar', ['-czf', join(folder, name), '-C', folder, ...paths]);
      return join(folder, name);
    };
    const at = into();
    const { file, licence } = bundledNode('arm64', pack('node.tar.gz', 'node-v0-linux-arm64'), at);
    expect(file).toBe(join(at, 'node-v0-linux-arm64/bin/node'));
    expect(readFileSync(licence!, 'utf8')).toBe('MIT');
    const other = pack('other.tgz', 'node-v0-linux-arm64/include');
    expect(() => bundledNode('arm64', other, into())).toThrow(/it has no bin\/node/);
    expect(() => bundledNode('arm64', write('broken.tar.gz', 'no archive'), into())).toThrow(NotNodeError);
    expect(() => bundledNode('arm64', join(folder, 'nowhere.tar.xz'), into())).toThrow(/No such file/);
  });

  it('is asked for where the one that runs is for other machines', () => {
    const other = process.arch === 'x64' ? 'arm64' : 'x64';
    expect(() => bundledNode(other, undefined, into())).toThrow(OtherNodeError);
  });
});
