import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFhir } from '@ehrsynth/fhir';
import { writeOmop } from '@ehrsynth/omop';
import type { PatientRecord } from '@ehrsynth/records';
import { GATES, judge, Policy } from '@ehrsynth/release';
import { simulateLives } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { beforeAll, expect, it } from 'vitest';
import { RecordsWriter } from '../cohort/records-file.ts';
import type { PipelineEvent } from '../run/events.ts';
import { ownFolder } from '../testing.ts';
import { NobodyHeldOutError, NoPatientsError, NothingToCompareError } from './errors.ts';
import { evaluateRecords } from './evaluate-records.ts';

const at = ownFolder();
const vocabulary = new Vocabulary();
/** Gates on attacks on histories. */
const ATTACKS = GATES.filter(({ name, section }) => section === 'privacy' && /histor|sequence/.test(name)).map(
  ({ name }) => name,
);
const KINDS = ['condition' as const];
const PATIENTS = { training: 80, holdout: 70, honest: 70 };

function lives(patients: number, seed: number): PatientRecord[] {
  return [...simulateLives({ patients, seed }, vocabulary)];
}

async function* stream<T>(items: T[]) {
  yield* items;
}

async function write(path: string, records: PatientRecord[]): Promise<void> {
  const writer = new RecordsWriter(path);
  for (const record of records) await writer.write(record);
  await writer.close();
}

beforeAll(async () => {
  for (const name of ['fhir', 'omop']) mkdirSync(at(name));
  const [training, holdout] = [lives(PATIENTS.training, 1), lives(PATIENTS.holdout, 2)];
  await writeFhir(stream(training), at('fhir'), vocabulary, { format: 'ndjson', gzip: false });
  await writeOmop(stream(holdout), at('omop'), { format: 'parquet', today: '2026-01-01' });
  await write(at('training.ndjson'), training);
  await write(at('holdout.ndjson'), holdout);
  await write(at('honest.ndjson'), lives(PATIENTS.honest, 3));
  writeFileSync(at('empty.ndjson'), '');
});

const judged = (synth: string, out: string, onEvent?: (event: PipelineEvent) => void) =>
  evaluateRecords(
    { records: at('training.ndjson'), holdout: at('holdout.ndjson'), synth },
    { out: at(out), kinds: KINDS },
    { onEvent },
  );
const outcomes = (verdict: ReturnType<typeof judge>) =>
  Object.fromEntries(verdict.gates.map(({ name, outcome }) => [name, outcome]));

it('reads each side from its own format, measures everything, and leaves no work behind', async () => {
  const { assessment, isProven } = await evaluateRecords(
    { records: at('fhir'), holdout: at('omop'), synth: at('honest.ndjson') },
    { out: at('report'), minPatients: 15 },
  );
  expect(isProven).toBe(false);
  const { comparison, histories: found, source } = assessment;
  expect(comparison.rows).toEqual({
    training: PATIENTS.training,
    holdout: PATIENTS.holdout,
    synthetic: PATIENTS.honest,
  });
  expect(source).toBeUndefined();
  expect(found!.longitudinal.patients).toEqual(comparison.rows);
  // Values of all three formats are in one unit, and so compared.
  expect(found!.values.distribution.ks.synthetic!.value).toBeLessThan(0.35);
  expect(found!.values.distribution.ks.synthetic!.measured).toBeGreaterThan(3);
  expect(readdirSync(at()).filter((name) => /work|partial/.test(name))).toEqual([]);
  const report = JSON.parse(readFileSync(at('report', 'report.json'), 'utf8'));
  expect(report.histories.attacks.membership.aligned.value).toBe(found!.attacks.membership.aligned!.value);
  // The page shows synthetic patients alone, and what measured them.
  const html = readFileSync(at('report', 'report.html'), 'utf8');
  expect(html).toMatch(/<th scope="row">evaluated<\/th><td>\d{4}-\d\d-\d\d, ehrsynth \d/);
  expect(html).toContain('The first 20 synthetic patients');
  const run = readFileSync(at('report', 'run.json'), 'utf8');
  expect(JSON.parse(run)).toMatchObject({
    command: 'evaluate',
    counts: { origins: { training: 'fhir', holdout: 'omop', synth: 'records' } },
  });
  expect(run).not.toContain(at());
});

it('histories of training patients fail the attacks on them; those of other people pass or are too few', async () => {
  const copied = await judged(at('training.ndjson'), 'copied');
  const failed = outcomes(copied.assessment.verdict);
  for (const name of ATTACKS) expect([name, failed[name]]).toEqual([name, 'failed']);
  const events: PipelineEvent[] = [];
  const honest = await judged(at('honest.ndjson'), 'honest', (event) => void events.push(event));
  const passed = outcomes(honest.assessment.verdict);
  for (const name of ATTACKS) expect(passed[name], name).toMatch(/passed|too few to tell/);
  const steps = events.filter((event) => event.type === 'progress' && event.work === 'Measuring histories');
  expect(steps.length).toBeGreaterThan(20);
});

