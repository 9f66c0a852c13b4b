import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

/** The modes of a folder and of all it holds, files and folders apart. */
function modesOf(name: string): { folders: Set<string>; files: Set<string> } {
  const modes = { folders: new Set<string>(), files: new Set<string>() };
  const entries = readdirSync(at(name), { recursive: true, withFileTypes: true });
  for (const path of [at(name), ...entries.map((entry) => join(entry.parentPath, entry.name))]) {
    const found = statSync(path);
    (found.isDirectory() ? modes.folders : modes.files).add((found.mode & 0o777).toString(8));
  }
  return modes;
}

it.skipIf(process.platform === 'win32')(
  'what is about patients is for its user alone; what is for others is as the umask says',
  async () => {
    const before = process.umask(0o022);
    try {
      expect(await ehrsynth('simulate --world sets -n 120 -o @source')).toBe(0);
      expect(await ehrsynth('ingest fhir @source -o @cohort --min-patients 5')).toBe(0);
      expect(await ehrsynth('train @cohort -o @model -m marginals')).toBe(0);
      expect(await ehrsynth('generate @model -n 20 -o @synth')).toBe(0);
      expect(await ehrsynth('export omop @synth -o @cdm --format parquet'), output()).toBe(0);
      for (const name of ['cohort', 'model', 'synth'])
        expect(modesOf(name), name).toEqual({ folders: new Set(['700']), files: new Set(['600']) });
      for (const name of ['source', 'cdm'])
        expect(modesOf(name), name).toEqual({ folders: new Set(['755']), files: new Set(['644']) });
      expect(process.umask()).toBe(0o022);
      process.umask(0o027);
      expect(await ehrsynth('export csv @synth -o @csv')).toBe(0);
      expect(modesOf('csv')).toEqual({ folders: new Set(['750']), files: new Set(['640']) });
    } finally {
      process.umask(before);
    }
  },
);

it("needs no room in the system's folder for temporary files", async () => {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = at('nowhere');
  try {
    expect(await ehrsynth('ingest omop @cdm -o @again --min-patients 5'), output()).toBe(0);
    expect(await ehrsynth('export omop @synth -o @database --format duckdb'), output()).toBe(0);
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  expect(readdirSync(at()).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(readdirSync(at('database')).sort()).toEqual(['omop.duckdb', 'run.json']);
  expect(readdirSync(at('again')).filter((name) => name.startsWith('.'))).toEqual([]);
});

it('a disk that cannot be written to is said in words', async () => {
  // The superuser may write anywhere: for the test we are somebody else.
  mkdirSync(at('shut'));
  writeFileSync(at('shut', 'a'), '');
  chmodSync(at(), 0o755);
  chmodSync(at('shut'), 0o555);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid!(65534);
  try {
    expect(await ehrsynth('simulate --world sets -n 5 -o @shut/new/out')).toBe(3);
  } finally {
    if (isRoot) process.seteuid!(0);
  }
  expect(output()).toMatch(/^\nNo permission\n {2}at [\s\S]*Give your user permission/);
});
