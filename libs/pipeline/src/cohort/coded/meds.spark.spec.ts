import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@ehrsynth/duckdb';
import { writeMeds } from '@ehrsynth/meds';
import { EventKind, type Tally } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { NoScriptsError, SparkSession } from '@ehrsynth/spark';
import { startSail, startSpark, type TestSpark } from '@ehrsynth/spark/testing';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownFolder } from '../../testing.ts';
import { NeedsExecutorsError, NoRowsOnlyError, StayTakenError } from '../errors.ts';
import { ingest, type Ingested } from '../ingest.ts';
import type { IngestOptions } from '../making.ts';
import { medsSource } from '../meds-source.ts';
import { recordsAreThere, rowsAreThere } from './testing-stay.ts';

const OURS = `${process.execPath} ${fileURLToPath(new URL('../../../../../apps/cli/bin/ehrsynth.js', import.meta.url))}`;
const at = ownFolder();
const options = { minPatients: 6, rare: 'parent', level: ['icd-10-cm=category'] } as const;
const reading = { kinds: EventKind.options };
/** Rows of others, with what may be wrong: nobody's, without a code, before a birth, of two splits. */
const ODD = [
  ["NULL, TIMESTAMP '2020-01-01', 'ICD10CM//I10', NULL"],
  ["-5, NULL, 'GENDER//F', NULL", "-5, TIMESTAMP '2020-02-02', NULL, NULL"],
  ["-4, TIMESTAMP '1980-02-03', 'MEDS_BIRTH', NULL", "-4, TIMESTAMP '1970-01-01', 'ICD10CM//I10', NULL"],
  [
    "-3, TIMESTAMP '2021-05-05 10:15:00', 'LOINC//4548-4//%', 6.1",
    "-3, TIMESTAMP '2021-05-05', 'ICD10CM//E11.9', NULL",
  ],
].flat();

let local: Ingested;
beforeAll(async () => {
  const patients = simulatePatients({ patients: 60, seed: 3 }, new Vocabulary());
  await writeMeds(each(patients), at('written'), {
    dataset: { name: 'test', etlVersion: '1', createdAt: '2026-01-01T00:00:00Z' },
  });
  mkdirSync(at('files', 'data'), { recursive: true });
  mkdirSync(at('files', 'metadata'));
  copyFileSync(at('written', 'metadata', 'dataset.json'), at('files', 'metadata', 'dataset.json'));
  const database = await openDatabase(':memory:', { ordered: true });
  const rows = ODD.map((row) => `(${row})`).join(', ');
  await database.run(`COPY (
    SELECT * EXCLUDE (n) FROM (SELECT * EXCLUDE (file_row_number), file_row_number AS n FROM read_parquet('${at('written')}/data/**/*.parquet', file_row_number = true, hive_partitioning = false)
      UNION ALL BY NAME SELECT subject_id::BIGINT AS subject_id, "time"::TIMESTAMP AS "time", code, numeric_value::FLOAT AS numeric_value, 0 AS n
      FROM (VALUES ${rows}) v(subject_id, "time", code, numeric_value))
    ORDER BY subject_id NULLS FIRST, n, "time" NULLS FIRST) TO '${at('files', 'data', '0.parquet')}'`);
  await database.run(
    `COPY (SELECT * FROM '${at('written')}/metadata/codes.parquet') TO '${at('files', 'metadata', 'codes.parquet')}'`,
  );
  await database.run(`COPY (
    SELECT DISTINCT subject_id, CASE WHEN hash(subject_id) % 3 = 0 THEN 'held_out' WHEN hash(subject_id) % 3 = 1 THEN 'train' END AS split
    FROM '${at('files', 'data', '0.parquet')}' WHERE subject_id IS NOT NULL AND hash(subject_id) % 3 < 2
    UNION ALL SELECT -3, unnest(['train', 'held_out'])) TO '${at('files', 'metadata', 'subject_splits.parquet')}'`);
  await database.close();
  local = await ingest(medsSource(at('files'), reading), { ...options, out: at('local'), level: [...options.level] });
});

