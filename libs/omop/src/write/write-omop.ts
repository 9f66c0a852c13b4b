import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import type { PatientRecord } from '@ehrsynth/records';
import { Concept } from '../cdm/concepts.ts';
import { createTable, type Table, TABLES } from '../cdm/tables.ts';
import { openDatabase, quote } from '../database.ts';
import { type Row, RowMaker } from './rows.ts';
import { SourceConcepts } from './source-concepts.ts';

export interface OmopOptions {
  /** A file a table, or all tables in one file. */
  format: 'csv' | 'parquet' | 'duckdb';
  /** Day of the release, for cdm_source. */
  today: string;
  onProgress?: (patients: number) => void;
}

export interface OmopCounts {
  /** Rows by table. */
  rows: Map<string, number>;
  /** What the records had that the CDM cannot say. */
  lost: Map<string, number>;
}

/** The file of a database. */
export const DATABASE = 'omop.duckdb';

/**
 * Writes records as tables of the OMOP CDM 5.4 into a folder. Every table that we know is there, empty where there is nothing
 * for it; types, required columns and primary keys are checked by the database as it loads them (not for CSV alone).
 */
export async function writeOmop(
  records: AsyncIterable<PatientRecord>,
  folder: string,
  { format, today, onProgress }: OmopOptions,
): Promise<OmopCounts> {
  const staging = format === 'csv' ? folder : join(folder, '.csv');
  await mkdir(staging, { recursive: true });
  const lost = new Map<string, number>();
  const concepts = new SourceConcepts();
  const maker = new RowMaker(concepts, (what) => lost.set(what, (lost.get(what) ?? 0) + 1));
  const files = new Map(Object.values(TABLES).map((table) => [table.name, new TableFile(table, staging)]));
  const write = (table: string, row: Row) => files.get(table)!.write(row);
  let patients = 0;
  for await (const record of records) {
    for (const [table, row] of maker.rowsOf(record)) await write(table, row);
    onProgress?.(++patients);
  }
  for (const row of concepts.conceptRows()) await write('concept', row);
  for (const row of concepts.vocabularyRows()) await write('vocabulary', row);
  await write('cdm_source', cdmSource(today));
  const rows = new Map<string, number>();
  for (const [name, file] of files) rows.set(name, await file.close());
  if (format !== 'csv') {
    await load(staging, folder, format);
    await rm(staging, { recursive: true });
  }
  return { rows, lost };
}

/** Rows that are made into text at once. */
const BATCH = 2000;

class TableFile {
  private readonly columns: string[];
  private readonly file: WriteStream;
  private readonly done: Promise<void>;
  private batch: unknown[][] = [];
  private rows = 0;

  constructor(table: Table, folder: string) {
    this.columns = table.columns.map(({ name }) => name);
    this.file = createWriteStream(join(folder, `${table.name}.csv`));
    this.done = finished(this.file);
    this.done.catch(() => {}); // Told of by close.
    this.file.write(stringify([this.columns]));
  }

  async write(row: Row): Promise<void> {
    this.rows++;
    this.batch.push(this.columns.map((name) => row[name]));
    if (this.batch.length >= BATCH) await this.flush();
  }

  async close(): Promise<number> {
    await this.flush();
    this.file.end();
    await this.done;
    return this.rows;
  }

  private async flush(): Promise<void> {
    const text = stringify(this.batch);
    this.batch = [];
    if (!this.file.write(text)) await Promise.race([once(this.file, 'drain'), this.done]);
  }
}

/** The CSV tables into a database with the CDM's types and keys, and from it into the files asked for. */
async function load(staging: string, folder: string, format: 'parquet' | 'duckdb'): Promise<void> {
  const database = await openDatabase(format === 'duckdb' ? join(folder, DATABASE) : undefined);
  try {
    for (const table of Object.values(TABLES)) {
      const csv = quote(join(staging, `${table.name}.csv`));
      await database.run(createTable(table));
      await database.run(`COPY ${table.name} FROM ${csv} (FORMAT csv, HEADER true, NULLSTR '')`);
      if (format !== 'parquet') continue;
      await database.run(
        `COPY ${table.name} TO ${quote(join(folder, `${table.name}.parquet`))} (FORMAT parquet)`,
      );
      await database.run(`DROP TABLE ${table.name}`);
    }
  } finally {
    await database.close();
  }
}

function cdmSource(today: string): Row {
  return {
    cdm_source_name: 'Synthetic patients of ehrsynth',
    cdm_source_abbreviation: 'ehrsynth',
    cdm_holder: 'ehrsynth',
    source_description: 'Synthetic records: sampled from a generative model, of no real person',
    source_release_date: today,
    cdm_release_date: today,
    cdm_version: '5.4',
    cdm_version_concept_id: Concept.cdm54,
    vocabulary_version: 'none',
  };
}
