import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { differences, digestOf } from './digest.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'digest-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A run's folder. */
function output(name: string, id: string, patient: string) {
  const path = join(folder, name);
  mkdirSync(join(path, 'train'), { recursive: true });
  writeFileSync(
    join(path, 'run.json'),
    JSON.stringify({ id, started: id, seconds: id.length, options: { seed: 1, force: id === 'x' } }),
  );
  writeFileSync(join(path, 'train', 'records.ndjson'), JSON.stringify({ id: patient }));
  return digestOf(path)!;
}

it('times and ids of runs do not count, those of patients do', () => {
  const first = output('a', 'x', 'p1');
  expect(differences(first, output('b', 'longer', 'p1'))).toEqual([]);
  expect(differences(first, output('c', 'x', 'p2'))).toEqual([join('≠ train', 'records.ndjson')]);
  rmSync(join(folder, 'a', 'run.json'));
  writeFileSync(join(folder, 'a', 'more'), '');
  expect(differences(first, digestOf(join(folder, 'a'))!)).toEqual(['+ more', '− run.json']);
  expect(digestOf(join(folder, 'nothing'))).toBeUndefined();
});
