import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lockOutput } from './lock.ts';
import { makeFolder } from './make-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'make-folder-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a folder is made with those above it, and one that is there stays', () => {
  const path = join(folder, 'a', 'b', 'c');
  makeFolder(path, 0o700);
  writeFileSync(join(path, 'file'), '');
  makeFolder(path, 0o700);
  expect(existsSync(join(path, 'file'))).toBe(true);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o700);
});

it('a file in the way is an error', () => {
  writeFileSync(join(folder, 'file'), '');
  for (const path of ['file', 'file/below', 'file/far/below'])
    expect(() => makeFolder(join(folder, path)), path).toThrow(/ENOTDIR|EEXIST|ENOENT/);
});

it.skipIf(process.platform === 'win32')('a link that leads nowhere is an error, of an output below it too', () => {
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
  expect(() => makeFolder(join(folder, 'link'))).toThrow(/ENOTDIR/);
  expect(() => lockOutput(join(folder, 'link', 'output'))).toThrow(/Not a folder/);
});

it.runIf(process.platform === 'linux')('where nothing can be made, an output ends with an error', () => {
  expect(() => makeFolder('/proc/none/below')).toThrow(/ENOENT/);
  expect(() => lockOutput('/proc/none/below/output')).toThrow(/\/proc\/none\/below\/output/);
});
