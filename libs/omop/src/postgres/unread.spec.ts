import { Tally } from '@ehrsynth/records';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, startPostgres } from '../testing/postgres.ts';
import { readAll } from '../testing/reading.ts';

const server = await startPostgres();
afterAll(() => server?.stop());

beforeAll(async () => {
  if (!server) return;
  await ask(
    server.url,
    `CREATE SCHEMA cdm; SET search_path = cdm;
    CREATE TABLE person (person_id int, gender_concept_id int, year_of_birth int); INSERT INTO person VALUES (1, 8507, 1970);
    CREATE TABLE condition_occurrence (person_id int, condition_start_date date, condition_source_value text) PARTITION BY RANGE (condition_start_date);
    CREATE TABLE condition_occurrence_2010 PARTITION OF condition_occurrence DEFAULT;
    INSERT INTO condition_occurrence VALUES (1, '2010-01-01', 'I10');
    CREATE TABLE visit_detail AS SELECT generate_series(1, 7) AS visit_detail_id;
    CREATE TABLE specimen AS SELECT 1 AS specimen_id WHERE false;
    CREATE TABLE note AS SELECT generate_series(1, 150000) AS note_id; ANALYZE note;
    CREATE TABLE own (id int); INSERT INTO own VALUES (0);
    CREATE VIEW payer_plan_period AS SELECT 1 / id AS payer_plan_period_id FROM own;
    CREATE TABLE drug_era AS SELECT 1 AS drug_era_id;
    CREATE TABLE condition_occurrence_2011 AS SELECT * FROM condition_occurrence;
    CREATE VIEW "Conditions" AS SELECT 1 AS a`,
  );
});

it.skipIf(!server)('tables of a schema that are not read are named with their rows', async () => {
  const { tally, records } = await readAll(server!.url, { schema: 'cdm' });
  expect(records[0].events).toHaveLength(1);
  const rows = Object.fromEntries([...tally.skipped].map(([table, why]) => [table, Object.fromEntries(why)]));
  expect(rows).toEqual({
    visit_detail: { 'table of the CDM that is not read': 7 },
    payer_plan_period: { 'table of the CDM that is not read': 1 },
    note: { 'table of the CDM that is not read (rows as the server estimates)': expect.any(Number) },
  });
  const estimate = [...tally.skipped.get('note')!.values()][0];
  expect(Math.abs(estimate - 150_000)).toBeLessThan(15_000);
  expect(tally.problems.find(({ reason }) => reason.startsWith('vocabularies and derived'))?.detail).toBe('drug_era');
});

it.skipIf(!server)('and so is what is no table of the CDM, with the one that it may be meant for', async () => {
  const { tally } = await readAll(server!.url, { schema: 'cdm' });
  const names = [...tally.filesNotRead].map(([why, { names }]) => [why, names.map((name) => name.split(', ')[2])]);
  expect(Object.fromEntries(names)).toEqual({
    'no table of the CDM': ['table "own"'],
    'no table of the CDM; meant for condition_occurrence?': ['table "Conditions"'],
    'no table of the CDM; a part of condition_occurrence? Of a database no parts are read: make one view of all': [
      'table "condition_occurrence_2011"',
    ],
  });
  await expect(readAll(server!.url, { schema: 'cdm' }, new Tally('stop'))).rejects.toThrow(/no table of the CDM/);
});

it.skipIf(!server)('an error in a view names its table', async () => {
  await ask(
    server!.url,
    `CREATE SCHEMA broken; SET search_path = broken; CREATE TABLE person AS SELECT * FROM cdm.person;
    CREATE VIEW condition_occurrence AS SELECT 1 AS person_id, date '2010-01-01' AS condition_start_date, (1 / id)::text AS condition_source_value FROM cdm.own`,
  );
  await expect(readAll(server!.url, { schema: 'broken' })).rejects.toThrow(
    /division by zero[\s\S]*table condition_occurrence/,
  );
});

it.skipIf(!server)('one that may not be read, or that is broken, stops nothing', async () => {
  await ask(
    server!.url,
    'CREATE TABLE cdm.cost AS SELECT 1 AS cost_id; DROP TABLE cdm.specimen; CREATE VIEW cdm.specimen AS SELECT (1 / id)::int AS specimen_id FROM cdm.own WHERE 1 / id > 0',
  );
  await ask(
    server!.url,
    'CREATE ROLE ward LOGIN; GRANT USAGE ON SCHEMA cdm TO ward; GRANT SELECT ON ALL TABLES IN SCHEMA cdm TO ward; REVOKE SELECT ON cdm.cost FROM ward',
  );
  const { records, tally } = await readAll(server!.url.replace('postgres@', 'ward@'), { schema: 'cdm' });
  expect(records[0].events).toHaveLength(1);
  expect(tally.skipped.get('visit_detail')?.size).toBe(1);
  expect([...tally.filesNotRead.keys()]).toContain('table of the CDM that is not read, of unknown rows');
});
