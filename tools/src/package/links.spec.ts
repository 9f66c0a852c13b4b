import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { brokenLinks, unlinkMissing } from './links.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'links-'));
  mkdirSync(join(folder, 'docs'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('finds links to what is not in the package, and leaves their text', () => {
  const page = join(folder, 'docs', 'a.md');
  writeFileSync(join(folder, 'README.md'), 'See [a](docs/a.md#part) and [the site](https://example.org/libs).\n');
  writeFileSync(
    page,
    'The [contract](../libs/models/contract.ts), [`run.ts`](../libs/run.ts#L3),\n[all](../README.md), [below](#below), [out](../../x.md).\n',
  );
  expect(brokenLinks(folder)).toEqual([
    'docs/a.md: ../libs/models/contract.ts',
    'docs/a.md: ../libs/run.ts',
    'docs/a.md: ../../x.md',
  ]);
  unlinkMissing(folder);
  expect(brokenLinks(folder)).toEqual([]);
  expect(readFileSync(page, 'utf8')).toBe('The contract, `run.ts`,\n[all](../README.md), [below](#below), out.\n');
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('[a](docs/a.md#part)');
});
