import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@ehrsynth/io';
import type { PatientRecord } from '@ehrsynth/records';
import { Athena } from '../athena/athena.ts';
import { createTable, foreignKeys, indexes, primaryKeys, sqlType } from '../cdm/ddl.ts';
import type { Row } from '../cdm/own-concepts.ts';
import { plainName, TABLES } from '../cdm/tables.ts';
import { openDatabase, quote } from '@ehrsynth/duckdb';
import { checkTarget, loadPostgres, type PostgresTarget } from '../postgres/load.ts';
import { Concepts, type Mapped } from './concepts.ts';
import { RowMaker } from './rows.ts';
import { cdmSource } from './source-row.ts';
import { TableFile } from './table-file.ts';

export interface OmopOptions {
  /** A file a table, all tables in one file, or a schema of a PostgreSQL database. */
  format: 'csv' | 'parquet' | 'duckdb' | PostgresTarget;
  /** Day of the release, for cdm_source. */
  today: string;
  /** The user's vocabularies from Athena: a file that `importAthena` wrote; without it, standard concepts are 0. */
  athena?: string;
  onProgress?: (patients: number) => void;
  /** Called with each table that is loaded. */
  onLoad?: (table: string) => void;
}

export interface OmopCounts {
  /** Rows by table. */
  rows: Map<string, number>;
  /** What the records had that the CDM cannot say. */
  lost: Map<string, number>;
  /** How much has a standard concept. */
  mapped: Mapped;
  /** Of the vocabularies; undefined without Athena's. */
  vocabularyVersion?: string;
}

/** The file of a database. */
export const DATABASE = 'omop.duckdb';
/** Records whose codes are looked up together. */
const BATCH = 500;

/**
 * Writes records as tables of the OMOP CDM 5.4 into a folder, or into a schema of a PostgreSQL database. Every table of the CDM is
 * there, empty where there is nothing for it. Types are checked by the database that loads them; CSV comes with the scripts for
 * PostgreSQL that load it.
 * @param folder undefined for a PostgreSQL database
 * @throws SchemaNotEmptyError, PostgresError
 */
export async function writeOmop(
  records: AsyncIterable<PatientRecord>,
  folder: string | undefined,
  { format, today, athena: athenaFile, onProgress, onLoad }: OmopOptions,
): Promise<OmopCounts> {
  const target = typeof format === 'object' ? format : undefined;
  const firstLocal = target && (await checkTarget(target));
  if (folder) await mkdir(folder, { recursive: true });
  const apart = format === 'csv' ? undefined : await temporaryFolder(folder);
  const staging = apart?.path ?? folder!;
  const athena = athenaFile ? await Athena.open(athenaFile) : undefined;
  try {
    const counts = await writeTables(records, staging, new Concepts(athena, firstLocal), {
      source: cdmSource(today, athena?.version),
      onProgress,
    });
    if (target) await loadPostgres(staging, target, onLoad);
    else if (format === 'csv') await writeScripts(folder!);
    else if (format === 'duckdb') await writeDatabase(staging, folder!);
    else await writeParquet(staging, folder!);
    return { ...counts, vocabularyVersion: athena?.version };
  } finally {
    await athena?.close();
    await apart?.remove();
  }
}

async function writeTables(
  records: AsyncIterable<PatientRecord>,
  folder: string,
  concepts: Concepts,
  { source, onProgress }: { source: Row; onProgress?: (patients: number) => void },
): Promise<Omit<OmopCounts, 'vocabularyVersion'>> {
  const lost = new Map<string, number>();
  const lose = (what: string) => void lost.set(what, (lost.get(what) ?? 0) + 1);
  const maker = new RowMaker(concepts, lose);
  const files = new Map(Object.values(TABLES).map((table) => [table.name, new TableFile(table, folder, lose)]));
  const write = (table: string, row: Row) => files.get(table)!.write(row);
  let patients = 0;
  for await (const batch of batches(records)) {
    await concepts.learn(batch);
    for (const record of batch) {
      for (const [table, row] of maker.rowsOf(record)) await write(table, row);
      onProgress?.(++patients);
    }
  }
  for await (const [table, row] of concepts.rows()) await write(table, row);
  await write('cdm_source', source);
  const rows = new Map<string, number>();
  for (const [name, file] of files) rows.set(name, await file.close());
  return { rows, lost, mapped: concepts.mapped() };
}

async function* batches(records: AsyncIterable<PatientRecord>): AsyncGenerator<PatientRecord[]> {
  let batch: PatientRecord[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** SQL that reads a table's CSV with the CDM's types in DuckDB. */
function csvOf(table: string, staging: string): string {
  const columns = TABLES[table].columns.map(
    ({ name, type }) => `${quote(plainName(name))}: ${quote(sqlType(type, 'duckdb'))}`,
  );
  const file = quote(join(staging, `${table}.csv`));
  return `read_csv(${file}, header = true, delim = ',', quote = '"', nullstr = '', columns = {${columns.join(', ')}})`;
}

async function writeParquet(staging: string, folder: string): Promise<void> {
  const database = await openDatabase(undefined, { ordered: true, workFolder: folder });
  try {
    for (const table of Object.keys(TABLES)) {
      const file = quote(join(folder, `${table}.parquet`));
      await database.run(`COPY (SELECT * FROM ${csvOf(table, staging)}) TO ${file} (FORMAT parquet)`);
    }
  } finally {
    await database.close();
  }
}

/** Primary keys and no more: DuckDB cannot add foreign keys to tables, and tables of the vocabularies refer to each other. */
async function writeDatabase(staging: string, folder: string): Promise<void> {
  const database = await openDatabase(join(folder, DATABASE), { ordered: true, workFolder: folder });
  try {
    for (const table of Object.values(TABLES)) {
      await database.run(createTable(table, 'duckdb'));
      await database.run(`INSERT INTO ${table.name} SELECT * FROM ${csvOf(table.name, staging)}`);
    }
    for (const { sql } of primaryKeys()) await database.run(sql.replace(/CONSTRAINT \w+ /, ''));
    // Closing would do it too, and say nothing of a disk that is full.
    await database.run('CHECKPOINT');
  } finally {
    await database.close();
  }
}

/** The CDM's DDL for PostgreSQL, and a script for psql that loads the CSV beside it. */
async function writeScripts(folder: string): Promise<void> {
  const ddl = join(folder, 'ddl');
  await mkdir(ddl);
  const script = (statements: string[]) => statements.map((sql) => `${sql};\n`).join('');
  const tables = Object.values(TABLES);
  const name = (part: string) => `OMOPCDM_postgresql_5.4_${part}.sql`;
  const scripts: [string, string][] = [
    [name('ddl'), script(tables.map((table) => createTable(table, 'postgresql')))],
    [name('primary_keys'), script(primaryKeys().map(({ sql }) => sql))],
    [name('constraints'), script(foreignKeys().map(({ sql }) => sql))],
    [name('indices'), script(indexes().map(({ sql }) => sql))],
    [
      'load.sql',
      [
        '-- psql -v ON_ERROR_STOP=1 -1 -f ddl/load.sql, from the folder above, with the search_path on the schema to fill',
        `\\ir ${name('ddl')}`,
        ...tables.map(({ name: table }) => `\\copy ${table} FROM '${table}.csv' (FORMAT csv, HEADER true)`),
        ...['primary_keys', 'indices', 'constraints'].map((part) => `\\ir ${name(part)}`),
        '',
      ].join('\n'),
    ],
  ];
  for (const [file, text] of scripts) await writeFile(join(ddl, file), text);
}
