import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { type PatientRecord, System, Tally } from '@ehrsynth/records';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { foreignKeys, indexes, primaryKeys } from './cdm/ddl.ts';
import { TABLES } from './cdm/tables.ts';
import { writeOmop } from './index.ts';
import { ask, startPostgres } from './testing/postgres.ts';
import { readAll } from './testing/reading.ts';
import { plain, recordArbitrary } from './testing/records.ts';

const server = await startPostgres();
afterAll(() => server?.stop());
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

const sql = <T extends pg.QueryResultRow>(text: string) => ask<T>(server!.url, text);

async function load(records: PatientRecord[], schema: string, { replace = false, url = server!.url } = {}) {
  const stream = (async function* () {
    yield* records;
  })();
  return writeOmop(stream, undefined, { format: { url, schema, replace }, today: '2026-01-01' });
}

async function read(schema: string, tally = new Tally()): Promise<PatientRecord[]> {
  return (await readAll(server!.url, { schema }, tally)).records;
}

const patient = (id: string, codes: string[]): PatientRecord => ({
  id,
  sex: 'female',
  birthDate: '1970-03-04',
  encounters: [{ class: 'AMB', start: '2010-01-02', end: '2010-01-02' }],
  events: codes.map((code) => ({
    kind: 'condition',
    code: { system: System.icd10cm, code },
    start: '2010-01-02',
    encounter: 0,
  })),
});
const tablesOf = (schema: string) =>
  sql<{ n: number }>(`SELECT count(*)::int AS n FROM information_schema.tables WHERE table_schema = '${schema}'`);

