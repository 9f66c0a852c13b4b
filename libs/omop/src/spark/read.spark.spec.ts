import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventKind, Tally } from '@ehrsynth/records';
import { SparkSession } from '@ehrsynth/spark';
import { startSail, startSpark, type TestSpark } from '@ehrsynth/spark/testing';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOmop, writeOmop } from '../index.ts';
import { type Cdm, writeCdm } from '../testing/cdm.ts';
import { readAll } from '../testing/reading.ts';
import { recordArbitrary } from '../testing/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'on-spark-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is noted of files alone. */
const OF_FILES = /not read|quotes|hashed to 64 bits/;

/** Rows with what sources get wrong, as texts. */
const ODD: Cdm = {
  person: [
    { person_id: '1', gender_concept_id: '8507', year_of_birth: '1980', month_of_birth: '2', day_of_birth: '30' },
    { person_id: 'P-2', gender_concept_id: '8532', year_of_birth: '1970.0', birth_datetime: '1970-05-06 14:05:00' },
    { person_id: '3', gender_concept_id: '0', gender_source_value: 'F', year_of_birth: '2093' },
    { person_id: '3', gender_concept_id: '8507', year_of_birth: '1950' },
    {
      person_id: '{0033E4BC-E630-47BE-8C89-FCD332CEF687}',
      gender_concept_id: '8507',
      year_of_birth: '1900',
      month_of_birth: '1',
      day_of_birth: '1',
    },
  ],
  death: [
    { person_id: '1', death_date: '2020-03-01' },
    { person_id: '1', death_date: '2020/03/04' },
    { person_id: 'P-2', death_date: '2099-12-31' },
  ],
  visit_occurrence: [
    {
      visit_occurrence_id: '1',
      person_id: '1',
      visit_concept_id: '9201',
      visit_start_date: '20190105',
      visit_end_date: '2019-01-09',
    },
    {
      visit_occurrence_id: '2',
      person_id: 'P-2',
      visit_concept_id: '1e3',
      visit_start_date: '2019-02-01 10:30:00',
      visit_start_datetime: '2019-02-01 2:30 PM',
      visit_end_date: '2019-01-01',
    },
    { visit_occurrence_id: '2', person_id: 'P-2', visit_concept_id: '9202', visit_start_date: '2019-02-01' },
  ],
  condition_occurrence: [
    {
      condition_occurrence_id: 'a',
      person_id: '1',
      condition_start_date: '2019-01-05',
      condition_source_value: 'I10',
      visit_occurrence_id: '1',
    },
    {
      condition_occurrence_id: 'b',
      person_id: '1',
      condition_start_date: '1900-01-01',
      condition_source_value: 'E11.9',
    },
    {
      condition_occurrence_id: 'c',
      person_id: 'P-2',
      condition_start_date: '2019-02-30',
      condition_source_value: 'E11.9',
    },
    {
      condition_occurrence_id: 'd',
      person_id: 'P-2',
      condition_start_date: '2019-02-03',
      condition_source_value: "It's \\n no code",
      visit_occurrence_id: '1',
    },
    {
      condition_occurrence_id: 'e',
      person_id: 'nobody',
      condition_start_date: '2019-02-03',
      condition_source_value: 'I10',
    },
    {
      condition_occurrence_id: 'f',
      person_id: '0033e4bc-e630-47be-8c89-fcd332cef687',
      condition_start_date: '2019-02-03',
      condition_source_value: 'I10',
      condition_status_source_value: 'resolved',
    },
  ],
  measurement: [
    {
      measurement_id: '1',
      person_id: '1',
      measurement_date: '2019-01-06',
      measurement_time: '905',
      measurement_source_value: '4548-4',
      value_as_number: '6.1',
      unit_source_value: '%',
    },
    {
      measurement_id: '2',
      person_id: '1',
      measurement_date: '2019-01-06',
      measurement_time: '2:05 PM',
      measurement_source_value: '4548-4',
      value_as_number: '1_0',
    },
    {
      measurement_id: '3',
      person_id: 'P-2',
      measurement_date: '2019-01-06',
      measurement_time: 'noon',
      measurement_source_value: '4548-4',
      value_source_value: '<0.1 %',
    },
  ],
};

