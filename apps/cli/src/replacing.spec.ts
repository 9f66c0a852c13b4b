import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockOutput } from '@ehrsynth/io';
import { assertReplaceable, listingOf, notListed } from '@ehrsynth/pipeline';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output, forget } = commandLine();
const FHIR = 'simulate --world sets -n 120 --format bundles -o @fhir';

describe('--force', () => {
  it('replaces what a command wrote, and nothing where something else lies in it', async () => {
    expect(await ehrsynth(FHIR), output()).toBe(0);
    writeFileSync(at('fhir', '.DS_Store'), '');
    expect(await ehrsynth(`${FHIR} --force`), output()).toBe(0);
    for (const name of ['note.txt', '.hidden', join('0000', 'note.json')]) {
      writeFileSync(at('fhir', name), 'mine');
      expect(await ehrsynth(`${FHIR} --force`), name).toBe(2);
      expect(readFileSync(at('fhir', name), 'utf8')).toBe('mine');
      rmSync(at('fhir', name));
    }
    expect(output()).toMatch(
      /did not write: note\.txt\n[\s\S]*did not write: \.hidden\n[\s\S]*did not write: 0000\/\n/,
    );
    expect(await ehrsynth(`${FHIR} --force`), output()).toBe(0);
    expect(readdirSync(at())).toEqual(['fhir']);
  });

  it('replaces no folder without a run.json, with one that is none of ours, or with one that lists nothing', async () => {
    mkdirSync(at('theirs'));
    writeFileSync(at('theirs', 'a'), '');
    for (const text of [undefined, '{"name":"a"}', 'no JSON', '{"id":"1","command":"export fhir","version":"0.1.0"}']) {
      if (text !== undefined) writeFileSync(at('theirs', 'run.json'), text);
      forget();
      expect(await ehrsynth('simulate --world sets -n 5 -o @theirs --force'), text).toBe(2);
      expect(output()).toMatch(/replaces only what ehrsynth wrote/);
    }
    expect(output()).toMatch(/of version 0\.1\.0, does not list its files/);
    expect(existsSync(at('theirs', 'a'))).toBe(true);
  });

  it('removes no input of the same command', async () => {
    expect(await ehrsynth('ingest fhir @fhir -o @fhir --force')).toBe(2);
    expect(await ehrsynth('ingest fhir @fhir/0000 -o @fhir --force')).toBe(2);
    expect(output()).toMatch(/would remove an input of the same command[\s\S]*0000/);
    expect(readdirSync(at('fhir', '0000'))).toHaveLength(120);
  });

  it('knows a release by its checksums', async () => {
    mkdirSync(at('release'));
    for (const name of ['datapackage.json', 'datasheet.md']) writeFileSync(at('release', name), '');
    const sums = ['datapackage.json', 'datasheet.md'].map((name) => `${'0'.repeat(64)}  ${name}\n`).join('');
    writeFileSync(at('release', 'SHA256SUMS'), sums);
    await assertReplaceable(at('release'), []);
    writeFileSync(at('release', 'note.txt'), '');
    await expect(assertReplaceable(at('release'), [])).rejects.toThrow('note.txt');
  });
});

it('a folder of many files is listed by their number and one sum', () => {
  const names = Array.from({ length: 101 }, (_, i) => `0000/${i}.json`);
  const listing = listingOf(['a', ...names]);
  expect(listing.files).toEqual(['a']);
  expect(notListed(['a', ...names], listing)).toEqual([]);
  expect(notListed(['a', ...names.slice(1), '0000/x.json'], listing)).toEqual(['0000/']);
  expect(notListed(['b', '1/a'], listing)).toEqual(['b', '1/a']);
});

it('the second of two commands on one output is refused', async () => {
  const unlock = lockOutput(at('both'));
  expect(await ehrsynth('simulate --world sets -n 5 -o @both')).toBe(2);
  expect(output()).toContain(`being written by process ${process.pid}`);
  unlock();
  expect(await ehrsynth('simulate --world sets -n 5 -o @both')).toBe(0);
});

it('a folder whose replacement was killed half-way is there for the next command that reads it', async () => {
  expect(await ehrsynth('ingest fhir @fhir -o @cohort --min-patients 5'), output()).toBe(0);
  renameSync(at('cohort'), at(`.cohort.old-${spawnSync(process.execPath, ['-e', '']).pid}`));
  expect(await ehrsynth('train @cohort -o @model -m marginals'), output()).toBe(0);
});
