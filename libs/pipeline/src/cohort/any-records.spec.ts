import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { writeFhir } from '@ehrsynth/fhir';
import { UserError } from '@ehrsynth/io';
import { writeMeds } from '@ehrsynth/meds';
import { writeOmop } from '@ehrsynth/omop';
import type { PatientRecord } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { beforeAll, expect, it } from 'vitest';
import { WholeCohortError } from '../errors.ts';
import { writeCsv } from '../export/csv-export.ts';
import { ownFolder, simulated } from '../testing.ts';
import { readAnyRecords } from './any-records.ts';
import { ingest } from './ingest.ts';
import { RecordsWriter } from './records-file.ts';

const at = ownFolder();
const PATIENTS = 25;

async function* patients() {
  yield* simulatePatients({ patients: PATIENTS, seed: 3 }, new Vocabulary());
}

beforeAll(async () => {
  for (const name of ['own', 'ndjson', 'bundles', 'omop', 'parquet', 'duckdb', 'meds', 'csv', 'renamed'])
    mkdirSync(at(name));
  const writer = new RecordsWriter(at('own', 'records.ndjson.gz'));
  for await (const record of patients()) await writer.write(record);
  await writer.close();
  cpSync(at('own', 'records.ndjson.gz'), at('renamed', 'people.gz'));
  writeFileSync(at('plain.ndjson'), gunzipSync(readFileSync(at('own', 'records.ndjson.gz'))));
  await writeFhir(patients(), at('ndjson'), new Vocabulary(), { format: 'ndjson', gzip: true });
  await writeFhir(patients(), at('bundles'), new Vocabulary(), { format: 'bundles', gzip: false });
  const today = '2026-01-01';
  await writeOmop(patients(), at('omop'), { format: 'csv', today });
  await writeOmop(patients(), at('parquet'), { format: 'parquet', today });
  await writeOmop(patients(), at('duckdb'), { format: 'duckdb', today });
  const dataset = { name: 'test', etlVersion: '0', createdAt: '2026-01-01T00:00:00Z' };
  const splitOf = ({ sex }: PatientRecord) => (sex === 'female' ? 'held_out' : 'train');
  await writeMeds(patients(), at('meds'), { dataset, splitOf });
  await writeCsv(at('own', 'records.ndjson.gz'), at('csv'));
  await ingest(simulated(PATIENTS), { out: at('cohort'), minPatients: 1 });
  renameSync(at('omop', 'person.csv'), at('omop', 'PERSON.csv'));
});

async function read(path: string, options: Parameters<typeof readAnyRecords>[1] = {}) {
  const { origin, records, tally } = await readAnyRecords(path, options);
  const found = [];
  for await (const record of records) found.push(record);
  return { origin, tally, found };
}

it.each([
  ['own', 'records'],
  ['own/records.ndjson.gz', 'records'],
  ['plain.ndjson', 'records'],
  ['renamed/people.gz', 'records'],
  ['csv', 'csv'],
  ['ndjson', 'fhir'],
  ['ndjson/Patient.ndjson.gz', 'fhir'],
  ['bundles', 'fhir'],
  ['omop', 'omop'],
  ['parquet', 'omop'],
  ['duckdb', 'omop'],
  ['meds', 'meds'],
])('%s: the same patients, read as %s', async (name, origin) => {
  const { found, ...from } = await read(at(...name.split('/')));
  expect(from.origin).toBe(origin);
  expect(found).toHaveLength(PATIENTS);
  const expected = await read(at('own'));
  const counts = (records: typeof found) => records.map(({ events }) => events.length).sort((a, b) => a - b);
  if (!name.includes('Patient')) expect(counts(found)).toEqual(counts(expected.found));
  expect([...from.tally.used.values()].some((count) => count > 0)).toBe(true);
});

it('takes a folder that has rows of MEDS alone for MEDS, and tables of OMOP in data/ for OMOP', async () => {
  cpSync(at('meds', 'data'), at('rows', 'data'), { recursive: true });
  const { origin, found } = await read(at('rows'));
  expect([origin, found.length]).toEqual(['meds', PATIENTS]);
  cpSync(at('parquet'), at('tables', 'data'), { recursive: true });
  expect((await read(at('tables'))).origin).toBe('omop');
});

it('reads one part of a cohort, and never both as one', async () => {
  const { found: training } = await read(at('cohort', 'train'));
  const { found: holdout } = await read(at('cohort', 'holdout'));
  expect(training.length + holdout.length).toBe(PATIENTS);
  await expect(read(at('cohort'))).rejects.toThrow(WholeCohortError);
});

it('reads the kinds of events that are asked for, and counts the others, whatever the origin', async () => {
  for (const name of ['own', 'csv', 'ndjson', 'meds', 'omop']) {
    const { found, tally } = await read(at(name), { kinds: ['drug'] });
    const kinds = new Set(found.flatMap(({ events }) => events.map(({ kind }) => kind)));
    expect(kinds, name).toEqual(new Set(['drug']));
    expect(
      [...tally.systems.values()].map(({ kind }) => kind),
      name,
    ).toEqual(['drug']);
  }
});

it('says what it cannot read', async () => {
  await expect(read(at('nowhere'))).rejects.toThrow(/No such file/);
  mkdirSync(at('empty'));
  await expect(read(at('empty'))).rejects.toThrow(/folder is empty/);
  writeFileSync(at('letter.txt'), 'Dear all');
  await expect(read(at('letter.txt'))).rejects.toThrow(UserError);
});
