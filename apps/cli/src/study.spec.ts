import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command, Option } from 'commander';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { COMMANDS } from './commands.ts';
import { wordsOf } from './step-arguments.ts';
import { NOT_READ, READ } from './step-inputs.ts';
import { asStudySays } from './study-command.ts';
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
  expect(await ehrsynth('run --from @study/csv/run.json --source @source --dry-run')).toBe(0);
  expect(output()).toMatch(
    /\$ ehrsynth ingest fhir \S*source --out study\/cohort [^]*\$ ehrsynth train study\/cohort --out study\/model --model marginals/,
  );
  expect(output()).toContain('export csv study/synth --out study/csv --csv-raw');
});

it.each([
  ['train: { epoch: 3 }', /train.epoch: `ehrsynth train` has no option --epoch\n.*study.yaml, line 3, column 10/],
  ['train: { epochs: many }', /train.epochs: .*'many' is invalid.*\n.*study.yaml, line 3, column 10/],
  ['train: { epochs: true }', /train.epochs: --epochs needs a value\n.*line 3/],
  [
    'export: { excel: {} }',
    /export.excel: `ehrsynth export excel` does not exist; there is fhir.*\n.*line 3, column 11/,
  ],
  ['generate: { seed: [1, 2] }', /generate.seed: .*'1,2' is invalid.*\n.*line 3/],
  ['export: { csv: { csv-raw: 3 } }', /export.csv.csv-raw: --csv-raw must be true or false\n.*line 3, column 18/],
  ['release: { policy: none.yaml }', /release.policy: none.yaml does not exist\n.*study.yaml, line 3, column 12/],
  ['generate: { plugin: . }', /generate.plugin: \. is a folder; it must be a file\n.*line 3/],
  ['train: { model: ./none.js }', /train.model: .\/none.js does not exist\n.*line 3/],
  ['ingest: { from: fhir, source: nowhere }', /ingest.source: nowhere does not exist\n.*study.yaml, line 3, column 23/],
  ['release: { policy: study.yaml }', /In the policy, ingest: there is no such key\n.*study.yaml, line 1/],
])('%s is refused before anything is done', async (part, message) => {
  const ingest = part.startsWith('ingest') ? 'seeds: 1' : 'ingest: { from: fhir, source: source }';
  writeFileSync(file(), `${ingest}\nevaluate: false\n${part}\n`);
  expect(await ehrsynth('run @study.yaml')).toBe(2);
  expect(output()).toMatch(message);
  expect(output()).not.toContain('$');
});

it('of records that no command reads it gives the place', async () => {
  writeFileSync(file(), 'evaluate: false\ningest:\n  source: x\n  from: fhri\n');
  expect(await ehrsynth('run @study.yaml --dry-run')).toBe(2);
  expect(output()).toMatch(
    /ingest.from: `ehrsynth ingest fhri` does not exist; there is .*\n.*study.yaml, line 4, column 3/,
  );
});

it('a model that an earlier step writes need not be there yet, a policy must', async () => {
  const text = 'out: study\ningest: { from: fhir, source: source }\nevaluate: { model: study/other }\n';
  writeFileSync(file(), text);
  expect(await ehrsynth('run @study.yaml --dry-run'), output()).toBe(0);
  writeFileSync(file(), `${text}release: { policy: policy.yaml }\n`);
  expect(await ehrsynth('run @study.yaml --dry-run')).toBe(2);
  expect(output()).toContain('release.policy: policy.yaml does not exist');
});

it('of every option of a step that takes a path it is known whether it is read', async () => {
  const steps = ['ingest', 'train', 'generate', 'export', 'evaluate', 'release'];
  const all = (command: Command): Option[] => [...command.options, ...command.commands.flatMap(all)];
  const commands = await Promise.all(steps.map((step) => COMMANDS[step].load()));
  const paths = commands
    .flatMap(all)
    .filter(({ flags }) => /<(file|files|folder|path|archive|key|records)>/.test(flags));
  const names = [...new Set(paths.map(({ long }) => long!.slice(2)))].filter((name) => name !== 'public-key');
  expect(names.filter((name) => READ.includes(name) === NOT_READ.includes(name))).toEqual([]);
  expect(READ.filter((name) => !names.includes(name))).toEqual([]);
});

it('a step that goes on where an older output is replaces it', async () => {
  const step = { name: 'train', command: ['train'], reads: ['cohort'], out: 'model', options: {} };
  const words = await wordsOf(step, { replace: true, resume: true });
  expect(words).toEqual(['train', 'cohort', '--out', 'model', '--resume', '--force']);
});

it.each([
  [130, 'ingest stopped. `AGAIN` continues from this step.'],
  [1, 'ingest failed. Once the cause is fixed, `AGAIN` continues from this step.'],
])('of a step that ends with %i it says how to continue, as the step does', async (exitCode, message) => {
  mkdirSync(at('records'), { recursive: true });
  writeFileSync(file(), 'out: stopped\ningest: { from: fhir, source: records }\nevaluate: false\n');
  const step = `require('node:fs').writeFileSync('said', process.env.EHRSYNTH_STUDY_COMMAND); process.exit(${exitCode})`;
  writeFileSync(at('step.cjs'), step);
  const program = process.argv[1];
  process.argv[1] = at('step.cjs');
  expect(await ehrsynth('run @study.yaml')).toBe(exitCode);
  process.argv[1] = program;
  const again = `ehrsynth run ${file()}`;
  expect(output()).toContain(message.replace('AGAIN', again));
  expect(readFileSync(at('said'), 'utf8')).toBe(again);
});

it('a step of a study names the study in place of --resume', () => {
  const said = 'Stopped\n  Run the same command with --resume to continue.';
  expect(asStudySays(said)).toBe(said);
  vi.stubEnv('EHRSYNTH_STUDY_COMMAND', 'ehrsynth run');
  expect(asStudySays(said)).toBe('Stopped\n  Run `ehrsynth run` to continue.');
  vi.unstubAllEnvs();
});

it('without a study, or a source, it says what to do', async () => {
  expect(await ehrsynth('run @none.yaml')).toBe(2);
  expect(output()).toMatch(/study file does not exist[^]*ehrsynth init SOURCE/);
  expect(await ehrsynth('init --yes -o @other.yaml')).toBe(2);
  expect(output()).toContain('ehrsynth init SOURCE');
});
