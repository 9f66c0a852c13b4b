import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LineWriter, readLines, Spill, stageFolder, UserError, writeFileAtomic } from './index.ts';

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
    expect(read).toEqual([[1, 'one'], [4, 'four'], [5, 'five']]); // prettier-ignore
  });

  it('say what is wrong with the place', async () => {
    const writer = new LineWriter(join(folder, 'none', 'a.txt'));
    await writer.write('x');
    await expect(writer.close()).rejects.toThrow(/No such file or folder[\s\S]*none/);
  });
});

describe('output', () => {
  it('removes what a killed process left, and leaves alone what a living one is writing', async () => {
    const killed = spawnSync(process.execPath, ['-e', '']).pid;
    const [abandoned, other] = [`.out.partial-${killed}`, `.out.partial-${process.ppid}`];
    for (const name of [abandoned, other]) mkdirSync(join(folder, name));
    const given = await stageFolder(join(folder, 'out'));
    expect(readdirSync(folder).sort()).toEqual([other, basename(given.path)].sort());
    await given.discard();
  });

  it('gets its name when it is whole, and leaves nothing when it is given up', async () => {
    const target = join(folder, 'out');
    const given = await stageFolder(target);
    await writeFileAtomic(join(given.path, 'x'), '1');
    expect(existsSync(target)).toBe(false);
    await given.discard();
    expect(readdirSync(folder)).toEqual([]);
    const kept = await stageFolder(target);
    await writeFileAtomic(join(kept.path, 'x'), '1');
    await kept.commit();
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readFileSync(join(target, 'x'), 'utf8')).toBe('1');
    await expect(stageFolder(target)).rejects.toThrow(UserError);
  });

  it('replaces the old folder only at the end', async () => {
    const target = join(folder, 'out');
    const old = await stageFolder(target);
    await writeFileAtomic(join(old.path, 'old'), '');
    await old.commit();
    const renewed = await stageFolder(target, { replace: true });
    await writeFileAtomic(join(renewed.path, 'new'), '');
    expect(readdirSync(target)).toEqual(['old']);
    await renewed.commit();
    expect(readdirSync(target)).toEqual(['new']);
  });
});

it('groups by key the same, in memory and through files', async () => {
  const grouped = async (held?: number) => {
    const spill = new Spill<number>(held);
    for (let i = 0; i < 1000; i++) await spill.add(`key${i % 37}`, i);
    const groups: Record<string, number[]> = {};
    for await (const [key, items] of spill.groups()) groups[key] = items;
    return groups;
  };
  const [inMemory, throughFiles] = [await grouped(), await grouped(100)];
  expect(Object.keys(inMemory)).toHaveLength(37);
  expect(inMemory.key5.slice(0, 3)).toEqual([5, 42, 79]);
  expect(throughFiles).toEqual(inMemory);
});
