import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@ehrsynth/duckdb';
import { writeOmop } from '@ehrsynth/omop';
import type { PatientRecord } from '@ehrsynth/records';
import { afterAll, expect, it } from 'vitest';
import { processorSeconds } from '../processor-time.ts';
import { useOf } from './event-log.ts';
import type { Measured } from './measure.ts';
import { costOptions } from './options.ts';
import { patientsIn } from './patients.ts';
import { growthOf, planned, wallsOf } from './plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'spark-costs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NOTHING = { tasks: 0, inputBytes: 0, spilledBytes: 0, outputBytes: 0, keptBytes: 0, sentBytes: 0 };
const run = (patients: number, more: Partial<Measured>): Measured => ({
  ...{
    work: 'ingest-rows',
    cores: 1,
    patients,
    seconds: 100,
    sparkSeconds: 60,
    hereSeconds: 20,
    shuffledBytes: 0,
    receivedBytes: 0,
  },
  ...NOTHING,
  ...more,
});
const PLAN = { patients: 1e8, cores: 100, dollarsPerCoreHour: 0.1, megabytesPerSecond: 100 };

it('sums up what tasks did, and what was kept at once, of a log that ends in the middle of a line', async () => {
  const task = (shuffled: number) => ({
    Event: 'SparkListenerTaskEnd',
    'Task Metrics': {
      'Disk Bytes Spilled': 0,
      'Shuffle Write Metrics': { 'Shuffle Bytes Written': shuffled },
    },
  });
  const block = (id: string, bytes: number) => ({
    Event: 'SparkListenerBlockUpdated',
    'Block Updated Info': { 'Block ID': id, 'Memory Size': bytes, 'Disk Size': 0 },
  });
  const events = [task(10), block('rdd_1_0', 100), block('rdd_1_1', 50), block('rdd_1_0', 0), task(5)];
  const lines = [...events, block('broadcast_2', 9)].map((event) => JSON.stringify(event));
  writeFileSync(join(folder, 'app'), [...lines, '{"Event":"Spark'].join('\n'));
  const use = await useOf(folder);
  expect(use).toMatchObject({ tasks: 2, shuffledBytes: 15, keptBytes: 150, inputBytes: 0 });
  rmSync(join(folder, 'app'));
});

it('takes what grows with the patients on along its slope, and what grows faster by its power', () => {
  const fixedAndSlope = [1e4, 1e5].map((patients) => run(patients, { sparkSeconds: 50 + patients / 1000 }));
  expect(growthOf(fixedAndSlope, 'sparkSeconds').at(1e8)).toBeCloseTo(50 + 1e5);
  const square = [1e4, 1e5].map((patients) => run(patients, { shuffledBytes: patients ** 2 }));
  const { exponent, at } = growthOf(square, 'shuffledBytes');
  expect(exponent).toBeCloseTo(2);
  expect(at(1e6)).toBeCloseTo(1e12, -6);
});

it('plans core-hours, money, tasks and hours, and says what ends first', () => {
  const measured = [1e4, 1e5].map((patients) =>
    run(patients, {
      sparkSeconds: patients / 1000,
      hereSeconds: 20,
      shuffledBytes: 1000 * patients,
      receivedBytes: 250 * patients,
      entries: 35 * patients,
    }),
  );
  const plan = planned('ingest-rows', measured, PLAN);
  expect(plan).toMatchObject({ patients: 1e8, tasks: Math.ceil(1e11 / 2 ** 27), receivedBytes: 2.5e10 });
  expect(plan.coreHours).toBeCloseTo(1e5 / 3600);
  expect(plan.dollars).toBeCloseTo(1e4 / 3600);
  // 25 GB at 100 MB/s.
  expect(plan.hoursHere).toBeCloseTo(250 / 3600);
  const [first] = wallsOf('ingest-rows', measured, PLAN);
  expect(first.what).toContain('matrix.npz');
  expect(first.patients).toBeCloseTo(2 ** 31 / 35);
});

it('makes more patients of those that are there, with ids of their own', async () => {
  const record = (id: string): PatientRecord => ({
    ...{ id, sex: 'female', birthDate: '1980-01-01' },
    encounters: [{ class: 'AMB', start: '2020-01-01' }],
    events: [
      { kind: 'condition', code: { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I10' }, start: '2020-01-01' },
    ],
  });
  const base = join(folder, 'omop-2');
  const records = (async function* () {
    yield* ['a', 'b'].map(record);
  })();
  await writeOmop(records, base, { format: 'parquet', today: '2026-01-01' });
  const more = await patientsIn(folder, 6, 2);
  const database = await openDatabase(':memory:', { workFolder: folder });
  const [counts] = await database.all(`
    SELECT count(DISTINCT p.person_id)::INTEGER AS persons, count(DISTINCT person_source_value)::INTEGER AS names,
      count(DISTINCT c.condition_occurrence_id)::INTEGER AS events, count(v.visit_occurrence_id)::INTEGER AS visits
    FROM read_parquet('${more}/person.parquet') p JOIN read_parquet('${more}/condition_occurrence.parquet') c USING (person_id)
    LEFT JOIN read_parquet('${more}/visit_occurrence.parquet') v ON v.person_id = p.person_id`);
  await database.close();
  expect(counts).toEqual({ persons: 6, names: 6, events: 6, visits: 6 });
});

it('refuses works and numbers that there are not', () => {
  expect(costOptions(['--sizes', '100,10']).sizes).toEqual([10, 100]);
  expect(() => costOptions(['--works', 'dance'])).toThrow(/no work dance[^]*ingest-stay/);
  expect(() => costOptions(['--works', 'generate'])).toThrow(/trained model/);
  expect(() => costOptions(['--sizes', 'many'])).toThrow(/numbers above 0/);
});

it.skipIf(process.platform !== 'linux')(
  'counts what a process and the children that it waited for took of processors',
  () => {
    const before = processorSeconds('self');
    spawnSync(process.execPath, [
      '-e',
      'const until = process.cpuUsage().user + 1e5; while (process.cpuUsage().user < until);',
    ]);
    const after = processorSeconds('self');
    expect(after.children - before.children).toBeGreaterThan(0.05);
    expect(processorSeconds(process.pid).own).toBeGreaterThanOrEqual(before.own);
    expect(() => processorSeconds(2 ** 30)).toThrow(/ENOENT/);
  },
);
