import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { ownFolder } from '../testing.ts';
import { lookAtSource } from './look-at-source.ts';
import { runStudy } from './run-study.ts';
import { studyOf } from './study-file.ts';
import { checkPlaces, stepLabel, stepsOf } from './study-steps.ts';
import { studyText } from './study-text.ts';

const at = ownFolder();
const study = (text: string) => studyOf(text, 'study.yaml');
const SMALL = `ingest: { from: fhir, source: records }
generate: { number: 5 }
export: { csv: {} }
`;

describe('the file', () => {
  it('is the steps in their order, with the options of each', () => {
    const steps = stepsOf(study(`${SMALL}release:\n  k: 5\n`));
    expect(steps.map(({ command, reads, out }) => [command.join(' '), ...reads, out])).toEqual([
      ['ingest fhir', 'records', 'study/cohort'],
      ['train', 'study/cohort', 'study/model'],
      ['generate', 'study/model', 'study/synth'],
      ['export csv', 'study/synth', 'study/csv'],
      ['evaluate', 'study/cohort', 'study/synth', 'study/report'],
      ['release build', 'study/synth', 'study/release'],
    ]);
    expect(steps.map(({ options }) => options)).toEqual([{}, { model: 'auto' }, { number: 5 }, {}, {}, { k: 5 }]);
  });

  it('of several seeds it trains and draws with each, and evaluates them together; formats and package are of the first', () => {
    const steps = stepsOf(study(`${SMALL}seeds: 3\ntrain: { seed: 5 }\nrelease: {}\n`));
    expect(steps.map((step) => [stepLabel(step), ...step.reads, step.out, step.options.seed])).toEqual([
      ['ingest', 'records', 'study/cohort', undefined],
      ['train', 'study/cohort', 'study/model', 5],
      ['generate', 'study/model', 'study/synth', undefined],
      ['train 2', 'study/cohort', 'study/model-2', 6],
      ['generate 2', 'study/model-2', 'study/synth-2', 2],
      ['train 3', 'study/cohort', 'study/model-3', 7],
      ['generate 3', 'study/model-3', 'study/synth-3', 3],
      ['export csv', 'study/synth', 'study/csv', undefined],
      ['evaluate', 'study/cohort', 'study/synth', 'study/synth-2', 'study/synth-3', 'study/report', undefined],
      ['release', 'study/synth', 'study/release', undefined],
    ]);
  });

  it('that is written is the study that was given', () => {
    const given = study(`${SMALL}evaluate: false\nout: x\ntrain: true\n`);
    expect(study(studyText(given))).toEqual(given);
  });

  it.each([
    ['a part that there is not', `${SMALL}\nevaluat: {}\n`, /evaluat: there is no such key\n.*line 5, column 1/],
    ['a source that is missing', 'ingest:\n  from: fhir\n', /ingest.source: it is missing\n.*line 1/],
    ['a number of seeds that is none', `${SMALL}seeds: 0\n`, /seeds: must be a whole number of at least 1\n.*line 4/],
    ['a value that is none', `${SMALL}train:\n  epochs: { a: 1 }\n`, /train.epochs: .*\n.*line 5/],
    ['no YAML', 'ingest: [', /study.yaml, line 1/],
    ['nothing', '', /ingest: it is missing/],
  ])('%s is said, and where', (_, text, message) => expect(() => study(text)).toThrow(message));
});

it.each([
  ['table.csv', 'csv'],
  ['rows.parquet', 'parquet'],
  ['matrix.npz', 'npz'],
])('a look at %s finds what reads it', async (name, from) => {
  writeFileSync(at(name), 'patient,E11,I10\n1,0,1\n');
  expect(await lookAtSource(at(name))).toEqual({ from });
});

it.each([
  ['.', 'study', false],
  ['records', 'records/study', false],
  ['records', 'records', false],
  ['records', 'study', true],
  ['records', '../study', true],
  ['records', 'records-study', true],
  ['sc://spark/', 'study', true],
])('of %s a study may write into %s: %s', (source, out, may) => {
  const check = () => checkPlaces(study(`out: ${out}\ningest: { from: fhir, source: "${source}" }\n`), at());
  if (may) check();
  else expect(check).toThrow(/write into the folder that it reads/);
});

