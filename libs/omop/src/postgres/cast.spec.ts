import { afterAll, describe, expect, it } from 'vitest';
import type { CdmType } from '../cdm/tables.ts';
import { openDatabase } from '@ehrsynth/duckdb';
import { cast as castInFiles } from '../read/cast.ts';
import { ask, startPostgres } from '../testing/postgres.ts';
import { readAll } from '../testing/reading.ts';
import { castOf } from './cast.ts';

const server = await startPostgres();
afterAll(() => server?.stop());
const sql = (text: string) => ask(server!.url, text);

/** Of a column of the type, a value as PostgreSQL is given it, and what it is; undefined where it is unreadable, null where it is none. */
const INTEGERS: [type: string, value: string, read: string | null | undefined][] = [
  ['smallint', '-7', '-7'],
  ['bigint', '9223372036854775807', '9223372036854775807'],
  ['numeric', '7.00', '7'],
  ['numeric', '7.5', undefined],
  ['numeric', 'NaN', undefined],
  ['numeric', 'Infinity', undefined],
  ['numeric', '9223372036854775808', undefined],
  ['numeric', '1e400', undefined],
  ['double precision', '9007199254740991', '9007199254740991'],
  ['double precision', '1.5', undefined],
  ['double precision', 'NaN', undefined],
  ['double precision', '-Infinity', undefined],
  ['real', '16777216', '16777216'],
  ['text', ' 12 ', '12'],
  ['text', '12.0', '12'],
  ['text', '1e3', '1000'],
  ['text', '', null],
  ['text', '12a', undefined],
  ['text', '99999999999999999999', undefined],
  ['text', '1e99', undefined],
  ['text', '1e17', undefined],
  ['text', '1_1', undefined],
  ['varchar(20)', '8507', '8507'],
  ['char(9)', '8507', '8507'],
  ['boolean', 'true', undefined],
  ['uuid', '0033e4bc-e630-47be-8c89-fcd332cef687', undefined],
];
/** What may stand where the id of a row does. */
const IDS = [
  ['uuid', '0033e4bc-e630-47be-8c89-fcd332cef687'],
  ['text', '{0033E4BC-E630-47BE-8C89-FCD332CEF687}'],
  ['text', 'P-000017'],
  ['text', '99999999999999999999'],
  ['numeric', '99999999999999999999'],
  ['text', '17'],
  ['text', '1e3'],
  ['text', '1e99'],
  ['text', 'NULL'],
  ['text', '2020-01-01T00:00:00'],
  ['text', 'Müller 7'],
  ['text', 'Ü1'],
  ['text', '12-34'],
  ['text', '1.2.840.1'],
  ['text', 'ABCDE'],
  ['text', 'abcde'],
  ['text', '#5'],
  ['text', 'A 1'],
  ['text', '1_1'],
  ['text', '0x1F'],
  ['text', ' +12.0 '],
  ['text', '100.1'],
  ['numeric', '100.1'],
  ['double precision', '1.5'],
  ['text', '12345678-1234-4234-8234-12345678e901'],
  ['text', '2020-01-31'],
  ['text', 'Person_ID'],
  ['text', '(3 rows)'],
  ['text', '---'],
  ['double precision', 'NaN'],
];
const NUMBERS: typeof INTEGERS = [
  ['integer', '-7', '-7'],
  ['numeric', '7.25', '7.25'],
  ['numeric', 'NaN', undefined],
  ['numeric', '-1e400', undefined],
  ['real', 'Infinity', undefined],
  ['double precision', '0.1', '0.1'],
  ['double precision', 'NaN', undefined],
  ['text', '1e3', '1000'],
  ['text', '.5', '0.5'],
  ['text', '1e999', undefined],
  ['text', '<5', undefined],
  ['text', 'NaN', undefined],
];
const DATES: typeof INTEGERS = [
  ['date', '2020-02-29', '2020-02-29'],
  ['date', 'infinity', undefined],
  ['date', '-infinity', undefined],
  ['date', '0044-03-15 BC', undefined],
  ['date', '10000-01-01', undefined],
  ['date', '0001-01-01', '0001-01-01'],
  ['date', '9999-12-31', '9999-12-31'],
  ['timestamp', '2020-02-29 23:59:59', '2020-02-29'],
  ['timestamp', 'infinity', undefined],
  ['timestamptz', '2020-02-29 23:59:59-05', '2020-03-01'],
  ['timestamptz', '-infinity', undefined],
  ['timestamptz', '9999-12-31 05:00:00+00', '9999-12-31'],
  ['text', '2020-02-29', '2020-02-29'],
  ['text', '2020-2-9 10:00', '2020-02-09'],
  ['text', '2020-02-29T23:00:00-05:00', '2020-02-29'],
  ['text', '20200229', '2020-02-29'],
  ['text', '2019-02-29', undefined],
  ['text', '1900-02-29', undefined],
  ['text', '2000-02-29', '2000-02-29'],
  ['text', '2020-04-31', undefined],
  ['text', '2020-13-01', undefined],
  ['text', '2020-00-10', undefined],
  ['text', '0000-01-10', undefined],
  ['text', ' 2020/02/29 ', '2020-02-29'],
  ['text', '2020-02-29Z', '2020-02-29'],
  ['text', '20200229.0', '2020-02-29'],
  ['text', '2020222', undefined],
  ['text', '29/02/2020', undefined],
  ['text', 'infinity', undefined],
  ['text', '2020-02-2912', undefined],
  ['integer', '20200229', '2020-02-29'],
  ['integer', '18321', undefined],
];
const DATETIMES: typeof INTEGERS = [
  ['date', '2020-02-29', '2020-02-29 00:00:00'],
  ['timestamptz', '2020-02-29 23:59:59-05', '2020-03-01 04:59:59'],
  ['timestamp', '-infinity', undefined],
  ['text', '2020-02-29 23:59:59.5', '2020-02-29 23:59:59.5'],
  ['text', '2020-02-29T7:05', '2020-02-29 07:05:00'],
  ['text', '2020-02-29', '2020-02-29 00:00:00'],
  ['text', '2020-02-30 10:00', undefined],
  ['text', '2020-06-01 2:05 PM', '2020-06-01 14:05:00'],
  ['text', '2020-06-01 02:05:00 PM', '2020-06-01 14:05:00'],
  ['text', '2020-06-01 02:05:00.0000000 pm', '2020-06-01 14:05:00'],
  ['text', '2020-06-01T2:05pm', '2020-06-01 14:05:00'],
  ['text', '2020-06-01t2:05', '2020-06-01 02:05:00'],
  ['text', '2020/6/1 2:05 p.m.', '2020-06-01 14:05:00'],
  ['text', '20200601 2 PM', '2020-06-01 14:00:00'],
  ['text', '2020-06-01 12:30 AM', '2020-06-01 00:30:00'],
  ['text', '2020-06-01 12 a.m.', '2020-06-01 00:00:00'],
  ['text', '2020-06-01 12:30 PM', '2020-06-01 12:30:00'],
  ['text', '2020-06-01 0:30 PM', '2020-06-01 12:30:00'],
  ['text', '2020-06-01 11:30:00 AM', '2020-06-01 11:30:00'],
  ['text', '2020-06-01 11:59:59 P. M.', '2020-06-01 23:59:59'],
  ['text', '2020-06-01 14:05 PM', '2020-06-01 14:05:00'],
  ['text', '2020-06-01 14:05 AM', '2020-06-01 14:05:00'],
  ['text', '2020-06-01 2:05 PMT', '2020-06-01 02:05:00'],
  ['text', '2020-06-01 2:05 PM UTC', '2020-06-01 14:05:00'],
  ['text', '2020-06-01 10:00 Amsterdam', '2020-06-01 10:00:00'],
  ['text', '19800131', '1980-01-31 00:00:00'],
];
const rowsOf = (to: CdmType, rows: typeof INTEGERS) => rows.map((row) => [to, ...row] as const);

