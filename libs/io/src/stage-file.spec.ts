import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stageFile } from './stage-file.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'stage-file-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('a file has its name only when it is whole, and what a killed process left goes', async () => {
  const target = join(folder, 'findings.ndjson.gz');
  const killed = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(join(folder, `.partial-${killed}.findings.ndjson.gz`), 'half');
  writeFileSync(join(folder, `.partial-${process.ppid}.findings.ndjson.gz`), 'of one that runs');
  writeFileSync(target, 'old');
  const staged = await stageFile(target);
  expect(staged.path.endsWith('.gz')).toBe(true);
  writeFileSync(staged.path, 'new');
  expect(readFileSync(target, 'utf8')).toBe('old');
  await staged.commit();
  expect(readFileSync(target, 'utf8')).toBe('new');
  const names = [`.partial-${process.ppid}.findings.ndjson.gz`, 'findings.ndjson.gz'];
  expect(readdirSync(folder).sort()).toEqual(names);
});

it('what is no file is written to as it is', async () => {
  if (existsSync('/dev/null')) expect((await stageFile('/dev/null')).path).toBe('/dev/null');
  expect((await stageFile(folder)).path).toBe(folder);
});
