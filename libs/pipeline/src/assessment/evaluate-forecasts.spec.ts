import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutcomeComparison } from '@ehrsynth/evaluation';
import { uuidOf } from '@ehrsynth/random';
import { type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { beforeAll, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { recordSource } from '../cohort/record-source.ts';
import { RecordsWriter } from '../cohort/records-file.ts';
import { BrokenLinkError } from '../errors.ts';
import { generate } from '../generation/generate.ts';
import { inputsFrom, provenRun } from '../run/provenance.ts';
import { intoRunFolder } from '../run/run-folder.ts';
import { ownFolder } from '../testing.ts';
import { train } from '../training/train.ts';
import { ForeignFuturesError, FuturesAsPatientsError, NotFuturesError } from './errors.ts';
import { evaluate } from './evaluate.ts';
import { evaluateForecasts } from './evaluate-forecasts.ts';
import { evaluateRecords } from './evaluate-records.ts';

const at = ownFolder();
const AS_OF = '2019-12-31';
const PEOPLE = 160;
/** Whose id is too long for OMOP with a number behind it: futures have a UUID of it. */
const LONG = 5;

const idOf = (i: number) => (i === LONG ? `${'long-'.repeat(11)}${i}` : `p-${i}`);

/** Seen in 2019 and to the end of 2024; each second one of those held out, and of the others, gets diabetes in January 2020. */
function person(i: number, diabetes = 'E11.9'): PatientRecord {
  const days = ['2019-03-04', '2020-01-20', '2020-09-01', '2024-12-20'];
  const codes = [['I10', 'Z00.00'], [i % 4 < 2 ? diabetes : 'J10.1'], ['I10'], ['Z00.00']];
  return {
    id: idOf(i),
    sex: i % 3 === 0 ? 'male' : 'female',
    birthDate: '1960-05-06',
    encounters: days.map((start) => ({ class: 'AMB', start, end: start })),
    events: codes.flatMap((own, encounter) =>
      own.map((code): CodedEvent => ({
        kind: 'condition',
        code: { system: System.icd10cm, code },
        start: days[encounter],
        encounter,
      })),
    ),
  };
}

const isHeldOut = (i: number) => i % 2 === 1;
const heldOut = Array.from({ length: PEOPLE }, (_, i) => i).filter(isHeldOut);
const diabetic = heldOut.filter((i) => i % 4 < 2).length;

const isDiabetes = ({ outcome }: OutcomeComparison) => outcome !== 'death' && outcome.code === 'E11';

/** A folder as `generate --from` writes it: two futures of each of these people. */
async function drawn(name: string, people: readonly number[], future: (i: number, k: number) => PatientRecord) {
  const trained = await provenRun(at('model'), 'train');
  const run = {
    command: 'generate',
    out: at(name),
    options: { asOf: AS_OF, futures: 2 },
    links: { model: at('model') },
    inputs: inputsFrom('model', trained),
  };
  await intoRunFolder(run, async (folder) => {
    const writer = new RecordsWriter(join(folder, 'records.ndjson.gz'));
    for (const i of people)
      for (const k of [1, 2])
        await writer.write({ ...future(i, k), id: `${i === LONG ? uuidOf(idOf(i)) : idOf(i)}-${k}` });
    await writer.close();
    return { patients: people.length };
  });
  return at(name);
}

beforeAll(async () => {
  const everybody = Array.from({ length: PEOPLE }, (_, i) => person(i));
  const source = recordSource('people', everybody);
  const partOf = (id: string) => (isHeldOut(Number(/\d+$/.exec(id))) ? 'holdout' : 'train');
  await ingest({ ...source, partOf }, { out: at('cohort'), minPatients: 3, level: ['icd-10-cm=category'] });
  await train(at('cohort'), { out: at('model'), model: 'marginals', engine: 'cpu' });
});

it('puts futures beside what became of people, code by code of the cohort’s columns', async () => {
  // One of two futures of each has diabetes, written as another code of its category.
  const futures = await drawn('futures', heldOut, (i, k) => person(k === 1 ? 1 : 3, i % 3 ? 'E11.65' : 'E11'));
  const { forecasts, isProven } = await evaluateForecasts(at('cohort'), futures, { out: at('report') });
  expect(isProven).toBe(true);
  expect(forecasts).toMatchObject({ asOf: AS_OF, people: heldOut.length, futuresPerPerson: 2, notes: [] });
  expect(forecasts.horizons.map(({ days, followed }) => [days, followed])).toEqual(
    [30, 365, 1825].map((days) => [days, days > 1800 ? { observed: 0, expected: 0 } : { observed: 1, expected: 1 }]),
  );
  const [month] = forecasts.horizons;
  expect(month.visits).toMatchObject({ observed: 1, expected: 1 });
  const diabetes = month.outcomes.find(isDiabetes)!;
  expect(diabetes).toMatchObject({
    people: heldOut.length,
    observed: diabetic,
    expected: heldOut.length / 2,
    outcome: { title: 'Type 2 diabetes mellitus' },
  });
  const report = JSON.parse(readFileSync(at('report', 'report.json'), 'utf8'));
  expect(report.forecasts.summary).toEqual(forecasts.summary);
  expect(readFileSync(at('report', 'report.html'), 'utf8')).toContain('Type 2 diabetes mellitus');
  const run = JSON.parse(readFileSync(at('report', 'run.json'), 'utf8'));
  expect(run.links).toEqual({ cohort: '../cohort', futures: '../futures' });
  expect(run.inputs.map(({ name }: { name: string }) => name)).toContain('futures/records.ndjson.gz');
});

it('stands in the report of synthetic patients where both are given', async () => {
  await generate(at('model'), { number: 40, out: at('synth'), engine: 'cpu' });
  const futures = await drawn('all-ill', heldOut, () => person(1));
  const options = { out: at('both'), futures, histories: false };
  const { assessment } = await evaluate(at('cohort'), at('synth'), options);
  const { horizons, summary } = assessment.forecasts!;
  expect(horizons[0].outcomes.find(isDiabetes)!.ratio!.upper).toBeLessThan(1);
  expect(summary.covered).toBe(0);
  expect(JSON.parse(readFileSync(at('both', 'report.json'), 'utf8')).forecasts.summary).toEqual(summary);
  expect(readFileSync(at('both', 'report.html'), 'utf8')).toContain('<section id="forecasts"');
});

it('leaves out futures of others, and refuses a folder that has no others, or no futures', async () => {
  const some = await drawn('some', [0, 2, ...heldOut], (i) => person(i));
  const { forecasts } = await evaluateForecasts(at('cohort'), some, { out: at('some-report') });
  expect(forecasts.people).toBe(heldOut.length);
  expect(forecasts.notes).toHaveLength(1);
  const others = await drawn('others', [0, 2, 4], (i) => person(i));
  await expect(evaluateForecasts(at('cohort'), others, { out: at('none') })).rejects.toThrow(ForeignFuturesError);
  await generate(at('model'), { number: 10, out: at('few'), engine: 'cpu' });
  await expect(evaluateForecasts(at('cohort'), at('few'), { out: at('none') })).rejects.toThrow(NotFuturesError);
  // And futures are no synthetic patients: the histories in them are real ones.
  const asPatients = evaluate(at('cohort'), some, { out: at('none') });
  await expect(asPatients).rejects.toThrow(FuturesAsPatientsError);
  await expect(asPatients).rejects.toThrow(/--futures/);
  const paths = { records: at('cohort', 'train'), holdout: at('cohort', 'holdout'), synth: some };
  await expect(evaluateRecords(paths, { out: at('none') })).rejects.toThrow(FuturesAsPatientsError);
  writeFileSync(join(some, 'records.ndjson.gz'), '');
  await expect(evaluateForecasts(at('cohort'), some, { out: at('none') })).rejects.toThrow(BrokenLinkError);
  await expect(evaluateForecasts(at('cohort'), some, { out: at('none'), outcome: 'I10' } as never)).rejects.toThrow(
    /outcome/,
  );
});
