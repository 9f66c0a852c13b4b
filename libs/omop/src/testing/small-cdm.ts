import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import pg from 'pg';
import { type CdmType, isText, TABLES } from '../cdm/tables.ts';
import { readOmop } from '../read/read-records.ts';

/** Rows by table; columns that a row does not have are empty. */
export type SmallCdm = Record<string, Record<string, string | number | undefined>[]>;

export interface ReadCdm {
  records: Map<string, PatientRecord>;
  tally: Tally;
  /** What was noted of a row, and why it was left out, by "table key". */
  reasons: Map<string, string[]>;
}

const vocabulary = new Vocabulary();

/** Reads a small CDM from CSV files. */
export async function readAsFiles(cdm: SmallCdm): Promise<ReadCdm> {
  const folder = mkdtempSync(join(tmpdir(), 'small-cdm-'));
  try {
    for (const [table, rows] of Object.entries(cdm)) {
      const columns = columnsOf(rows);
      const lines = rows.map((row) => columns.map((column) => quoted(row[column])).join(','));
      writeFileSync(join(folder, `${table}.csv`), [columns.join(','), ...lines].join('\n') + '\n');
    }
    return await read(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads the same from a schema of a server, which it makes. */
export async function readFromServer(cdm: SmallCdm, url: string, schema: string): Promise<ReadCdm> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE SCHEMA ${schema}`);
    for (const [table, rows] of Object.entries(cdm)) {
      const columns = TABLES[table].columns.filter(({ name }) => rows.some((row) => name in row));
      const types = columns.map(({ name, type }) => `${name} ${sqlType(type)}`);
      await client.query(`CREATE TABLE ${schema}.${table} (${types.join(', ')})`);
      for (const row of rows) {
        const marks = columns.map((_, i) => `$${i + 1}`);
        await client.query(
          `INSERT INTO ${schema}.${table} VALUES (${marks.join(', ')})`,
          columns.map(({ name }) => row[name] ?? null),
        );
      }
    }
  } finally {
    await client.end();
  }
  return read(url, schema);
}

async function read(path: string, schema?: string): Promise<ReadCdm> {
  const tally = new Tally();
  const records = new Map<string, PatientRecord>();
  for await (const record of readOmop(path, { vocabulary, kinds: EventKind.options, schema }, tally)) {
    if (records.has(record.id)) throw new Error(`Two records have the id ${record.id}`);
    records.set(record.id, record);
  }
  if (tally.unaccounted().length > 0) throw new Error(`Not accounted for: ${tally.unaccounted().join(', ')}`);
  const reasons = new Map<string, string[]>();
  for (const { resourceType, where, reason } of tally.problems) {
    const key = `${resourceType} ${where.split(' ').at(-1)}`;
    reasons.set(key, [...(reasons.get(key) ?? []), reason]);
  }
  return { records, tally, reasons };
}

function columnsOf(rows: SmallCdm[string]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function quoted(value: string | number | undefined): string {
  const text = String(value ?? '');
  return text.includes(',') ? `"${text}"` : text;
}

function sqlType(type: CdmType): string {
  // Sites have wider columns than the CDM's.
  if (isText(type)) return 'text';
  const types: Partial<Record<CdmType, string>> = { integer: 'bigint', datetime: 'timestamp' };
  return types[type] ?? type;
}
