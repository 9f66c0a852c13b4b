import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Tally } from '@ehrsynth/records';
import { afterAll, describe, expect, it } from 'vitest';
import { cdmFolders } from '../testing/folders.ts';

const { folder, duckdb, read, remove } = cdmFolders();
afterAll(remove);

const PERSON = 'person_id,gender_concept_id,year_of_birth\n1,8507,1970\n2,8532,1980\n';
const HEADER = 'condition_occurrence_id,person_id,condition_start_date,condition_source_value\n';
const A = `${HEADER}1,1,2010-01-01,I10\n2,2,2010-01-02,I10\n`;
const B = `${HEADER}3,1,2010-01-03,E11.9\n`;
/** The same columns in another order, and one more. */
const OTHER_ORDER =
  'condition_source_value,condition_start_date,visit_occurrence_id,person_id,condition_occurrence_id\nE11.9,2010-01-03,,1,3\n';
const ALL = ['E11.9 2010-01-03', 'I10 2010-01-01', 'I10 2010-01-02'];
const parquet = (rows: string, columns = 'id, person, day, code') => ({
  sql: `SELECT id AS condition_occurrence_id, person AS person_id, CAST(day AS DATE) AS condition_start_date, code AS condition_source_value FROM (VALUES ${rows}) t(${columns})`,
});
const PA = parquet("(1, 1, '2010-01-01', 'I10'), (2, 2, '2010-01-02', 'I10')");
const PB = parquet("(3, 1, '2010-01-03', 'E11.9')");

describe('all files of a table are one table', () => {
  it.each<[string, Record<string, string | Buffer | { sql: string }>]>([
    ['numbered', { 'condition_occurrence_0.csv': A, 'condition_occurrence_1.csv': B }],
    ['one of several', { 'condition_occurrence-00001-of-00002.csv': A, 'condition_occurrence-00002-of-00002.csv': B }],
    ['of BigQuery', { 'condition_occurrence000000000000.csv': A, 'condition_occurrence000000000001.csv': B }],
    [
      'of Redshift',
      {
        condition_occurrence_0000_part_00: A.replaceAll(',', '|'),
        condition_occurrence_0001_part_00: B.replaceAll(',', '|'),
      },
    ],
    ['in a subfolder too', { 'condition_occurrence.csv': A, 'more/condition_occurrence.csv': B }],
    ['columns in another order', { 'condition_occurrence_1.csv': A, 'condition_occurrence_2.csv': OTHER_ORDER }],
    ['gzipped beside plain', { 'condition_occurrence_1.csv': A, 'condition_occurrence_2.csv.gz': gzipSync(B) }],
    ['gzip without its ending', { 'condition_occurrence_1.csv': A, 'condition_occurrence_2.csv': gzipSync(B) }],
    [
      'with tabs beside commas',
      { 'condition_occurrence_1.csv': A, 'condition_occurrence_2.tsv': B.replaceAll(',', '\t') },
    ],
    [
      'folder of Spark',
      {
        'condition_occurrence/part-00000-a-c000.csv': A,
        'condition_occurrence/part-00001-a-c000.csv': B,
        'condition_occurrence/part-00002-a-c000.csv': '',
        'condition_occurrence/_SUCCESS': '',
        'condition_occurrence/.part-00000-a-c000.csv.crc': 'x',
      },
    ],
    ['folder with an ending', { 'condition_occurrence.csv/part-0.csv': A, 'condition_occurrence.csv/part-1.csv': B }],
    [
      'Parquet of Spark',
      {
        'condition_occurrence/part-0.c000.snappy.parquet': PA,
        'condition_occurrence/part-1.c000.snappy.parquet': PB,
        'condition_occurrence/_SUCCESS': '',
      },
    ],
    [
      'Parquet with other columns',
      {
        'condition_occurrence.parquet/part-0.parquet': PA,
        'condition_occurrence.parquet/part-1.parquet': {
          sql: `SELECT 'x' AS stop_reason, * FROM (${PB.sql})`,
        },
      },
    ],
    ['CSV beside Parquet, different rows', { 'condition_occurrence.csv': A, 'condition_occurrence.parquet': PB }],
    [
      'partitions of Hive, one of them a column',
      {
        'condition_occurrence/person_id=1/0.parquet': {
          sql: `SELECT * EXCLUDE (person_id) FROM (${PB.sql} UNION ALL ${PA.sql}) WHERE person_id = 1`,
        },
        'condition_occurrence/person_id=2/0.parquet': {
          sql: `SELECT * EXCLUDE (person_id) FROM (${PA.sql}) WHERE person_id = 2`,
        },
      },
    ],
    ['after their schema', { 'cdm.condition_occurrence_0.csv': A, 'cdm.condition_occurrence_1.csv': B }],
  ])('%s', async (_, files) => {
    const path = await folder({ 'cdm.person.csv': PERSON, ...files });
    const { codes, tally, records } = await read(path);
    expect(codes).toEqual(ALL);
    expect(records.map(({ events }) => events.length)).toEqual([2, 1]);
    expect([...tally.filesNotRead.keys()].filter((why) => why !== 'a file of 0 bytes')).toEqual([]);
    const withData = Object.entries(files).filter(([name, content]) => content !== '' && !name.endsWith('.crc'));
    expect(tally.filesRead).toHaveLength(withData.length + 1);
  });

  it.each<[string, Record<string, string | { sql: string }>, RegExp]>([
    [
      'a copy elsewhere',
      { 'condition_occurrence.csv': A, 'backup/condition_occurrence.csv': B + '2,2,2010-01-02,I10\n' },
      /the same rows: condition_occurrence_id 2[\s\S]*backup.condition_occurrence\.csv/,
    ],
    [
      'a copy in another format',
      { 'condition_occurrence.csv': A, 'condition_occurrence.parquet': PA },
      /condition_occurrence\.csv, and .*condition_occurrence\.parquet/,
    ],
    [
      'parts and what they were cut from',
      { 'condition_occurrence.csv': A, 'condition_occurrence_0.csv': A },
      /more than once/,
    ],
    ['a second download', { 'condition_occurrence.csv': A, 'condition_occurrence (1).csv': A }, /more than once/],
    [
      'a table without a key',
      {
        'death.csv': 'person_id,death_date\n1,2020-01-01\n',
        'old/death.csv': 'death_date,person_id\n2020-01-01,1\n',
      },
      /Table death .* the same values in all columns/,
    ],
  ])('refuses what would count twice: %s', async (_, files, message) => {
    await expect(read(await folder({ 'person.csv': PERSON, ...files }))).rejects.toThrow(message);
  });

  it('reads of a Delta table the files that hold its rows now, and refuses one whose log is cut', async () => {
    const log = (...actions: object[]) => actions.map((action) => JSON.stringify(action)).join('\n');
    const [first, second] = ['00000000000000000000.json', '00000000000000000001.json'];
    const files = {
      'person.csv': PERSON,
      'condition_occurrence/part-0.parquet': PA,
      'condition_occurrence/part-1.parquet': parquet(
        "(1, 1, '2010-01-01', 'I10'), (2, 2, '2010-01-02', 'I10'), (3, 1, '2010-01-03', 'E11.9')",
      ),
      [`condition_occurrence/_delta_log/${second}`]: log(
        { remove: { path: 'part-0.parquet' } },
        { add: { path: 'part-1.parquet' } },
      ),
    };
    await expect(read(await folder(files))).rejects.toThrow(/Delta table whose first commits are missing/);
    const whole = {
      ...files,
      [`condition_occurrence/_delta_log/${first}`]: log({ add: { path: 'part-0.parquet' } }),
    };
    expect((await read(await folder(whole))).codes).toEqual(ALL);
  });
});