describe.each([
  ['Apache Spark', startSpark],
  ['Sail', startSail],
])('OMOP on %s', (_, start: () => Promise<TestSpark | undefined>) => {
  let url: string;
  let server: TestSpark | undefined;
  beforeAll(async () => {
    server = await start();
    // Sail's tables are of a session.
    url = `${server?.url}/;user_id=test;session_id=${randomUUID()}`;
  });
  afterAll(() => server?.stop());
  const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (server ? work() : skip()));

  const sql = async (...statements: string[]) => {
    const session = await SparkSession.open(url);
    for (const statement of statements) await session.run(statement);
    await session.close();
  };
  /** Makes a schema of a folder's files, one for each table. */
  const register = async (schema: string, from: string, using: string) => {
    const files = readdirSync(from).filter((name) => /[.](parquet|csv)$/.test(name));
    const tables = files.map((file) => {
      const location = `LOCATION '${join(from, file)}'`;
      return `CREATE TABLE ${schema}.${file.replace(/[.].*/, '')} USING ${using} ${location}`;
    });
    await sql(`CREATE SCHEMA ${schema}`, ...tables);
  };
  const withoutPlaces = (tally: Tally) => ({
    used: tally.used,
    rows: tally.rows,
    notes: [...tally.notes].filter(([reason]) => !OF_FILES.test(reason)).sort(),
    problems: tally.problems
      .filter(({ reason }) => !OF_FILES.test(reason))
      .map(({ reason, detail, where }) => [
        reason,
        detail,
        where
          .split(', ')
          .at(-1)!
          .replace(/^table .*|.*[.]csv$/, ''),
      ]),
  });

  test('reads the records that were written, as from files', async () => {
    const [records] = fc.sample(
      fc.uniqueArray(recordArbitrary, { selector: ({ id }) => id, minLength: 15, maxLength: 15 }),
      { numRuns: 1, seed: 5 },
    );
    const cdm = join(folder, `written-${server!.port}`);
    await writeOmop(
      (async function* () {
        yield* records;
      })(),
      cdm,
      { format: 'parquet', today: '2026-01-01' },
    );
    await register('written', cdm, 'parquet');
    const [files, spark] = [await readAll(cdm), await readAll(url, { schema: 'written' })];
    expect(spark.records).toEqual(files.records);
    expect(withoutPlaces(spark.tally).used).toEqual(withoutPlaces(files.tally).used);
  });

  test('reads texts by the same rules as files: ids, days, times and numbers, and counts what is wrong', async () => {
    const cdm = writeCdm(join(folder, `odd-${server!.port}`), ODD);
    await register('odd', cdm, "csv OPTIONS (header 'true', escape '\"')");
    const [files, spark] = [await readAll(cdm), await readAll(url, { schema: 'odd' })];
    expect(spark.records).toEqual(files.records);
    expect(withoutPlaces(spark.tally)).toEqual(withoutPlaces(files.tally));
  });

  test('names the column that is missing, the schema that is not there, and the table', async () => {
    await sql(
      'CREATE SCHEMA lacking',
      'CREATE TABLE lacking.person USING parquet AS SELECT 1 AS person_id, 8507 AS gender_concept_id',
    );
    await expect(readAll(url, { schema: 'lacking' })).rejects.toThrow(
      /Table person has no column year_of_birth[^]*schema \w+\.lacking, table person[^]*Its columns: person_id, gender_concept_id/,
    );
    await expect(readAll(url, { schema: 'nowhere' })).rejects.toThrow(/no such schema[^]*nowhere[^]*lacking/);
    await sql('CREATE SCHEMA bare', 'CREATE TABLE bare.note USING parquet AS SELECT 1 AS note_id');
    await expect(readAll(url, { schema: 'bare' })).rejects.toThrow(/no table person in the schema[^]*It has note/);
  });

  test('refuses tables that changed between its queries', async () => {
    const person = (id: number) => `SELECT ${id} AS person_id, 8507 AS gender_concept_id, 1980 AS year_of_birth`;
    await sql(
      'CREATE SCHEMA loaded',
      `CREATE TABLE loaded.person USING parquet AS ${person(1)} UNION ALL ${person(2)}`,
    );
    expect((await readAll(url, { schema: 'loaded' })).records).toHaveLength(2);
    const options = { vocabulary: new Vocabulary(), kinds: EventKind.options, schema: 'loaded' };
    const reading = readOmop(url, options, new Tally());
    await reading.next();
    await sql(`INSERT INTO loaded.person ${person(3)}`);
    const rest = async () => {
      while (!(await reading.next()).done);
    };
    await expect(rest()).rejects.toThrow(/A table changed while it was read: 2 rows before, 3 after/);
  });
});
