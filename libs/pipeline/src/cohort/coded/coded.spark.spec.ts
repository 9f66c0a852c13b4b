import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadColumns } from '@ehrsynth/matrix';
import { writeCdm } from '@ehrsynth/omop/testing';
import { EventKind, type Tally } from '@ehrsynth/records';
import { NoScriptsError, SparkSession } from '@ehrsynth/spark';
import { startSail, startSpark, type TestSpark } from '@ehrsynth/spark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownFolder } from '../../testing.ts';
import { train } from '../../training/train.ts';
import { NotHereError, StayError, StayTakenError } from '../errors.ts';
import { readEncoding } from '../cohort-writer.ts';
import { ingest, type Ingested } from '../ingest.ts';
import type { IngestOptions } from '../making.ts';
import { omopSource } from '../omop-source.ts';
import { stayOf } from './stay.ts';
import { recordsAreThere, rowsAreThere } from './testing-stay.ts';
import { oddPatients } from './testing.ts';

const OURS = `${process.execPath} ${fileURLToPath(new URL('../../../../../apps/cli/bin/ehrsynth.js', import.meta.url))}`;
const at = ownFolder();
const reading = { kinds: EventKind.options };
const options = { minPatients: 8, rare: 'parent', level: ['icd-10-cm=category'] } as const;

let local: Ingested;
beforeAll(async () => {
  writeCdm(at('files'), oddPatients(90));
  local = await ingest(omopSource(at('files'), reading), { ...options, out: at('local'), level: [...options.level] });
});

describe.each([
  ['Sail', startSail],
  ['Apache Spark', startSpark],
])('a cohort on %s', (name, start: () => Promise<TestSpark | undefined>) => {
  let server: TestSpark | undefined;
  let url: string;
  beforeAll(async () => {
    server = await start();
    if (!server) return;
    // Sail's tables are of a session.
    url = `${server.url}/;user_id=test;session_id=${randomUUID()}`;
    const tables = Object.keys(oddPatients(1)).filter((table) => existsSync(at('files', `${table}.csv`)));
    await ask(
      'CREATE SCHEMA odd',
      ...tables.map((table) => `CREATE TABLE odd.${table} ${CSV} LOCATION '${at('files', `${table}.csv`)}'`),
    );
  });
  afterAll(() => server?.stop());
  const CSV = `USING csv OPTIONS (header 'true', escape '"')`;
  const test = (what: string, work: () => Promise<void>) => it(what, async ({ skip }) => (server ? work() : skip()));

  async function ask<T>(...statements: string[]): Promise<T[]> {
    const session = await SparkSession.open(url);
    try {
      for (const statement of statements.slice(0, -1)) await session.run(statement);
      return await session.all<T>(statements.at(-1)!);
    } finally {
      await session.close();
    }
  }
  const expectRows = (place: string, cohort: string) => rowsAreThere(ask, place, at('local'), at(cohort));
  const expectRecords = (place: string) => recordsAreThere(ask, place, at('local'));
  const made = async (out: string, more: Partial<IngestOptions>) => {
    const source = omopSource(url, { ...reading, schema: 'odd' });
    return ingest(source, { ...options, level: [...options.level], out: at(`${name}-${out}`), ...more });
  };

  test('has the rows of one from files, byte for byte, where codes are counted there', async () => {
    await made('rows', { rowsOnly: true });
    for (const part of ['train', 'holdout'])
      for (const file of ['rows.parquet', 'matrix.npz', 'columns.json']) {
        const [there, here] = [`${name}-rows`, 'local'].map((cohort) => readFileSync(at(cohort, part, file)));
        expect(there.equals(here), `${part}/${file}`).toBe(true);
      }
  });

  test('leaves the rows on the storage where that is asked for, and takes no place that has something', async () => {
    const place = `file:${at('place')}`;
    await made('stay', { rowsOnly: true, stay: `${place}/` });
    await expectRows(place, `${name}-stay`);
    expect(await stayOf(at(`${name}-stay`))).toMatchObject({ place: `${place}/`, hasRecords: false });
    await expect(made('second', { rowsOnly: true, stay: place })).rejects.toThrow(StayTakenError);
    expect(existsSync(at(`${name}-second`))).toBe(false);
    await made('second', { rowsOnly: true, stay: place, force: true });
    await expectRows(place, `${name}-second`);
    await expect(train(at(`${name}-stay`), { out: at('model') })).rejects.toThrow(NotHereError);
  });

  test('leaves rows there in columns that noisy counts chose here', async () => {
    const place = `file:${at(`${name.replace(' ', '-')}-noisy`)}`;
    const how = name === 'Sail' ? { rowsOnly: true } : { executor: OURS };
    const noisy = { rare: 'drop', dpEpsilon: 50, dpDelta: 1e-3 } as const;
    const { counts } = await made('noisy', { ...how, ...noisy, stay: place });
    const columns = await loadColumns(at(`${name}-noisy`, 'train'));
    const [{ rows, last }] = await ask<{ rows: bigint; last: number }>(
      `SELECT count(DISTINCT row) AS rows, max(array_max(indices)) AS last FROM parquet.\`${place}/training/rows\``,
    );
    expect([Number(rows), last]).toEqual([counts.training, columns.length - 1]);
    expect((await stayOf(at(`${name}-noisy`)))!.hasRecords).toBe(name !== 'Sail');
    expect((await readEncoding(at(`${name}-noisy`))).chosen!.noiseMultiplier).toBeGreaterThan(0);
  });

  test('leaves rows and records on the storage', async () => {
    const place = `file:${at('both')}`;
    await made('records', { stay: place });
    await expectRows(place, `${name}-records`);
    await expectRecords(place);
    expect(existsSync(join(at(`${name}-records`), 'train', 'records.ndjson.gz'))).toBe(false);
  });

  test('leaves rows there and records that executors make, where scripts can be run', async () => {
    const place = `file:${at('made-there')}`;
    const there = made('made-there', { stay: place, executor: OURS });
    if (name === 'Sail') return void (await expect(there).rejects.toThrow(NoScriptsError));
    const { units, tally, counts } = await there;
    await expectRows(place, `${name}-made-there`);
    await expectRecords(place);
    expect(existsSync(at(`${name}-made-there`, 'train', 'records.ndjson.gz'))).toBe(false);
    expect(counts).toEqual(local.counts);
    expect(units).toEqual(local.units);
    // The records were brought to one unit, and a text was not kept.
    expect(units).toHaveLength(1);
    expect([...tally.notes.keys()].join()).toContain('unit or coded answer of fewer than 8 training patients');
    const all = ({ used, skipped, notes }: Tally) => ({
      used: [...used].sort(),
      skipped: [...skipped].map(([type, reasons]) => [type, [...reasons].sort()]).sort(),
      notes: [...notes].sort(),
    });
    expect(all(tally)).toEqual(all(local.tally));
  });
});

it('stays nowhere but on Spark', async () => {
  const source = omopSource(at('files'), reading);
  await expect(ingest(source, { out: at('nowhere'), stay: 's3://bucket/cohort' })).rejects.toThrow(StayError);
});
