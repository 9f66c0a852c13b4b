import { stat } from 'node:fs/promises';
import { fromSystemError, type ReadLimits, temporaryFolder } from '@ehrsynth/io';
import { type Database, openDatabase, quote } from '../database.ts';
import { MissingTableError } from '../errors.ts';
import { BrokenTableError } from '../files/broken-table.ts';
import type { CsvOptions } from '../files/csv-reading.ts';
import { attachDuckDb, type SchemaOptions } from '../files/duckdb-file.ts';
import { encodingNamed } from '../files/encodings.ts';
import { filesByTable } from '../files/folder.ts';
import type { Inventory } from '../files/inventory.ts';
import { loadTable } from '../files/load-table.ts';
import { TableFiles } from '../files/table-files.ts';
import { asTexts, quoted, typed } from '../files/table-sql.ts';
import { noteTextIds } from '../files/text-ids.ts';
import { addEmptyTables, type Source } from './source.ts';

export interface FilesOptions extends SchemaOptions {
  limits?: ReadLimits;
  workFolder?: string;
  /** In which times that name their zone are read: an IANA name; UTC by default. */
  timeZone?: string;
  /** Whether files of text have a header: no stands for files in the order of the CDM's DDL. */
  header?: 'yes' | 'no';
  /** Of files of text that are neither UTF-8 nor UTF-16. */
  encoding?: string;
  /** The tables that are asked for; all by default. Others are named, and read as empty. */
  tables?: ReadonlySet<string>;
}

/**
 * Opens a folder of CSV or Parquet, or a DuckDB file. All files of a table are one table. Texts become the CDM's types; a value that
 * cannot is empty.
 * @throws MissingTableError, MissingColumnError, BrokenTableError, and the errors of ../files/errors.ts; UserError where the path cannot
 * be read
 */
export async function openFiles(path: string, options: FilesOptions = {}): Promise<Source> {
  const encoding = options.encoding === undefined ? undefined : encodingNamed(options.encoding);
  const found = await stat(path).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  const database = await openDatabase(undefined, options);
  const copies = await temporaryFolder(options.workFolder);
  const close = async () => {
    await database.close();
    await copies.remove();
  };
  try {
    const opened: Opened = { database, columns: new Map(), where: new Map(), notes: [] };
    const inventory = found.isDirectory()
      ? await openFolder(path, opened, { ...options, encoding, copies: copies.path })
      : await openDuckDb(path, opened, options);
    await addEmptyTables(database, opened.where, path);
    const tables = new Set(opened.where.keys());
    for (const table of tables)
      for (const { note } of await noteTextIds(database, table, opened.where.get(table)!))
        opened.notes.push(note);
    return { ...opened, tables, hasTexts: true, isRemote: false, inventory, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opened extends Pick<Source, 'columns' | 'where' | 'notes'> {
  database: Database;
}

async function openFolder(
  path: string,
  { database, columns, where }: Opened,
  options: FilesOptions & CsvOptions,
): Promise<Inventory> {
  const { tables, inventory } = await filesByTable(path, options.tables);
  if (!tables.has('person')) {
    const instead = inventory.notRead.filter(({ where: file, reason }) => /person/i.test(file) && !/^table of the CDM/.test(reason));
    throw new MissingTableError('person', path, [...tables.keys()], instead.map(({ where: file, reason }) => `${file} (${reason})`));
  }
  for (const [table, files] of tables) {
    const own = await TableFiles.open(files, database, options);
    columns.set(table, await loadTable(database, own, files.every(({ isParquet }) => isParquet) ? 'VIEW' : 'TABLE'));
    where.set(table, own.where);
    inventory.read.push(...files.map(({ path: file }) => file));
  }
  for (const [table, files] of inventory.otherTables) {
    const count = await rowsOfParquet(database, files);
    if (count !== undefined) inventory.rows.set(table, count);
  }
  return inventory;
} // prettier-ignore

/** Rows as the ends of the files say; undefined where one is no Parquet, or not whole. */
async function rowsOfParquet(database: Database, files: string[]): Promise<number | undefined> {
  try {
    const [{ rows }] = await database.all<{ rows: bigint }>(
      `SELECT CAST(sum(num_rows) AS BIGINT) AS rows FROM parquet_file_metadata([${files.map(quote).join(', ')}])`,
    );
    return Number(rows);
  } catch {
    return undefined;
  }
}

async function openDuckDb(
  path: string,
  { database, columns, where, notes }: Opened,
  { tables: wanted, ...options }: FilesOptions,
): Promise<Inventory> {
  const { tables, notes: found } = await attachDuckDb(database, path, options);
  notes.push(...found);
  const rows = new Map<string, number>();
  for (const { table, select, where: place } of tables.values()) {
    try {
      if (wanted && !wanted.has(table)) {
        const [{ count }] = await database.all<{ count: bigint }>(`SELECT count(*) AS count FROM (${select})`);
        rows.set(table, Number(count));
        continue;
      }
      const described = await database.all<{ column_name: string }>(`DESCRIBE ${select}`);
      const names = described.map(({ column_name }) => column_name);
      const { sql, columns: own } = asTexts(table, select, { names, where: place });
      await database.run(`CREATE VIEW raw_${table} AS ${sql}`);
      await database.run(`CREATE VIEW ${quoted(table)} AS ${typed(table, `raw_${table}`)}`);
      columns.set(table, own);
      where.set(table, place);
    } catch (error) {
      throw (error as Error).constructor === Error ? new BrokenTableError(table, place, error as Error) : error;
    }
  }
  return { read: [path], notRead: [], otherTables: new Map(), rows, noted: [] };
} // prettier-ignore
