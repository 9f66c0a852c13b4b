import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import pg from 'pg';
import type { Row } from '../cdm/own-concepts.ts';
import { createTable } from '../cdm/ddl.ts';
import { TABLES } from '../cdm/tables.ts';

/** Rows of a CDM by table; columns that are not named are empty. */
export type Cdm = Record<string, Row[]>;

/** Writes a CDM as CSV, with the columns that its rows name. */
export function writeCdm(folder: string, cdm: Cdm): string {
  mkdirSync(folder, { recursive: true });
  for (const [table, rows] of Object.entries(cdm)) {
    const columns = columnsOf(rows);
    const text = stringify([columns, ...rows.map((row) => columns.map((column) => row[column]))]);
    writeFileSync(join(folder, `${table}.csv`), text);
  }
  return folder;
}

/** Loads a CDM into a new schema, into tables of the official columns without their constraints. */
export async function loadCdm(url: string, schema: string, cdm: Cdm): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE SCHEMA ${schema}; SET search_path TO ${schema}`);
    for (const [table, rows] of Object.entries(cdm)) {
      await client.query(createTable(TABLES[table], 'postgresql').replaceAll(' NOT NULL', ''));
      const columns = columnsOf(rows);
      const places = columns.map((_, i) => `$${i + 1}`).join(', ');
      for (const row of rows)
        await client.query(
          `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`,
          columns.map((column) => (row[column] === '' ? null : row[column])),
        );
    }
  } finally {
    await client.end();
  }
}

function columnsOf(rows: Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}
