import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from } from 'pg-copy-streams';
import { FIRST_LOCAL_CONCEPT, SOURCE_CODE } from '../cdm/concepts.ts';
import { createTable, foreignKeys, indexes, primaryKeys } from '../cdm/ddl.ts';
import { type Table, TABLES, VOCABULARY_TABLES } from '../cdm/tables.ts';
import { PostgresError, SchemaNotEmptyError } from '../errors.ts';
import { identifier } from '@ehrsynth/duckdb';
import { withoutPassword } from './address.ts';
import { connect } from './connection.ts';

export interface PostgresTarget {
  url: string;
  /** public by default. */
  schema?: string;
  /** Drop what the schema has of a CDM's data; without it such a schema is refused. */
  replace?: boolean;
}

/** What concepts refer to comes before them: tables that are kept have their foreign keys. */
const BEFORE_CONCEPTS = ['vocabulary', 'domain', 'concept_class', 'relationship'].map((name) => TABLES[name]);
const IN_ORDER = [...new Set([...BEFORE_CONCEPTS, ...Object.values(TABLES)])];

/** What of a CDM a schema has. */
interface Contents {
  /** Tables that are there. */
  tables: string[];
  /** Those of them that have rows. */
  filled: string[];
}

/**
 * Sees that data may be loaded there, before it is made.
 * @returns the first id above two billion that no concept of the user's own has
 * @throws SchemaNotEmptyError, PostgresError
 */
export async function checkTarget(target: PostgresTarget): Promise<number> {
  return connected(target, async (client, schema) => {
    const contents = await contentsOf(client, schema);
    refuseFilled(contents, target);
    if (!contents.filled.includes('concept')) return FIRST_LOCAL_CONCEPT;
    const { rows } = await client.query<{ last: number | null }>(
      `SELECT max(concept_id) AS last FROM ${identifier(schema)}.concept WHERE concept_class_id <> $1`,
      [SOURCE_CODE],
    );
    return Math.max(FIRST_LOCAL_CONCEPT, (rows[0].last ?? 0) + 1);
  });
}

/**
 * Loads a folder of CSV, a file per table, into a schema with the CDM's tables, keys, foreign keys and indexes: all in one transaction,
 * so that nothing is there until all is. Vocabulary tables that have rows (Athena's) are kept, and rows that they lack are added.
 * @throws SchemaNotEmptyError; PostgresError, after which the schema is as it was
 */
export async function loadPostgres(
  folder: string,
  target: PostgresTarget,
  onProgress?: (table: string) => void,
): Promise<void> {
  await connected(target, async (client, schema) => {
    await client.query('BEGIN');
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${identifier(schema)}`);
    const contents = await contentsOf(client, schema);
    refuseFilled(contents, target);
    const kept = keptOf(contents);
    const dropped = contents.tables.filter((name) => !kept.has(name));
    const inSchema = `${identifier(schema)}.`;
    if (dropped.length > 0)
      await client.query(`DROP TABLE ${dropped.map((name) => inSchema + identifier(name)).join(', ')}`);
    for (const table of IN_ORDER) {
      onProgress?.(table.name);
      if (kept.has(table.name)) await merge(client, table, folder, inSchema);
      else {
        await client.query(createTable(table, 'postgresql', inSchema));
        await copy(client, `${inSchema}${table.name}`, table, folder);
      }
    }
    onProgress?.('keys and indexes');
    const keyed = await keyedTables(client, schema);
    for (const { table, sql } of primaryKeys(inSchema)) if (!keyed.has(table)) await client.query(sql);
    for (const { table, sql } of [...indexes(inSchema), ...foreignKeys(inSchema)])
      if (!kept.has(table)) await client.query(sql);
    await client.query('COMMIT');
    await client.query('ANALYZE');
  });
}

async function connected<T>(
  { url, schema = 'public' }: PostgresTarget,
  use: (client: pg.Client, schema: string) => Promise<T>,
): Promise<T> {
  const client = await connect(url);
  try {
    return await use(client, schema);
  } catch (error) {
    if (error instanceof SchemaNotEmptyError) throw error;
    const where = `${withoutPassword(url)}, schema ${schema}`;
    throw new PostgresError('Loading stopped', where, error as Error, 'Nothing was loaded.');
  } finally {
    await client.end().catch(() => {}); // It may be gone already.
  }
}

async function contentsOf(client: pg.Client, schema: string): Promise<Contents> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1 AND table_type = 'BASE TABLE' ORDER BY 1",
    [schema],
  );
  const tables = rows.map(({ name }) => name).filter((name) => TABLES[name]);
  const filled: string[] = [];
  for (const name of tables) {
    const found = await client.query(`SELECT 1 FROM ${identifier(schema)}.${identifier(name)} LIMIT 1`);
    if (found.rowCount) filled.push(name);
  }
  return { tables, filled };
}

/** Vocabulary tables stay where there are concepts. */
function keptOf({ filled, tables }: Contents): Set<string> {
  return new Set(filled.includes('concept') ? tables.filter((name) => VOCABULARY_TABLES.includes(name)) : []);
}

function refuseFilled({ filled }: Contents, { url, schema = 'public', replace }: PostgresTarget): void {
  const data = filled.filter((name) => !VOCABULARY_TABLES.includes(name));
  if (data.length > 0 && !replace) throw new SchemaNotEmptyError(`${withoutPassword(url)}, schema ${schema}`, data);
}

async function keyedTables(client: pg.Client, schema: string): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.table_constraints WHERE table_schema = $1 AND constraint_type = 'PRIMARY KEY'",
    [schema],
  );
  return new Set(rows.map(({ name }) => name));
}

async function copy(client: pg.Client, into: string, { name, columns }: Table, folder: string): Promise<void> {
  const names = columns.map((column) => column.name).join(', ');
  const stream = client.query(from(`COPY ${into} (${names}) FROM STDIN (FORMAT csv, HEADER true)`));
  await pipeline(createReadStream(join(folder, `${name}.csv`)), stream);
}

/** Adds the rows that a table lacks. */
async function merge(client: pg.Client, table: Table, folder: string, inSchema: string): Promise<void> {
  const { name, columns, primaryKey } = table;
  // Those of an earlier load, whose ids are given anew.
  if (name === 'concept')
    await client.query(`DELETE FROM ${inSchema}concept WHERE concept_class_id = $1`, [SOURCE_CODE]);
  await client.query(`CREATE TEMP TABLE new_${name} (LIKE ${inSchema}${name}) ON COMMIT DROP`);
  await copy(client, `new_${name}`, table, folder);
  const keys = primaryKey ? [primaryKey] : columns.filter(({ foreignKey }) => foreignKey).map((one) => one.name);
  const same = keys.map((key) => `o.${key} = n.${key}`).join(' AND ');
  const names = columns.map((column) => column.name).join(', ');
  await client.query(
    `INSERT INTO ${inSchema}${name} (${names}) SELECT ${names} FROM new_${name} n WHERE NOT EXISTS (SELECT 1 FROM ${inSchema}${name} o WHERE ${same})`,
  );
}
