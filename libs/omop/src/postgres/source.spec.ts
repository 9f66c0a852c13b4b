import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { checkOmop } from '../check/check-omop.ts';
import { openSource } from '../read/open.ts';
import { ask, startPostgres } from '../testing/postgres.ts';
import { readAll } from '../testing/reading.ts';

const server = await startPostgres();
afterAll(() => server?.stop());
const sql = (text: string) => ask(server!.url, text);
const PERSON = 'person (person_id int, gender_concept_id int, year_of_birth int)';
const CONDITION = 'condition_occurrence (person_id int, condition_start_date date, condition_source_value text)';
/** A person with two events. */
const CDM = `CREATE TABLE ${PERSON}; INSERT INTO person VALUES (1, 8507, 1970);
  CREATE TABLE ${CONDITION}; INSERT INTO condition_occurrence VALUES (1, '2010-01-01', 'I10'), (1, '2011-01-01', 'E11.9')`;
const role = (name: string) => server!.url.replace('postgres@', `${name}@`);

describe.skipIf(!server)('a schema of PostgreSQL', () => {
  beforeEach(async () => {
    await sql(
      `DROP SCHEMA IF EXISTS cdm CASCADE; DROP SCHEMA IF EXISTS hospital CASCADE; CREATE SCHEMA cdm; SET search_path = cdm; ${CDM}`,
    );
  });

  it.each([
    ['a view', 'CREATE VIEW condition_occurrence AS SELECT * FROM rows'],
    ['a materialized view', 'CREATE MATERIALIZED VIEW condition_occurrence AS SELECT * FROM rows'],
    [
      'a partitioned table',
      `CREATE TABLE ${CONDITION} PARTITION BY RANGE (condition_start_date);
      CREATE TABLE condition_2010 PARTITION OF condition_occurrence FOR VALUES FROM ('2010-01-01') TO ('2011-01-01');
      CREATE TABLE condition_rest PARTITION OF condition_occurrence DEFAULT;
      INSERT INTO condition_occurrence SELECT * FROM rows`,
    ],
    [
      'a table that inherits',
      `CREATE TABLE ${CONDITION}; CREATE TABLE of_2010 () INHERITS (condition_occurrence); INSERT INTO of_2010 SELECT * FROM rows`,
    ],
    [
      'a table in capitals',
      'CREATE TABLE "CONDITION_OCCURRENCE" AS SELECT person_id AS "PERSON_ID", condition_start_date AS "Condition_Start_Date", condition_source_value AS "CONDITION_SOURCE_VALUE" FROM rows',
    ],
  ])('is read where the events are %s', async (_, made) => {
    await sql(`SET search_path = cdm; ALTER TABLE condition_occurrence RENAME TO rows; ${made}`);
    const { records, tally } = await readAll(server!.url, { schema: 'cdm' });
    expect(records[0].events.map(({ code }) => code.code)).toEqual(['I10', 'E11.9']);
    expect(tally.used.get('condition_occurrence')).toBe(2);
  });

  it('is read where the events are a foreign table', async () => {
    const { port, pathname } = new URL(server!.url);
    const copied = await ask(server!.url, "SELECT 1 FROM pg_available_extensions WHERE name = 'postgres_fdw'");
    if (copied.length === 0) return;
    await sql(`SET search_path = cdm, public; ALTER TABLE condition_occurrence RENAME TO rows; CREATE EXTENSION IF NOT EXISTS postgres_fdw;
      CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '${port}', dbname '${pathname.slice(1)}');
      CREATE USER MAPPING FOR CURRENT_USER SERVER here OPTIONS (user 'postgres');
      CREATE FOREIGN TABLE ${CONDITION} SERVER here OPTIONS (schema_name 'cdm', table_name 'rows')`);
    const { records } = await readAll(server!.url, { schema: 'cdm' });
    expect(records[0].events.length).toBe(2);
  });

  it('is read where the user of the database puts temporary tables last', async () => {
    await sql(
      `CREATE ROLE late LOGIN; ALTER ROLE late SET search_path = cdm, pg_temp; GRANT USAGE ON SCHEMA cdm TO late; GRANT SELECT ON ALL TABLES IN SCHEMA cdm TO late`,
    );
    await sql('ALTER TABLE cdm.condition_occurrence ALTER person_id TYPE text');
    const { records } = await readAll(role('late'), { schema: 'cdm' });
    expect(records[0].events.length).toBe(2);
  });

  it('is read by a role whose transactions are read-only by default', async () => {
    await sql(
      'CREATE ROLE careful LOGIN; ALTER ROLE careful SET default_transaction_read_only = on; GRANT USAGE ON SCHEMA cdm TO careful; GRANT SELECT ON ALL TABLES IN SCHEMA cdm TO careful',
    );
    expect((await readAll(role('careful'), { schema: 'cdm' })).records[0].events.length).toBe(2);
  });

  it('prefers the small letters where two tables have one name, and names the other', async () => {
    await sql(
      `SET search_path = cdm; CREATE TABLE "PERSON" AS SELECT 7 AS person_id, 8507 AS gender_concept_id, 1970 AS year_of_birth`,
    );
    const { records, tally } = await readAll(server!.url, { schema: 'cdm' });
    expect(records.map(({ id }) => id)).toEqual(['1']);
    expect(tally.filesNotRead.get('table of the CDM of the same name in other capitals: not read')?.count).toBe(1);
  });

  it.each([
    [undefined, /The schema public has no table person[\s\S]*The schema cdm has one: --schema cdm$/],
    ['cdn', /The schema cdn does not exist[\s\S]*--schema cdm$/],
    ['empty', /The schema empty has no table person[\s\S]*--schema cdm$/],
  ])('that is not %s: says which schema is meant', async (schema, words) => {
    await sql('CREATE SCHEMA IF NOT EXISTS empty');
    await expect(readAll(server!.url, { schema })).rejects.toThrow(words);
    await sql(`CREATE SCHEMA hospital; CREATE VIEW hospital.person AS SELECT * FROM cdm.person`);
    await expect(readAll(server!.url, { schema })).rejects.toThrow(/Schemas that have one: cdm, hospital/);
  });

  it('is found in other capitals, and names what of it is no table of the CDM', async () => {
    await sql('CREATE TABLE cdm.person_backup AS SELECT * FROM cdm.person');
    const { records, tally } = await readAll(server!.url, { schema: 'CDM' });
    expect(records.length).toBe(1);
    expect(tally.filesNotRead.get('no table of the CDM; meant for person?')?.count).toBe(1);
  });

  it('says where the server may hide rows', async () => {
    await sql(`CREATE ROLE ward LOGIN; GRANT USAGE ON SCHEMA cdm TO ward; GRANT SELECT ON ALL TABLES IN SCHEMA cdm TO ward;
      ALTER TABLE cdm.condition_occurrence ENABLE ROW LEVEL SECURITY`);
    const { records, tally } = await readAll(role('ward'), { schema: 'cdm' });
    expect(records[0].events.length).toBe(0);
    expect(tally.notes.get('row security: the server may hide rows from this user')).toBe(1);
    // Of the owner of the table it hides none.
    expect((await readAll(server!.url, { schema: 'cdm' })).tally.notes.size).toBe(0);
  });

  it('names what the user of the database may not read', async () => {
    await sql(`CREATE ROLE guest LOGIN; SET search_path = cdm; CREATE TABLE death (person_id int, death_date date)`);
    const read = () => readAll(role('guest'), { schema: 'cdm' });
    await expect(read()).rejects.toThrow(/Permission denied for the table cdm.person[\s\S]*GRANT USAGE/);
    await sql('GRANT USAGE ON SCHEMA cdm TO guest');
    await expect(read()).rejects.toThrow(/Permission denied for the table cdm.person[\s\S]*GRANT SELECT/);
    await sql(
      'GRANT SELECT ON cdm.person TO guest; GRANT SELECT (person_id, condition_start_date) ON cdm.condition_occurrence TO guest',
    );
    const { records, tally } = await read();
    expect(records.length).toBe(1);
    expect(tally.notes.get('permission denied: table not read')).toBe(1);
    expect(tally.notes.get('permission denied: columns not read')).toBe(1);
    const { notes } = await checkOmop(role('guest'), { schema: 'cdm', today: '2026-01-01' });
    expect(notes.map(({ resourceType }) => resourceType)).toEqual(['condition_occurrence', 'death']);
  });

  it('answers on where one question could not be answered', async () => {
    await sql(
      "CREATE MATERIALIZED VIEW cdm.death AS SELECT person_id, DATE '2020-01-01' AS death_date FROM cdm.person WITH NO DATA",
    );
    const { database, close } = await openSource(server!.url, { schema: 'cdm' });
    await expect(database.all('SELECT * FROM death')).rejects.toThrow(/has not been populated[\s\S]*REFRESH/);
    expect(await database.all('SELECT person_id FROM person')).toEqual([{ person_id: 1n }]);
    await close();
  });

  it('says what to do where no temporary tables can be made', async () => {
    await sql('CREATE ROLE bare LOGIN; REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC');
    await expect(readAll(role('bare'), { schema: 'cdm' })).rejects.toThrow(
      /may not create temporary tables in the database postgres[\s\S]*GRANT TEMPORARY ON DATABASE postgres/,
    );
    await sql('GRANT TEMPORARY ON DATABASE postgres TO PUBLIC');
  });

  it('says what to do where the server ends a query, and may be told for this connection', async () => {
    await sql(`CREATE ROLE hurried LOGIN; ALTER ROLE hurried SET statement_timeout = '50ms'; GRANT USAGE ON SCHEMA cdm TO hurried;
      SET search_path = cdm; ALTER TABLE person RENAME TO people; CREATE VIEW person AS SELECT p.* FROM people p, pg_sleep(0.15); GRANT SELECT ON ALL TABLES IN SCHEMA cdm TO hurried`);
    await expect(readAll(role('hurried'), { schema: 'cdm' })).rejects.toThrow(
      /statement timeout[\s\S]*statement_timeout%3D0/,
    );
    const url = `${role('hurried')}?options=-c%20statement_timeout%3D0`;
    expect((await readAll(url, { schema: 'cdm' })).records.length).toBe(1);
  });

  it('says what to do where the connection is lost', async () => {
    await sql(`SET search_path = cdm; ALTER TABLE person RENAME TO people;
      CREATE VIEW person AS SELECT p.* FROM people p, pg_sleep(30)`);
    const reading = expect(readAll(server!.url, { schema: 'cdm' })).rejects.toThrow(/Check the server/);
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'ehrsynth' AND wait_event = 'PgSleep'`;
    while ((await sql(end)).length === 0) await setTimeout(20);
    await reading;
  });
});

describe.skipIf(!server || process.env.EHRSYNTH_TEST_POSTGRES)('a standby', () => {
  it('is refused with what to do', async () => {
    const standby = await startPostgres({ isStandby: true });
    try {
      await expect(readAll(standby!.url)).rejects.toThrow(/standby \(read-only\)[\s\S]*connect to the primary/);
    } finally {
      await standby!.stop();
    }
  });
});