describe('running it', () => {
  let ran: string[];
  let fails: string | undefined;
  let runs = 0;
  beforeEach(() => {
    [ran, fails] = [[], undefined];
    rmSync(at('study'), { recursive: true, force: true });
    mkdirSync(at('records'), { recursive: true });
    writeFileSync(at('records', 'a.json'), '{}');
  });
  const run = (text: string, more: { redo?: string; dryRun?: boolean } = {}) => {
    ran = [];
    return runStudy({
      steps: stepsOf(study(text)),
      folder: at(),
      out: 'study',
      execute: async ({ name, out }, { replace, resume }) => {
        ran.push(name + (replace ? ' again' : '') + (resume ? ', resumed' : ''));
        if (fails === name) return 130;
        if (more.dryRun) return 0;
        mkdirSync(at(out), { recursive: true });
        writeFileSync(at(out, 'run.json'), JSON.stringify({ run: runs++ }));
        return 0;
      },
      ...more,
    });
  };
  const ALL = ['ingest', 'train', 'generate', 'export csv', 'evaluate'];

  it('does what is not done, and nothing that is', async () => {
    expect(await run(SMALL, { dryRun: true })).toBeUndefined();
    expect(ran).toEqual(ALL);
    await run(SMALL);
    expect(ran).toEqual(ALL);
    await run(SMALL);
    expect(ran).toEqual([]);
  });

  it('does again what other options change, and what is made of it', async () => {
    await run(SMALL);
    await run(SMALL.replace('5', '6'));
    expect(ran).toEqual(['generate again', 'export csv again', 'evaluate again']);
    await run(SMALL.replace('5', '6').replace('csv: {}', 'csv: { csv-raw: true }'));
    expect(ran).toEqual(['export csv again']);
  });

  it('shows in a dry run what would be done: with one more seed, no other format', async () => {
    await run(SMALL);
    for (const dryRun of [true, false]) {
      await run(`${SMALL}seeds: 2\n`, { dryRun });
      expect(ran).toEqual(['train', 'generate', 'evaluate again']);
    }
    await run(`${SMALL}seeds: 2\ntrain: { epochs: 3 }\n`, { dryRun: true });
    expect(ran).toEqual(
      ['train', 'generate', 'train', 'generate', 'export csv', 'evaluate'].map((name) => `${name} again`),
    );
  });

  it('does all again where the records are others, and where an output is gone what it was read for', async () => {
    await run(SMALL);
    utimesSync(at('records', 'a.json'), 1, 1);
    await run(SMALL);
    expect(ran).toEqual(ALL.map((name) => `${name} again`));
    rmSync(at('study', 'csv'), { recursive: true });
    await run(SMALL);
    expect(ran).toEqual(['export csv']);
  });

  it('does a step again that is asked for, and refuses one that there is not', async () => {
    await run(SMALL);
    await run(SMALL, { redo: 'evaluate' });
    expect(ran).toEqual(['evaluate again']);
    await run(SMALL, { redo: 'export' });
    expect(ran).toEqual(['export csv again', 'evaluate again']);
    await expect(run(SMALL, { redo: 'push' })).rejects.toThrow(/no step push[\s\S]*ingest, train/);
  });

  it('ends at a step that fails, and goes on from its checkpoint with the same options alone', async () => {
    fails = 'train';
    expect(await run(SMALL)).toMatchObject({ failed: { name: 'train' }, exitCode: 130 });
    expect(ran).toEqual(['ingest', 'train']);
    mkdirSync(at('study', '.model.checkpoint'));
    await run(SMALL, { dryRun: true });
    expect(ran).toEqual(['train, resumed', 'generate', 'export csv', 'evaluate']);
    await run(SMALL);
    expect(ran).toEqual(['train, resumed']);
    fails = undefined;
    await run(`${SMALL}train: { epochs: 3 }\n`);
    expect(ran).toEqual(['train', 'generate', 'export csv', 'evaluate']);
  });
});
