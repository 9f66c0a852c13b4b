import { randomUUID } from 'node:crypto';
import { type PatientRecord, Tally } from '@ehrsynth/records';
import { SparkSession } from '@ehrsynth/spark';
import { startSail, startSpark, type TestSpark } from '@ehrsynth/spark/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folders, medsOf, readAll, rows, writeAll } from '../testing/folders.ts';
import { anyRecord } from '../testing/records.ts';

const newFolder = folders();

describe.each([
  ['Sail', startSail],
  ['Apache Spark', startSpark],
])('MEDS on %s', (name, start: () => Promise<TestSpark | undefined>) => {
  let server: TestSpark | undefined;
  let url: string;
  beforeAll(async () => {
    server = await start();
    // Sail's tables are of a session.
    url = `${server?.url}/;user_id=test;session_id=${randomUUID()}`;
  });
  afterAll(() => server?.stop());
  const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (server ? work() : skip()));

  /** Makes a schema of the files of a dataset. */
  async function register(schema: string, folder: string, data: string): Promise<void> {
    const session = await SparkSession.open(url);
    await session.run(`CREATE SCHEMA ${schema}`);
    const tables = { data, codes: 'metadata/codes.parquet', subject_splits: 'metadata/subject_splits.parquet' };
    for (const [table, path] of Object.entries(tables))
      await session.run(`CREATE TABLE ${schema}.${table} USING parquet LOCATION '${folder}/${path}'`);
    await session.close();
  }
  const byId = (records: PatientRecord[]) => records.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  /** Sail does not say where in its files a row is: what happened at one time is in an order of its own. */
  const asKnown = (records: PatientRecord[]) =>
    name === 'Sail'
      ? records.map(({ events, ...rest }) => ({ ...rest, events: events.map((event) => JSON.stringify(event)).sort() }))
      : records;
  const facts = ({ rows: all, used, skipped, notes, systems }: Tally) => ({ rows: all, used, skipped, notes, systems });

  test('gives the records of every field that files give', async () => {
    const [records] = fc.sample(fc.uniqueArray(anyRecord, { selector: ({ id }) => id, minLength: 25, maxLength: 25 }), {
      numRuns: 1,
      seed: 11,
    });
    const folder = newFolder();
    await writeAll(records, folder);
    await register('own', folder, 'data/train/0.parquet');
    const tallies = [new Tally('stop'), new Tally('stop')];
    const files = await readAll(folder, { tally: tallies[0] });
    const spark = await readAll(url, { tally: tallies[1], schema: 'own' });
    expect(asKnown(byId(spark))).toEqual(asKnown(byId(files)));
    expect(facts(tallies[1])).toEqual(facts(tallies[0]));
  });

  test('reads what others write: rows of nobody and without a code, stays, values, splits', async () => {
    const folder = await medsOf(newFolder(), {
      'data/0.parquet': rows(
        "NULL, NULL, 'LAB//51221//%', 1.5",
        "1, NULL, 'GENDER//F'",
        "1, NULL, 'MEDS_BIRTH'",
        "1, '1980-02-03', 'MEDS_BIRTH'",
        "1, '2020-01-01 10:15:00', 'HOSPITAL_ADMISSION//EMERGENCY'",
        "1, '2020-01-01 11:00:00', 'LAB//51221//%', 4.8",
        "1, '2020-01-01 11:00:00', 'DIAGNOSIS//ICD//10//E119'",
        "1, '2020-01-03 09:00:00', 'HOSPITAL_DISCHARGE//HOME'",
        "2, '1950-01-01', 'MEDS_BIRTH'",
        "2, '2021-05-05', NULL",
        "2, '2021-05-05', 'SNOMED/44054006'",
        "3, '2021-05-05', 'ICD10CM//I10'",
      ),
      'metadata/codes.parquet':
        "SELECT 'LAB//51221//%' AS code, 'Hematocrit' AS description, ['LOINC/20570-8'] AS parent_codes UNION ALL SELECT 'SNOMED/44054006', NULL, NULL",
      'metadata/subject_splits.parquet':
        "SELECT * FROM (VALUES (1::BIGINT, 'train'), (2, 'held_out'), (2, 'train'), (3, 'held_out'), (9, 'train')) v(subject_id, split)",
    });
    await register('others', folder, 'data/0.parquet');
    const [ofFiles, ofSpark] = [{}, {}].map(() => ({ tally: new Tally(), splits: [] as unknown[] }));
    const files = await readAll(folder, { tally: ofFiles.tally, onSubject: (...split) => ofFiles.splits.push(split) });
    const spark = await readAll(url, {
      schema: 'others',
      tally: ofSpark.tally,
      onSubject: (...split) => ofSpark.splits.push(split),
    });
    expect(asKnown(spark)).toEqual(asKnown(files));
    expect(ofSpark.splits).toEqual(ofFiles.splits);
    expect(facts(ofSpark.tally)).toEqual(facts(ofFiles.tally));
    expect(ofSpark.tally.unaccounted()).toEqual([]);
  });

  test('says what is missing: the schema, the table, a column', async () => {
    const session = await SparkSession.open(url);
    await session.run('CREATE SCHEMA bare');
    await session.run('CREATE TABLE bare.person USING parquet AS SELECT 1 AS person_id');
    await session.run('CREATE SCHEMA lacking');
    await session.run('CREATE TABLE lacking.data USING parquet AS SELECT 1 AS subject_id, 2 AS time');
    await session.close();
    await expect(readAll(url, { schema: 'nowhere' })).rejects.toThrow(/no table data in the schema/);
    await expect(readAll(url, { schema: 'bare' })).rejects.toThrow(/no table data in the schema[^]*It has person/);
    await expect(readAll(url, { schema: 'lacking' })).rejects.toThrow(
      /column code, which MEDS requires, is missing[^]*Its columns: subject_id, time/,
    );
  });
});
