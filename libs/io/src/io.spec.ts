import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkGzip, LineWriter, readLines, readWholeFile, Spill } from './index.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'io-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('lines', () => {
  it('come back as they were written, gzipped or not', async () => {
    const line = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((text) => text.trim() !== '' && !/[\r\n]/.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 50 }),
        fc.constantFrom('a.ndjson', 'a.ndjson.gz'),
        async (lines, name) => {
          const path = join(folder, name);
          const writer = new LineWriter(path);
          for (const text of lines) await writer.write(text);
          await writer.close();
          const read: string[] = [];
          for await (const { text, number } of readLines(path)) read[number - 1] = text;
          expect(read).toEqual(lines);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are numbered as an editor numbers them, whatever ends them', async () => {
    const path = join(folder, 'a.txt');
    writeFileSync(path, 'one\r\n\r\n\nfour\nfive');
    const read: [number, string][] = [];
    for await (const { text, number } of readLines(path)) read.push([number, text]);
    expect(read).toEqual([
      [1, 'one'],
      [4, 'four'],
      [5, 'five'],
    ]);
  });

  it('say what is wrong with the place', async () => {
    const writer = new LineWriter(join(folder, 'none', 'a.txt'));
    await writer.write('x');
    await expect(writer.close()).rejects.toThrow(/No such file or folder[\s\S]*none/);
    await expect(writer.opened()).rejects.toThrow(/No such file or folder/);
  });

  it('take a time that grows with their length alone', async () => {
    // Held line and next chunk joined and split again and again would copy 40 MB a hundred times over.
    const path = join(folder, 'long.ndjson');
    writeFileSync(path, `${'x'.repeat(40 << 20)}\nshort\n`);
    const read: number[] = [];
    for await (const { text } of readLines(path)) read.push(text.length);
    expect(read).toEqual([40 << 20, 5]);
  });

  it('over the limit are refused, or reported and passed over', async () => {
    const path = join(folder, 'a.txt');
    // Within one chunk, over several chunks, and at the end; of two bytes a letter.
    writeFileSync(path, `one\n${'ü'.repeat(600)}\nthree\n${'x'.repeat(1 << 19)}\nfive\n${'y'.repeat(1001)}`);
    const limits = { maxLineBytes: 1000 };
    const read: [number, string | undefined][] = [];
    for await (const { text, number, tooLong } of readLines(path, limits, 'report'))
      read.push([number, tooLong ? undefined : text]);
    expect(read).toEqual([
      [1, 'one'],
      [2, undefined],
      [3, 'three'],
      [4, undefined],
      [5, 'five'],
      [6, undefined],
    ]);
    const refused = async () => {
      for await (const line of readLines(path, limits)) void line;
    };
    await expect(refused()).rejects.toThrow(/longer than 0 MB[\s\S]*a\.txt, line 2[\s\S]*--max-line-mb/);
  });

  it('without a byte order mark, and whole where a letter goes over two chunks', async () => {
    const path = join(folder, 'a.txt');
    writeFileSync(path, `\uFEFF${'x'.repeat((1 << 18) - 4)}ü\nend`);
    const read: string[] = [];
    for await (const { text } of readLines(path)) read.push(text);
    expect(read).toEqual([`${'x'.repeat((1 << 18) - 4)}ü`, 'end']);
  });
});

describe('a gzip file', () => {
  const bomb = () => {
    const path = join(folder, 'bomb.ndjson.gz');
    const once = gzipSync(Buffer.from(`{"a":"${' '.repeat(1 << 20)}"}\n`.repeat(16)));
    writeFileSync(path, Buffer.concat(Array.from({ length: 8 }, () => once)));
    return path;
  };
  const drain = async (path: string, limits = {}) => {
    let lines = 0;
    for await (const line of readLines(path, limits)) lines += line.number > 0 ? 1 : 0;
    return lines;
  };

  it('that is a bomb is refused, however it is read, unless the limit is raised', async () => {
    const path = bomb();
    for (const read of [drain, readWholeFile, checkGzip])
      await expect(read(path)).rejects.toThrow(/more than 200 times its size[\s\S]*--max-expansion/);
    // Several gzip files one after another are one.
    expect(await drain(path, { maxExpansion: 2000 })).toBe(128);
  });

  it('that is small may expand as it likes', async () => {
    const path = join(folder, 'zeros.gz');
    writeFileSync(path, gzipSync('x'.repeat(32 << 20)));
    expect(await readWholeFile(path)).toHaveLength(32 << 20);
  });

  it('with something else behind its end is damaged; padding is not', async () => {
    const path = join(folder, 'a.gz');
    writeFileSync(path, Buffer.concat([gzipSync('one\n'), Buffer.from('garbage')]));
    await expect(drain(path)).rejects.toThrow(/truncated or damaged/);
    writeFileSync(path, Buffer.concat([gzipSync('one\n'), Buffer.alloc(512)]));
    expect(await drain(path)).toBe(1);
  });

  it('that is not there is said so', async () => {
    await expect(drain(join(folder, 'none.gz'))).rejects.toThrow(/No such file[\s\S]*none\.gz/);
  });
});

describe.runIf(existsSync('/dev/full'))('a full disk', () => {
  // A compressor in front of a file that fails never answers a write that it holds.
  it.each(['a.ndjson', 'a.ndjson.gz'])('ends the writing of %s with words', async (name) => {
    symlinkSync('/dev/full', join(folder, name));
    const writer = new LineWriter(join(folder, name));
    const writing = async () => {
      for (let i = 0; i < 50; i++) await writer.write(randomBytes(1 << 17).toString('base64'));
      await writer.close();
    };
    await expect(writing()).rejects.toThrow(/The disk is full[\s\S]*a\.ndjson/);
  });
});

it('groups by key the same, in memory and through files, which the owner alone can read', async () => {
  const grouped = async (capacity?: number) => {
    const spill = new Spill<number>({ capacity, folder });
    for (let i = 0; i < 1000; i++) await spill.add(`key${i % 37}`, i);
    const [work] = readdirSync(folder);
    expect(work === undefined).toBe(capacity === undefined);
    if (work !== undefined) {
      expect(statSync(join(folder, work)).mode & 0o777).toBe(0o700);
      const [file] = readdirSync(join(folder, work));
      expect(statSync(join(folder, work, file)).mode & 0o777).toBe(0o600);
    }
    const groups: Record<string, number[]> = {};
    for await (const [key, items] of spill.groups()) groups[key] = items;
    expect(readdirSync(folder)).toEqual([]);
    return groups;
  };
  const [inMemory, throughFiles] = [await grouped(), await grouped(100)];
  expect(Object.keys(inMemory)).toHaveLength(37);
  expect(inMemory.key5.slice(0, 3)).toEqual([5, 42, 79]);
  expect(throughFiles).toEqual(inMemory);
});
