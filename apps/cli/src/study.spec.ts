import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wordsOf } from './step-arguments.ts';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output, forget } = commandLine();
const file = () => at('study.yaml');
const before = process.argv[1];
// Steps are run by the program that runs.
beforeAll(() => void (process.argv[1] = fileURLToPath(new URL('../bin/ehrsynth.js', import.meta.url))));
afterAll(() => void (process.argv[1] = before));

it('a study is written after a look at the records, run, and not run again', async () => {
  expect(await ehrsynth('simulate --world sets -n 60 -o @source')).toBe(0);
  expect(await ehrsynth('init @source -o @study.yaml')).toBe(0);
  expect(output()).toMatch(/^FHIR, with condition, drug/m);
  const text = readFileSync(file(), 'utf8');
  expect(text).toMatch(/from: fhir\n {2}source: .*source\n {2}kinds:\n {4}- condition\n/);
  expect(await ehrsynth('init @source -o @study.yaml')).toBe(2);
  const small = text.replace('model: auto', 'model: marginals').replace('evaluate: {}', 'evaluate: false');
  writeFileSync(file(), small.replace('  fhir: {}', '  csv: { csv-raw: true }'));
  expect(await ehrsynth('run @study.yaml'), output()).toBe(0);
  expect(output()).toContain('$ ehrsynth export csv study/synth --out study/csv --csv-raw');
  expect(
    readFileSync(at('study', 'csv', 'patients.csv'), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(61);
  forget();
  expect(await ehrsynth('run @study.yaml')).toBe(0);
  expect(output()).toMatch(/ingest: done[^]*train: done[^]*generate: done[^]*export csv: done[^]*All steps are done/);
  expect(output()).not.toContain('$');
  forget();
  expect(await ehrsynth('run --from @study/csv/run.json --source records --dry-run')).toBe(0);
  expect(output()).toMatch(
    /\$ ehrsynth ingest fhir records --out study\/cohort [^]*\$ ehrsynth train study\/cohort --out study\/model --model marginals/,
  );
  expect(output()).toContain('export csv study/synth --out study/csv --csv-raw');
});

it.each([
  ['train: { epoch: 3 }', /train: `ehrsynth train` has no option --epoch/],
  ['train: { epochs: many }', /train: .*'many' is invalid/],
  ['train: { epochs: true }', /train: --epochs needs a value/],
  ['export: { excel: {} }', /export excel: there is no `ehrsynth export excel`, but fhir/],
  ['generate: { seed: [1, 2] }', /generate: .*'1,2' is invalid/],
])('%s is refused before anything is done', async (part, message) => {
  writeFileSync(file(), `ingest: { from: fhir, source: nowhere }\nevaluate: false\n${part}\n`);
  expect(await ehrsynth('run @study.yaml')).toBe(2);
  expect(output()).toMatch(message);
  expect(output()).not.toContain('$');
});

it('a step that goes on where an older output is replaces it', async () => {
  const step = { name: 'train', command: ['train'], reads: ['cohort'], out: 'model', options: {} };
  const words = await wordsOf(step, { replace: true, resume: true });
  expect(words).toEqual(['train', 'cohort', '--out', 'model', '--resume', '--force']);
});

it('without a study, or a source, it says what to do', async () => {
  expect(await ehrsynth('run @none.yaml')).toBe(2);
  expect(output()).toMatch(/no study[^]*ehrsynth init SOURCE/);
  expect(await ehrsynth('init --yes -o @other.yaml')).toBe(2);
  expect(output()).toContain('ehrsynth init SOURCE');
});