describe('what is there and not read', () => {
  it('is named, with the table that a file may be meant for', async () => {
    const path = await folder({
      'person.csv': PERSON,
      'condition_occurrence.csv': A,
      'conditions.csv': A,
      'person_old.csv': PERSON,
      'readings.csv': 'a,b\n1,2\n',
      'note.csv': 'note_id,note_text\n1,"broken\n',
      'note_nlp/part-0.parquet': { sql: 'SELECT 1 AS note_nlp_id FROM range(7)' },
      'README.md': 'x',
      'death.json': '{}',
      'measurement.csv': Buffer.from('PK\x03\x04zip'),
      'drug_exposure.csv': '',
    });
    const { tally, codes } = await read(path);
    expect(codes).toHaveLength(2);
    const names = [...tally.filesNotRead].map(([why, { names }]) => [why, names.map((one) => basename(one))]);
    expect(Object.fromEntries(names)).toEqual({
      'no table of the CDM; meant for condition_occurrence?': ['conditions.csv'],
      'no table of the CDM; meant for person?': ['person_old.csv'],
      'no table of the CDM': ['readings.csv'],
      'table of the CDM that is not read': ['note.csv', 'part-0.parquet'],
      'neither CSV nor Parquet': ['README.md'],
      'table in a format that is not read': ['death.json'],
      'table in a format that is not read: a zip archive: unpack it': ['measurement.csv'],
      'a file of 0 bytes': ['drug_exposure.csv'],
    });
    expect(tally.skipped.get('note_nlp')).toEqual(new Map([['table of the CDM that is not read', 7]]));
    await expect(read(path, {}, new Tally('stop'))).rejects.toThrow(/format that is not read|meant for/);
  });

  it('may be the persons', async () => {
    const path = await folder({ 'persons.csv': PERSON, 'condition_occurrence.csv': A });
    await expect(read(path)).rejects.toThrow(
      /no table person[\s\S]*persons\.csv \(no table of the CDM; meant for person\?\)/,
    );
    await expect(read(await folder({ 'person.csv': '' }))).rejects.toThrow(/person\.csv \(a file of 0 bytes\)/);
  });
});