it('people who are in training and held out, or there twice, count once, so that copies of them are found', async () => {
  const [training, others] = [lives(PATIENTS.training, 1), lives(PATIENTS.holdout, 2)];
  const codesOf = ({ events }: PatientRecord) =>
    new Set(
      events.flatMap(({ kind, code, start }) => (KINDS.includes(kind as never) ? [`${start} ${code.code}`] : [])),
    );
  const known = training.filter((record) => codesOf(record).size >= 5);
  // Under other ids, and with their events the other way round.
  const again = known.map((record, i) => ({ ...record, id: `again${i}`, events: record.events.toReversed() }));
  await write(at('mixed.ndjson'), [...others, ...again.slice(0, 40)]);
  await write(at('twice.ndjson'), [...training, ...again.slice(0, 5)]);
  const { assessment } = await evaluateRecords(
    { records: at('twice.ndjson'), holdout: at('mixed.ndjson'), synth: at('training.ndjson') },
    { out: at('overlap'), kinds: KINDS, histories: false },
  );
  expect(assessment.comparison.rows).toMatchObject({ training: PATIENTS.training, holdout: PATIENTS.holdout });
  expect(assessment.notes).toEqual([
    expect.stringMatching(/^Fewer than 11 training records were left out because they repeat another one/),
    expect.stringMatching(/^40 held-out records were left out because they also occur among the training records/),
  ]);
  expect(readFileSync(at('overlap', 'report.html'), 'utf8')).toContain(
    '40 held-out records were left out because they also occur among the training',
  );
  expect(outcomes(assessment.verdict)).toMatchObject({ 'exact-copies': 'failed', 'near-copies': 'failed' });
  // The same people, and a few with hardly a code, who are nobody's in particular.
  await write(at('known.ndjson'), [...again, ...lives(5, 9).map((record) => ({ ...record, events: [] }))]);
  await expect(
    evaluateRecords(
      { records: at('training.ndjson'), holdout: at('known.ndjson'), synth: at('honest.ndjson') },
      { out: at('nobody-held-out'), kinds: KINDS },
    ),
  ).rejects.toThrow(NobodyHeldOutError);
}, 240_000);

it('what is left out or has no visits is not measured, and no gate of histories is passed', async () => {
  const undated = lives(30, 4).map((record) => ({ ...record, encounters: [], events: [] }));
  await write(at('undated.ndjson'), undated);
  for (const [synth, options] of [
    ['undated.ndjson', {}],
    ['honest.ndjson', { histories: false }],
  ] as const) {
    const paths = { records: at('training.ndjson'), holdout: at('holdout.ndjson'), synth: at(synth) };
    const { assessment } = await evaluateRecords(paths, {
      out: at('none'),
      force: true,
      kinds: KINDS,
      ...options,
    });
    expect(assessment.histories).toBeUndefined();
    const why = 'No visit and no event of the synthetic records has a date: records over time are not measured.';
    const noCode = expect.stringMatching(/^The synthetic records have no codes of \S*icd-10-cm/) as string;
    expect(assessment.notes).toEqual(synth === 'undated.ndjson' ? [noCode, why] : []);
    expect(assessment.verdict.gates.filter(({ name }) => ATTACKS.includes(name))).toEqual([]);
    const named = Policy.parse({ gates: { 'sequence-copies': 0.01, 'record-span': 0.1 } });
    const { comparison, privacy, histories } = assessment;
    const verdict = judge({ comparison, privacy, histories }, named);
    expect(outcomes(verdict)).toMatchObject({
      'sequence-copies': 'not measured',
      'record-span': 'not measured',
    });
    expect(verdict.passed).toBe(false);
  }
});

it('where the synthetic records have dates and the real ones have none, gates on histories stand as not measured', async () => {
  const undated = lives(PATIENTS.training, 1).map((record) => ({
    ...record,
    encounters: [],
    events: record.events.map(({ kind, code }) => ({ kind, code })),
  }));
  await write(at('no-dates.ndjson'), undated);
  const paths = { records: at('no-dates.ndjson'), holdout: at('holdout.ndjson'), synth: at('honest.ndjson') };
  const { assessment } = await evaluateRecords(paths, { out: at('no-dates'), kinds: KINDS });
  expect(assessment.histories).toBeUndefined();
  const found = outcomes(assessment.verdict);
  expect(ATTACKS.map((name) => found[name])).toEqual(ATTACKS.map(() => 'not measured'));
  expect(assessment.verdict.passed).toBe(false);
}, 60_000);

it('says what it cannot read or compare', async () => {
  const real = { records: at('training.ndjson'), holdout: at('holdout.ndjson') };
  const options = { out: at('failed') };
  await expect(evaluateRecords({ ...real, synth: at('empty.ndjson') }, options)).rejects.toThrow(
    /None of the 1 files is FHIR/,
  );
  mkdirSync(at('nobody'));
  await write(at('nobody', 'records.ndjson.gz'), []);
  await expect(evaluateRecords({ ...real, synth: at('nobody') }, options)).rejects.toThrow(NoPatientsError);
  const all = { ...real, synth: at('honest.ndjson') };
  await expect(evaluateRecords(all, { ...options, minPatients: 5000 })).rejects.toThrow(NothingToCompareError);
  await expect(evaluateRecords({ ...all, holdout: at('nowhere') }, options)).rejects.toThrow(/No such file/);
  expect(readdirSync(at()).filter((name) => /failed/.test(name))).toEqual([]);
});
