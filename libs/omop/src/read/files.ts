import { stat } from 'node:fs/promises';
import { fromSystemError, type ReadLimits, temporaryFolder } from '@ehrsynth/io';
import { type Database, identifier, openDatabase, quote } from '@ehrsynth/duckdb';
import { MissingColumnError, MissingTableError } from '../errors.ts';
import { BrokenTableError, OF_DATABASE } from '../files/broken-table.ts';
import type { CsvOptions } from '../files/csv-reading.ts';
import { attachDuckDb, databaseOf, type SchemaOptions } from '../files/duckdb-file.ts';
import { encodingNamed } from '../files/encodings.ts';
import { NoSchemasError } from '../files/errors.ts';
import { filesByTable } from '../files/folder.ts';
import { withHeaderRow } from '../files/header-row.ts';
import type { Inventory } from '../files/inventory.ts';
import { loadTable } from '../files/load-table.ts';
import { isOfPatients, unreadTogether } from '../files/other-tables.ts';
import { TableFiles } from '../files/table-files.ts';
import { placesNote, refuseCopies } from '../files/places.ts';
import { asTexts, typed } from '../files/table-sql.ts';
import { withoutPassword } from '../postgres/address.ts';
import { readTextIds } from '../files/text-ids.ts';
import { addEmptyTables, type Source } from './source.ts';
import { timeZoneOf } from './time-zone.ts';

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
 * Opens a folder of CSV or Parquet, or a DuckDB file (or a folder that has one). All files of a table are one table. Texts become the
 * CDM's types; a value that cannot is empty.
 * @throws MissingTableError, MissingColumnError, BrokenTableError, and the errors of ../files/errors.ts; UserError where the path cannot
 * be read
 */
export async function openFiles(path: string, options: FilesOptions = {}): Promise<Source> {
  const encoding = options.encoding === undefined ? undefined : encodingNamed(options.encoding);
  const found = await stat(path).catch((error) => {
    throw fromSystemError(error, withoutPassword(path), 'read');
  });
  const database = await openDatabase(undefined, { ...options, timeZone: timeZoneOf(options.timeZone) });
  const copies = await temporaryFolder(options.workFolder);
  const close = async () => {
    await database.close();
    await copies.remove();
  };
  try {
    const opened: Opened = { database, columns: new Map(), where: new Map(), notes: [] };
    const file = found.isDirectory() ? await databaseOf(path) : path;
    const inventory =
      file === undefined
        ? await openFolder(path, opened, { ...options, encoding, copies: copies.path })
        : await openDuckDb(file, opened, options);
    await addEmptyTables(database, opened.where, path, options.tables);
    const tables = new Set(opened.where.keys());
    inventory.noted.push(...(await readTextIds(database, opened)));
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
  if (options.schema !== undefined) throw new NoSchemasError(path, '--schema');
  if (options.vocabularySchema !== undefined) throw new NoSchemasError(path, '--vocabulary-schema');
  const { tables, inventory } = await filesByTable(path, options.tables);
  if (!tables.has('person')) {
    const instead = inventory.notRead.filter(
      ({ where: file, reason }) => /person/i.test(file) && !/^table of the CDM/.test(reason),
    );
    throw new MissingTableError(
      'person',
      path,
      [...tables.keys()],
      instead.map(({ where: file, reason }) => `${file} (${reason})`),
    );
  }
  for (const [table, files] of tables) {
    const own = await TableFiles.open(files, database, options);
    const isView = isAskedOnce(table) || files.every(({ isParquet }) => isParquet);
    columns.set(table, await loadTable(database, own, isView ? 'VIEW' : 'TABLE'));
    await refuseCopies(database, own, isView);
    const note = placesNote(own, path);
    if (note) inventory.noted.push({ note, rows: 1 });
    where.set(table, own.where);
    inventory.read.push(...files.map(({ path: file }) => file));
  }
  for (const [table, files] of inventory.otherTables) {
    const count = isOfPatients(table) ? await rowsOfParquet(database, files) : undefined;
    if (count !== undefined) inventory.rows.set(table, count);
  }
  return inventory;
}

/** The largest table of the vocabularies, which records ask for once at most. */
function isAskedOnce(table: string): boolean {
  return table === 'concept_ancestor';
}

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
  const { tables, notes: found, notRead } = await attachDuckDb(database, path, options);
  notes.push(...found);
  const rows = new Map<string, number>();
  const others: string[] = [];
  for (const { table, select, where: place } of tables.values()) {
    if (wanted && !wanted.has(table)) {
      // A view that is broken is nothing to us where its table is not read.
      if (isOfPatients(table)) rows.set(table, await countOf(database, select).catch(() => 0));
      else others.push(table);
      continue;
    }
    try {
      const { select: rowsOf, names } = await withHeaderRow(database, table, select);
      const { sql, columns: own } = asTexts(table, rowsOf, { names, where: place });
      await database.run(`CREATE VIEW raw_${table} AS ${sql}`);
      await database.run(`CREATE VIEW ${identifier(table)} AS ${typed(table, `raw_${table}`, own)}`);
      columns.set(table, own);
      where.set(table, place);
    } catch (error) {
      const isWithoutRows =
        error instanceof MissingColumnError && table !== 'person' && (await countOf(database, select)) === 0;
      if (!isWithoutRows)
        throw (error as Error).constructor === Error
          ? new BrokenTableError(table, place, error as Error, OF_DATABASE)
          : error;
      notes.push({
        reason: `${table} has neither rows nor the columns of the CDM`,
        resourceType: table,
        where: place,
      });
    }
  }
  if (others.length > 0) notes.push(unreadTogether(others, path));
  return { read: [path], notRead, otherTables: new Map(), rows, noted: [] };
}

async function countOf(database: Database, select: string): Promise<number> {
  const [{ count }] = await database.all<{ count: bigint }>(`SELECT count(*) AS count FROM (${select})`);
  return Number(count);
}
