import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listFiles } from './index.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'list-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** What is listed and what is skipped, from the folder. */
async function listed(path = folder) {
  const skipped: Record<string, string> = {};
  const files = await listFiles(path, ({ path: at, why }) => (skipped[relative(folder, at)] = why));
  return { files: files.map((file) => relative(folder, file)), skipped };
}

describe('the files of a folder', () => {
  it('in name order, those of subfolders too, hidden ones not', async () => {
    mkdirSync(join(folder, 'b', 'c'), { recursive: true });
    for (const name of ['z', 'a', '.hidden', 'b/2', 'b/c/1']) writeFileSync(join(folder, name), '');
    expect(await listed()).toEqual({ files: ['a', 'b/2', 'b/c/1', 'z'], skipped: {} });
    expect(await listed(join(folder, 'z'))).toEqual({ files: ['z'], skipped: {} });
  });

  it('follows links, but not to nothing and not round in a circle', async () => {
    const [inside, outside] = [join(folder, 'in'), join(folder, 'out')];
    mkdirSync(join(inside, 'sub'), { recursive: true });
    mkdirSync(outside);
    writeFileSync(join(outside, 'x'), '');
    writeFileSync(join(inside, 'sub', 'y'), '');
    symlinkSync(join(outside, 'x'), join(inside, 'file'));
    symlinkSync(outside, join(inside, 'folder'));
    symlinkSync('..', join(inside, 'sub', 'up'));
    symlinkSync('itself', join(inside, 'itself'));
    symlinkSync(join(folder, 'nothing'), join(inside, 'lost'));
    expect(await listed(inside)).toEqual({
      files: ['in/file', 'in/folder/x', 'in/sub/y'],
      skipped: {
        'in/itself': 'a broken link',
        'in/lost': 'a broken link',
        'in/sub/up': 'a link to a folder that is already being read',
      },
    });
  });

  it('is found in no time where every folder has many links to the next', async () => {
    for (let depth = 0; depth < 30; depth++) {
      mkdirSync(join(folder, String(depth)));
      for (const name of ['a', 'b', 'c']) symlinkSync(`../${depth + 1}`, join(folder, String(depth), name));
    }
    mkdirSync(join(folder, '30'));
    writeFileSync(join(folder, '30', 'x'), '');
    expect((await listed(join(folder, '0'))).files).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')('does not wait at a pipe', async () => {
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    writeFileSync(join(folder, 'x'), '');
    expect(await listed()).toEqual({ files: ['x'], skipped: { pipe: 'a pipe, a socket or a device' } });
    await expect(listFiles(join(folder, 'pipe'))).rejects.toThrow(/Neither a file nor a folder[\s\S]*pipe/);
  });
});