describe('a DuckDB file', () => {
  const cdm = (schema: string, first: number) => [
    `CREATE SCHEMA IF NOT EXISTS ${schema}`,
    `CREATE TABLE ${schema}.person AS SELECT 1 AS person_id, 8507 AS gender_concept_id, 1970 AS year_of_birth`,
    `CREATE TABLE ${schema}.condition_occurrence AS SELECT ${first} AS condition_occurrence_id, 1 AS person_id, DATE '2010-01-01' AS condition_start_date, 77 AS condition_source_concept_id`,
    `CREATE TABLE ${schema}.note AS SELECT * FROM range(5)`,
  ];
  const vocabulary = (schema: string, code: string) => [
    `CREATE SCHEMA ${schema}`,
    `CREATE TABLE ${schema}.concept AS SELECT 77 AS concept_id, '${code}' AS concept_code, 'ICD10CM' AS vocabulary_id`,
  ];

  it('with several CDMs is read where the user names one, in any case', async () => {
    const path = await duckdb(...cdm('backup', 1), ...cdm('cdm', 2), ...vocabulary('vocab', 'I10'));
    await expect(read(path)).rejects.toThrow(/Several schemas have a table person: backup, cdm[\s\S]*--schema NAME/);
    await expect(read(path, { schema: 'vocab' })).rejects.toThrow(
      /The schema vocab has no table person[\s\S]*backup, cdm \(--schema NAME\)/,
    );
    await expect(read(path, { schema: 'cmd' })).rejects.toThrow('The schema cmd does not exist');
    const { codes, tally } = await read(path, { schema: 'CDM' });
    expect(codes).toEqual(['I10 2010-01-01']);
    expect(Object.fromEntries(tally.notes)).toEqual({
      'schema backup has tables of the CDM and is not read': 1,
    });
    expect(tally.skipped.get('note')).toEqual(new Map([['table of the CDM that is not read', 5]]));
    expect(tally.filesRead).toEqual([path]);
  });

  it('is read where the folder that it is in is named', async () => {
    const alone = mkdtempSync(join(tmpdir(), 'database-'));
    try {
      const path = join(alone, 'cdm.duckdb');
      copyFileSync(await duckdb(...cdm('main', 1)), path);
      const { codes, tally } = await read(alone);
      expect(codes).toHaveLength(1);
      expect(tally.filesRead).toEqual([path]);
    } finally {
      rmSync(alone, { recursive: true });
    }
  });

  it('has its vocabularies in the one schema with concepts, or in the one that the user names', async () => {
    const path = await duckdb(...cdm('main', 1), ...vocabulary('v1', 'I10'), ...vocabulary('v2', 'E11.9'));
    await expect(read(path)).rejects.toThrow(/Several schemas have a table concept: v1, v2[\s\S]*--vocabulary-schema/);
    expect((await read(path, { vocabularySchema: 'v2' })).codes).toEqual(['E11.9 2010-01-01']);
    await expect(read(path, { vocabularySchema: 'main' })).rejects.toThrow(/The schema main has no table concept/);
  });

  it('may have a table in which the header stands as a row', async () => {
    const path = await duckdb(
      ...cdm('main', 1).filter((sql) => !sql.includes('condition_occurrence')),
      "CREATE TABLE death AS SELECT 'PERSON_ID' AS column0, 'DEATH_DATE' AS column1",
      "CREATE TABLE condition_occurrence AS SELECT * FROM (VALUES ('PERSON_ID', 'CONDITION_START_DATE', 'CONDITION_SOURCE_VALUE'), ('1', '2010-01-01', 'I10')) t(column0, column1, column2)",
    );
    const { codes, tally } = await read(path);
    expect(codes).toEqual(['I10 2010-01-01']);
    expect([tally.rows.get('death') ?? 0, tally.unaccounted()]).toEqual([0, []]);
  });

  it('may have a table without rows whose columns are none of the CDM, as converters leave them', async () => {
    const death = (rows: string) => `CREATE TABLE main.death AS SELECT 1 AS column0 ${rows}`;
    const { tally, records } = await read(await duckdb(...cdm('main', 1), death('WHERE false')));
    expect(records).toHaveLength(1);
    expect([...tally.notes.keys()]).toContain('death has neither rows nor the columns of the CDM');
    await expect(read(await duckdb(...cdm('main', 1), death('')))).rejects.toThrow(
      'Table death has no column person_id',
    );
  });

  it.each([
    ['SQLite', 'SQLite format 3\0...', /A SQLite file cannot be read[\s\S]*COPY FROM DATABASE/],
    ['one table', PERSON, /A single table file/],
  ])('is what a file must be: %s', async (_, content, message) => {
    const path = await folder({ 'person.csv': content });
    await expect(read(`${path}/person.csv`)).rejects.toThrow(message);
  });
});
