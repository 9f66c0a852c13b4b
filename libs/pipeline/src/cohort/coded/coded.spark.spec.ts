import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { columnGroups, loadColumns, loadMatrix } from '@ehrsynth/matrix';
import { writeCdm } from '@ehrsynth/omop/testing';
import { EventKind, type Tally } from '@ehrsynth/records';
import { NoScriptsError, SparkSession } from '@ehrsynth/spark';
import { startSail, startSpark, type TestSpark } from '@ehrsynth/spark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownFolder } from '../../testing.ts';
import { train } from '../../training/train.ts';
import { NotHereError, StayError, StayTakenError } from '../errors.ts';
import { ingest, type Ingested, type IngestOptions } from '../ingest.ts';
import { omopSource } from '../omop-source.ts';
import { stayOf } from './stay.ts';
import { oddPatients } from './testing.ts';

const OURS = `${process.execPath} ${fileURLToPath(new URL('../../../../../apps/cli/bin/ehrsynth.js', import.meta.url))}`;
const at = ownFolder();
const PARTS = [
  ['training', 'train'],
  ['holdout', 'holdout'],
] as const;
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
  const made = async (out: string, more: Partial<IngestOptions>) => {
    const source = omopSource(url, { ...reading, schema: 'odd' });
    return ingest(source, { ...options, level: [...options.level], out: at(`${name}-${out}`), ...more });
  };

  test('has the rows of one from files, byte for byte, where codes are counted there', async () => {
    await made('rows', { rowsOnly: true });
    for (const [, part] of PARTS)
      for (const file of ['rows.parquet', 'matrix.npz', 'columns.json']) {
        const [there, here] = [`${name}-rows`, 'local'].map((cohort) => readFileSync(at(cohort, part, file)));
        expect(there.equals(here), `${part}/${file}`).toBe(true);
      }
  });

  /** What lies at a place is what the local cohort has. */
  async function expectRows(place: string, cohort: string) {
    for (const [part, own] of PARTS) {
      const { columns, ids, rows, ...matrix } = await loadMatrix(at('local', own));
      expect(await loadColumns(at(cohort, own))).toEqual(columns);
      const groups = columnGroups(columns);
      const expected = Array.from({ length: rows }, (_, row) => {
        const [from, to] = [matrix.indptr[row], matrix.indptr[row + 1]];
        const [indices, values] = [matrix.indices, matrix.values].map((all) => [...all.subarray(from, to)]);
        const isCode = (column: number) => column >= groups.at(-1)!.end;
        const held = groups.map(({ name: group, start: first, end }) => {
          const column = indices.find((one) => one >= first && one < end);
          return [group, column === undefined ? '' : columns[column].code];
        });
        return {
          row,
          id: ids[row],
          ...Object.fromEntries(held),
          codes: indices.filter(isCode).length,
          events: indices.reduce((sum, column, i) => sum + (isCode(column) ? values[i] : 0), 0),
          indices: indices.join(' '),
          values: values.join(' '),
        };
      });
      const joined = (list: string) => `array_join(transform(${list}, x -> CAST(x AS STRING)), ' ') AS ${list}`;
      const names = ['row', 'id', ...groups.map((group) => group.name), 'codes', 'events'];
      const found = await ask(
        `SELECT ${names.join(', ')}, ${joined('indices')}, ${joined('`values`')} FROM parquet.\`${place}/${part}/rows\` ORDER BY row`,
      );
      expect(found).toEqual(expected);
    }
  }

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

  /** What lies at a place are the records of the local cohort, as they are written there. */
  async function expectRecords(place: string) {
    for (const [part, own] of PARTS) {
      const lines = gunzipSync(readFileSync(at('local', own, 'records.ndjson.gz')))
        .toString()
        .trim()
        .split('\n');
      const found = await ask<{ patient: string; record: string }>(
        `SELECT * FROM parquet.\`${place}/${part}/records\``,
      );
      expect(found.map(({ record }) => record).sort()).toEqual(lines.sort());
      for (const { patient, record } of found) expect((JSON.parse(record) as { id: string }).id).toBe(patient);
    }
  }

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