describe.skipIf(!server)('columns of PostgreSQL', () => {
  it.each([
    ...rowsOf('integer', INTEGERS),
    ...rowsOf('numeric', NUMBERS),
    ...rowsOf('date', DATES),
    ...rowsOf('datetime', DATETIMES),
  ])('as %s: %s %j', async (to, type, value, read) => {
    const name = { timestamp: 'timestamp without time zone', timestamptz: 'timestamp with time zone' }[type] ?? type;
    const cast = castOf('x', name, to);
    const from = `FROM (SELECT CAST('${value}' AS ${type}) AS x) t`;
    const [row] = await ask(
      `${server!.url}?options=-c%20timezone%3DUTC`,
      `SELECT CAST((${cast.sql}) AS text) AS value, ${cast.unreadable ?? 'false'} AS unreadable ${from}`,
    );
    expect(row).toEqual({ value: read ?? null, unreadable: read === undefined });
  });

  it.each(
    [
      ...rowsOf('integer', INTEGERS),
      ...rowsOf('numeric', NUMBERS),
      ...rowsOf('date', DATES),
      ...rowsOf('datetime', DATETIMES),
    ].filter(([, type]) => type === 'text'),
  )('as %s: %s %j, the same in files', async (to, _, value, read) => {
    const database = await openDatabase();
    const [{ found }] = await database.all<{ found: string | null }>(
      `SELECT CAST(${castInFiles('x', to)} AS VARCHAR) AS found FROM (SELECT '${value}' AS x)`,
    );
    await database.close();
    expect(found === null || to !== 'numeric' ? found : String(Number(found))).toBe(read ?? null);
  });

  it.each(IDS)('as the id of a row: %s %s, the same number as in files', async (type, value) => {
    const [{ own }] = await ask<{ own: string | null }>(
      server!.url,
      `SELECT CAST(${castOf('person_id', type, 'integer').sql} AS text) AS own FROM (SELECT CAST('${value}' AS ${type}) AS person_id) t`,
    );
    const database = await openDatabase();
    const [{ theirs }] = await database.all<{ theirs: string | null }>(
      `SELECT CAST(${castInFiles('person_id', 'integer')} AS VARCHAR) AS theirs FROM (SELECT '${value}' AS person_id)`,
    );
    await database.close();
    expect(own).toBe(theirs);
  });

  it('are counted where they hold what is no value of their type, and nothing else is left out', async () => {
    await sql(`CREATE DOMAIN key AS numeric(12, 2); CREATE DOMAIN person_key AS key;
      CREATE TABLE person (person_id person_key, gender_concept_id text, year_of_birth real);
      INSERT INTO person VALUES (1, '8507', 1970), (2, 'M', 'NaN');
      CREATE TABLE visit_occurrence (visit_occurrence_id uuid, person_id bigint, visit_start_date timestamptz, visit_end_date timestamp);
      INSERT INTO visit_occurrence VALUES ('0033e4bc-e630-47be-8c89-fcd332cef687', 1, '2010-01-01 12:00+00', 'infinity');
      CREATE TABLE measurement (person_id int, measurement_date date, measurement_source_value text, value_as_number float8, visit_occurrence_id text);
      INSERT INTO measurement VALUES (1, '2010-01-01', '4548-4', 'NaN', '0033E4BC-E630-47BE-8C89-FCD332CEF687'), (1, 'infinity', '4548-4', 1, NULL), (1, '2010-01-02', '4548-4', 5.5, NULL)`);
    const { records, tally } = await readAll(server!.url);
    expect(records.map(({ id }) => id)).toEqual(['1', '2']);
    expect(records[0].encounters.length).toBe(1);
    expect(records[0].events.map(({ start, encounter, quantity }) => [start, encounter, quantity?.value])).toEqual([
      ['2010-01-01', 0, undefined],
      ['2010-01-02', undefined, 5.5],
    ]);
    expect(Object.fromEntries(tally.skipped.get('measurement')!)).toEqual({ 'no date': 1 });
    const reasons = [
      'gender_concept_id is no integer',
      'year_of_birth is no integer',
      'visit_end_date is no date',
      'measurement_date is no date',
      'value_as_number is no numeric',
    ];
    expect(reasons.map((reason) => tally.notes.get(reason))).toEqual([1, 1, 1, 1, 1]);
    expect(tally.problems.find(({ reason }) => reason === 'measurement_date is no date')?.detail).toBe(
      'such as "infinity"',
    );
  });
});