describe.skipIf(!server)('OMOP in PostgreSQL', () => {
  it('gives back what was loaded, from one state of the data, and leaves nothing there', async () => {
    const records = fc.sample(
      fc.uniqueArray(recordArbitrary, { selector: ({ id }) => id, minLength: 30, maxLength: 30 }),
      { numRuns: 1, seed: 7 },
    )[0];
    const { rows, lost } = await load(records, 'cdm');
    expect(lost.size).toBe(0);
    expect(rows.get('person')).toBe(30);
    const tally = new Tally('stop');
    const back = await read('cdm', tally);
    expect(back.sort(byId).map(plain)).toEqual(records.sort(byId).map(plain));
    expect([...tally.notes.keys()].filter((reason) => !/not read$/.test(reason))).toEqual([]);
    expect((await tablesOf('cdm'))[0].n).toBe(Object.keys(TABLES).length);
    expect(await sql("SELECT 1 FROM pg_class WHERE relname IN ('events', 'source_codes', 'event_codes')")).toEqual([]);
  });

  it('has all keys, foreign keys and indexes of the CDM, and they hold', async () => {
    const kinds = await sql<{ contype: string; n: number }>(
      "SELECT contype, count(*)::int AS n FROM pg_constraint WHERE connamespace = 'cdm'::regnamespace AND contype IN ('p', 'f') GROUP BY 1 ORDER BY 1",
    );
    expect(kinds).toEqual([
      { contype: 'f', n: foreignKeys().length },
      { contype: 'p', n: primaryKeys().length },
    ]);
    const [{ n }] = await sql<{ n: number }>("SELECT count(*)::int AS n FROM pg_indexes WHERE schemaname = 'cdm'");
    expect(n).toBe(indexes().length + primaryKeys().length);
    await expect(sql("INSERT INTO cdm.death (person_id, death_date) VALUES (999999, '2020-01-01')")).rejects.toThrow(
      'fpk_death_person_id',
    );
  });

  it('refuses a schema with data, and replaces it when told to; an earlier load leaves no codes behind', async () => {
    await load([patient('a', ['I10', 'E11.9'])], 'again');
    await expect(load([patient('b', ['J06.9'])], 'again')).rejects.toThrow(
      /The schema has data already: .*person[\s\S]*schema again[\s\S]*--replace/,
    );
    expect((await read('again')).map(({ id }) => id)).toEqual(['a']);
    await load([patient('b', ['J06.9'])], 'again', { replace: true });
    const [record] = await read('again');
    expect([record.id, record.events.map(({ code }) => code.code)]).toEqual(['b', ['J06.9']]);
    expect(await sql("SELECT concept_code FROM again.concept WHERE concept_class_id = 'Source code'")).toEqual([
      { concept_code: 'J06.9' },
    ]);
  });

  it("keeps the vocabularies that are there, and gives no id that a concept of the user's own has", async () => {
    await load([patient('a', ['I10'])], 'vocab');
    await sql(`INSERT INTO vocab.concept (concept_id, concept_name, domain_id, vocabulary_id, concept_class_id, concept_code, valid_start_date, valid_end_date)
      VALUES (2000000005, 'Our own', 'Condition', 'None', 'Undefined', 'X1', '1970-01-01', '2099-12-31')`);
    await load([patient('a', ['I10'])], 'vocab', { replace: true });
    expect(await sql('SELECT condition_source_concept_id AS id FROM vocab.condition_occurrence')).toEqual([
      { id: 2000000006 },
    ]);
    expect(await sql('SELECT concept_name AS name FROM vocab.concept WHERE concept_id = 2000000005')).toEqual([
      { name: 'Our own' },
    ]);
  });

  it('loads nothing where the connection dies half-way', async () => {
    const { port } = new URL(server!.url);
    // Cuts the connection after so many bytes: in the middle of the rows.
    const proxy = createServer((socket) => {
      const to = createConnection(Number(port), '127.0.0.1');
      let sent = 0;
      socket.on('data', (chunk) => {
        sent += chunk.length;
        if (sent < 200_000) to.write(chunk);
        else [socket, to].forEach((end) => end.destroy());
      });
      to.on('data', (chunk) => socket.write(chunk));
      for (const end of [socket, to])
        end.on('error', () => {}).on('close', () => [socket, to].forEach((one) => one.destroy()));
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = new URL(server!.url);
    url.port = String((proxy.address() as AddressInfo).port);
    url.password = 'secret';
    const many = Array.from({ length: 3000 }, (_, i) => patient(`p${i}`, ['I10', 'E11.9', 'J06.9']));
    const error = await load(many, 'half', { url: String(url) }).catch((cause: Error) => cause);
    proxy.close();
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/Loading stopped[\s\S]*schema half[\s\S]*Nothing was loaded/),
    );
    expect(String(error)).not.toContain('secret');
    expect((await tablesOf('half'))[0].n).toBe(0);
    await load(many.slice(0, 2), 'half');
    expect((await read('half')).length).toBe(2);
  });

  it('says what is wrong with the tables that it finds', async () => {
    await expect(read('nowhere')).rejects.toThrow(
      /The schema nowhere does not exist[\s\S]*schema nowhere[\s\S]*again, cdm, half, vocab/,
    );
    await sql('CREATE SCHEMA wrong; CREATE TABLE wrong.person (person_id int, gender_concept_id int)');
    await expect(read('wrong')).rejects.toThrow(/Table person has no column year_of_birth/);
    await expect(load([], 'x', { url: 'postgres://nobody:secret@127.0.0.1:1/x' })).rejects.toThrow(
      /No connection[\s\S]*postgres:\/\/nobody@127/,
    );
  });

  it('counts rows that break the model as in files', async () => {
    await sql(`CREATE SCHEMA faulty;
      CREATE TABLE faulty.person (person_id bigint, gender_concept_id int, year_of_birth int);
      CREATE TABLE faulty.condition_occurrence (condition_occurrence_id int, person_id int, condition_start_date date, condition_source_value varchar(50));
      INSERT INTO faulty.person VALUES (1, 8507, 1970);
      INSERT INTO faulty.condition_occurrence VALUES (1, 1, '2010-01-01', 'I10'), (2, 1, '2010-01-01', 'I10'), (3, 5, '2010-01-01', 'I10'), (4, 1, NULL, 'I10'), (5, 1, '2010-01-01', NULL)`);
    const tally = new Tally();
    const [record] = await read('faulty', tally);
    // Two rows that are alike travel as one, and are two.
    expect(record.events.map(({ code }) => code.code)).toEqual(['I10', 'I10']);
    expect(Object.fromEntries(tally.skipped.get('condition_occurrence')!)).toEqual({
      'person unknown': 1,
      'no date': 1,
      'no code: neither a source value nor a source concept': 1,
    });
  });
});
