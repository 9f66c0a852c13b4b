import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll } from 'vitest';
import { type MedsReadOptions, readMeds, writeMeds, type MedsWriteOptions } from '../index.ts';

const vocabulary = new Vocabulary();
const dataset = { name: 'test', etlVersion: '0.1.0', createdAt: '2026-01-01T00:00:00Z' };

/** For a file of tests: folders of its own. */
export function folders(): () => string {
  let work: string;
  let count = 0;
  beforeAll(() => (work = mkdtempSync(join(tmpdir(), 'meds-'))));
  afterAll(() => rmSync(work, { recursive: true }));
  return () => {
    const folder = join(work, String(++count));
    mkdirSync(folder);
    return folder;
  };
}

/** A dataset of files by their path, each with what a query of DuckDB gives; JSON as it is. */
export async function medsOf(folder: string, files: Record<string, string>): Promise<string> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (name.endsWith('.parquet')) await connection.run(`COPY (${content}) TO '${path}' (FORMAT parquet)`);
    else writeFileSync(path, content);
  }
  connection.closeSync();
  instance.closeSync();
  return folder;
}

/** Rows of data from their literals: subject, time, code, number, text. */
export function rows(...all: string[]): string {
  const values = all.map((row) => `(${row}${', NULL'.repeat(4 - commas(row))})`).join(', ');
  return `SELECT s::BIGINT AS subject_id, t::TIMESTAMP AS time, c AS code, n::FLOAT AS numeric_value, x::VARCHAR AS text_value
    FROM (VALUES ${values}) v(s, t, c, n, x)`;
}

function commas(row: string): number {
  return row.replace(/'[^']*'/g, '').split(',').length - 1;
}

export async function readAll(
  folder: string,
  options: Partial<MedsReadOptions> & { tally?: Tally } = {},
): Promise<PatientRecord[]> {
  const { tally = new Tally(), ...rest } = options;
  const records: PatientRecord[] = [];
  for await (const record of readMeds(folder, { vocabulary, kinds: EventKind.options, ...rest }, tally))
    records.push(record);
  return records;
}

export async function writeAll(records: PatientRecord[], folder: string, options: Partial<MedsWriteOptions> = {}) {
  const stream = (async function* () {
    yield* records;
  })();
  return writeMeds(stream, folder, { dataset, ...options });
}