describe.each([
  ['Sail', startSail],
  ['Apache Spark', startSpark],
])('a cohort of MEDS on %s', (name, start: () => Promise<TestSpark | undefined>) => {
  let server: TestSpark | undefined;
  let url: string;
  beforeAll(async () => {
    server = await start();
    if (!server) return;
    // Sail's tables are of a session.
    url = `${server.url}/;user_id=test;session_id=${randomUUID()}`;
    const session = await SparkSession.open(url);
    await session.run('CREATE SCHEMA odd');
    const files = {
      data: 'data/0.parquet',
      codes: 'metadata/codes.parquet',
      subject_splits: 'metadata/subject_splits.parquet',
    };
    for (const [table, path] of Object.entries(files))
      await session.run(`CREATE TABLE odd.${table} USING parquet LOCATION '${at('files', path)}'`);
    await session.close();
  });
  afterAll(() => server?.stop());
  const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (server ? work() : skip()));

  async function ask<T>(sql: string): Promise<T[]> {
    const session = await SparkSession.open(url);
    try {
      return await session.all<T>(sql);
    } finally {
      await session.close();
    }
  }
  const made = (out: string, more: Partial<IngestOptions>, own: object = {}) => {
    const source = medsSource(url, { ...reading, schema: 'odd', ...own });
    return ingest(source, { ...options, level: [...options.level], out: at(`${name}-${out}`), ...more });
  };
  /** What is counted by table, type and reason. */
  const counts = ({ rows, used, skipped, notes }: Tally) => ({
    rows: [...rows].sort(),
    used: [...used].sort(),
    skipped: [...skipped].map(([type, reasons]) => [type, [...reasons].sort()]).sort(),
    notes: [...notes].sort(),
  });

  test('has the rows of one from files, byte for byte, where executors make them', async () => {
    const there = made('rows', { rowsOnly: true, executor: OURS });
    if (name === 'Sail') return void (await expect(there).rejects.toThrow(NoScriptsError));
    expect((await there).counts).toEqual(local.counts);
    for (const part of ['train', 'holdout'])
      for (const file of ['rows.parquet', 'matrix.npz', 'columns.json']) {
        const [own, files] = [`${name}-rows`, 'local'].map((cohort) => readFileSync(at(cohort, part, file)));
        expect(own.equals(files), `${part}/${file}`).toBe(true);
      }
  });

  test('leaves rows and records on the storage that executors make, where scripts can be run', async () => {
    const place = `file:${at('made-there')}`;
    const there = made('made-there', { stay: place, executor: OURS });
    if (name === 'Sail') return void (await expect(there).rejects.toThrow(NoScriptsError));
    const { tally, units, counts: patients } = await there;
    await rowsAreThere(ask, place, at('local'), at(`${name}-made-there`));
    await recordsAreThere(ask, place, at('local'));
    expect(patients).toEqual(local.counts);
    expect(units).toEqual(local.units);
    expect(counts(tally)).toEqual(counts(local.tally));
    expect(tally.unaccounted()).toEqual([]);
    await expect(made('second', { stay: place, executor: OURS })).rejects.toThrow(StayTakenError);
  });

  test('leaves there what was made here', async () => {
    const place = `file:${at(`place-${name.replace(' ', '-')}`)}`;
    await made('both', { stay: place });
    await rowsAreThere(ask, place, at('local'), at(`${name}-both`));
    // Sail does not say where in its files a row is: what happened at one time is in an order of its own.
    if (name !== 'Sail') await recordsAreThere(ask, place, at('local'));
  });

  test('says that rows alone are made by executors', async () => {
    await expect(made('refused', { rowsOnly: true })).rejects.toThrow(NeedsExecutorsError);
  });
});

it('rows alone of files are refused, for they are no database', async () => {
  await expect(ingest(medsSource(at('files')), { out: at('none'), rowsOnly: true })).rejects.toThrow(NoRowsOnlyError);
});

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
