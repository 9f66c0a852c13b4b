import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '@ehrsynth/duckdb';
import { ask, startPostgres } from '../testing/postgres.ts';
import { readAll } from '../testing/reading.ts';
import { dayIn } from './time-zone.ts';

// A machine that is fourteen hours ahead, before DuckDB asks for its zone.
vi.hoisted(() => (process.env.TZ = 'Pacific/Kiritimati'));

const folder = mkdtempSync(join(tmpdir(), 'time-zone-'));
const server = await startPostgres();
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

/** In both dialects. Late in the evening and early in the morning in UTC, in winter and in summer. */
const TABLES = `
  CREATE TABLE person (person_id INTEGER, gender_concept_id INTEGER, year_of_birth INTEGER, birth_datetime TIMESTAMP WITH TIME ZONE);
  INSERT INTO person VALUES (1, 8507, NULL, '1980-06-01 02:00:00+00');
  CREATE TABLE condition_occurrence (person_id INTEGER, condition_start_date TIMESTAMP WITH TIME ZONE, condition_end_date TIMESTAMP, condition_source_value VARCHAR);
  INSERT INTO condition_occurrence VALUES (1, '2020-01-01 02:00:00+00', '2020-06-30 23:30:00', 'I10'), (1, '2020-06-30 22:30:00+00', '2020-06-30 23:30:00', 'E11.9')`;
/** What the zone makes of it: born, the starts of the events, and their ends, which name no zone and are as they stand. */
const DAYS: [zone: string | undefined, born: string, starts: string[]][] = [
  [undefined, '1980-06-01', ['2020-01-01', '2020-06-30']],
  ['UTC', '1980-06-01', ['2020-01-01', '2020-06-30']],
  ['America/New_York', '1980-05-31', ['2019-12-31', '2020-06-30']],
  ['europe/berlin', '1980-06-01', ['2020-01-01', '2020-07-01']],
];

async function sources(): Promise<[name: string, source: string][]> {
  const file = join(folder, 'cdm.duckdb');
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll("SELECT current_setting('TimeZone')");
  expect(reader.getRows(), 'the machine is in that zone').toEqual([['Pacific/Kiritimati']]);
  await connection.run(TABLES);
  mkdirSync(join(folder, 'parquet'));
  for (const table of ['person', 'condition_occurrence'])
    await connection.run(`COPY ${table} TO '${folder}/parquet/${table}.parquet'`);
  connection.closeSync();
  instance.closeSync();
  if (server) {
    await ask(server.url, TABLES);
    await ask(server.url, `ALTER DATABASE ${new URL(server.url).pathname.slice(1)} SET timezone = 'Asia/Tokyo'`);
    expect(await ask(server.url, 'SHOW timezone')).toEqual([{ TimeZone: 'Asia/Tokyo' }]);
  }
  return [
    ['DuckDB', file],
    ['Parquet', join(folder, 'parquet')],
    ...(server ? [['PostgreSQL', server.url] as [string, string]] : []),
  ];
}

describe('times that name their zone', async () => {
  describe.each(await sources())('in %s', (_, source) => {
    it.each(DAYS)('are read in %s, whatever zone the machine and the server are in', async (timeZone, born, starts) => {
      const { records, tally } = await readAll(source, { timeZone });
      expect(records[0].birthDate).toBe(born);
      expect(records[0].events.map(({ start }) => start)).toEqual(starts);
      expect(records[0].events[0].end).toBe('2020-06-30');
      expect(tally.skipped.size).toBe(0);
    });

    it.each([
      ['Europe/Berln', /Europe\/Berlin/],
      ['+02:00', /Give an IANA name/],
      ["x'; DROP TABLE person; --", /Unknown time zone/],
      ['', /Give an IANA name/],
    ])('refuse the zone %s', async (timeZone, words) => {
      await expect(readAll(source, { timeZone })).rejects.toThrow(words);
    });
  });
});

describe('the database in this process', () => {
  it('has the same zone on connections that rows are streamed from, and fetches nothing from the network', async () => {
    const database = await openDatabase(undefined, { timeZone: 'America/New_York' });
    const sql = "SELECT current_setting('TimeZone'), current_setting('autoinstall_known_extensions')";
    const rows = [];
    for await (const row of database.stream(sql)) rows.push(row);
    await database.close();
    expect(rows).toEqual([['America/New_York', false]]);
  });
});

describe('dayIn', () => {
  it.each([
    [undefined, '2026-01-01'],
    ['America/New_York', '2025-12-31'],
    ['Pacific/Kiritimati', '2026-01-01'],
  ])('gives the day of an instant in %s', (zone, day) => {
    expect(dayIn(new Date('2026-01-01T03:00:00Z'), zone)).toBe(day);
  });
});
