import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkGzip, fromSystemError, listFiles, type ReadLimits, readLines } from '@ehrsynth/io';
import type { Problem } from '@ehrsynth/records';
import { plainName, READ_TABLES } from '../cdm/tables.ts';
import { type Database, openDatabase, quote } from '../database.ts';
import { BrokenTableError, WrongDelimiterError } from '../errors.ts';
import { cast } from './cast.ts';
import { addEmptyTables, columnsOf, type Source } from './source.ts';

const FILE = /^(.+)\.(csv|tsv|txt|parquet)(\.gz)?$/i;
/** Bytes of a file that a thread holds. */
const BUFFER = 8 << 20;

/** The table of the CDM that a file is called after. */
export function tableOf(file: string): string | undefined {
  const table = FILE.exec(basename(file))?.[1].toLowerCase();
  return table && READ_TABLES[table] ? table : undefined;
}

/**
 * Opens a folder of CSV (comma, or tab as Athena writes it) or Parquet, or a DuckDB file. Texts become the CDM's types; a value
 * that cannot is empty.
 * @throws MissingTableError, MissingColumnError, BrokenTableError, WrongDelimiterError; UserError where the path cannot be read
 */
export async function openFiles(
  path: string,
  { limits, workFolder, timeZone }: { limits?: ReadLimits; workFolder?: string; timeZone?: string } = {},
): Promise<Source> {
  const found = await stat(path).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  const database = await openDatabase(undefined, { workFolder, timeZone });
  try {
    const columns = new Map<string, Set<string>>();
    const notes: Problem[] = [];
    const where = found.isDirectory()
      ? await openFolder(database, path, columns, notes, limits)
      : await openFile(database, path, columns);
    await addEmptyTables(database, where, path);
    const tables = new Set(where.keys());
    return {
      database,
      tables,
      columns,
      where,
      hasTexts: true,
      isRemote: false,
      notes,
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openFolder(
  database: Database,
  path: string,
  columns: Source['columns'],
  notes: Problem[],
  limits?: ReadLimits,
): Promise<Map<string, string>> {
  const where = new Map<string, string>();
  const files = await listFiles(path, (entry) =>
    notes.push({ reason: `skipped: ${entry.why}`, resourceType: 'file', where: entry.path }),
  );
  for (const file of files) {
    const table = tableOf(file);
    if (!table || where.has(table)) continue;
    where.set(table, file);
    if (!isParquet(file)) await checkGzip(file, limits);
    // CSV is parsed once, into a table: it is asked again and again.
    columns.set(
      table,
      await addTable(
        database,
        table,
        await readingOf(file, limits),
        file,
        isParquet(file) ? 'VIEW' : 'TABLE',
      ),
    );
  }
  return where;
}

async function openFile(
  database: Database,
  path: string,
  columns: Source['columns'],
): Promise<Map<string, string>> {
  try {
    await database.run(`ATTACH ${quote(path)} AS cdm (READ_ONLY)`);
  } catch (error) {
    throw new BrokenTableError('of the database', path, error as Error);
  }
  const where = new Map<string, string>();
  const tables = await database.all<{ schema: string; name: string }>(
    "SELECT table_schema AS schema, table_name AS name FROM information_schema.tables WHERE table_catalog = 'cdm'",
  );
  for (const { schema, name } of tables) {
    const table = name.toLowerCase();
    if (!READ_TABLES[table] || where.has(table)) continue;
    where.set(table, `${path}, table ${schema}.${name}`);
    columns.set(
      table,
      await addTable(database, table, `SELECT * FROM cdm."${schema}"."${name}"`, path, 'VIEW'),
    );
  }
  return where;
}

function isParquet(file: string): boolean {
  return FILE.exec(basename(file))![2].toLowerCase() === 'parquet';
}

/** SQL that reads a file, every column as it stands there. Athena's files have tabs and no quotes; others commas and quotes. */
export async function readingOf(file: string, limits?: ReadLimits): Promise<string> {
  if (isParquet(file)) return `SELECT * FROM read_parquet(${quote(file)})`;
  let header = '';
  for await (const { text } of readLines(file, limits)) {
    header = text;
    break;
  }
  const other = /[;|]/.exec(header)?.[0];
  if (other && !/[,\t]/.test(header)) throw new WrongDelimiterError(file, other);
  const dialect = header.includes('\t')
    ? "delim = '\\t', quote = '', escape = ''"
    : `delim = ',', quote = '"'`;
  return `SELECT * FROM read_csv(${quote(file)}, header = true, all_varchar = true, null_padding = true, buffer_size = ${BUFFER}, ${dialect})`;
}

/** The columns of a file or table by the CDM's names, as texts; columns that are missing are empty. */
export async function asTexts(
  database: Database,
  table: string,
  select: string,
  where: string,
): Promise<{ sql: string; columns: Set<string> }> {
  let names: string[];
  try {
    const described = await database.all<{ column_name: string }>(`DESCRIBE ${select}`);
    names = described.map(({ column_name }) => column_name);
  } catch (error) {
    throw new BrokenTableError(table, where, error as Error);
  }
  const own = columnsOf(table, names, where);
  const columns = READ_TABLES[table].columns.map(({ name }) => {
    const found = own.get(plainName(name));
    return found ? `CAST("${found}" AS VARCHAR) AS ${name}` : `CAST(NULL AS VARCHAR) AS ${name}`;
  });
  return { sql: `SELECT ${columns.join(', ')} FROM (${select})`, columns: new Set(own.keys()) };
}

/** SQL of a table with the CDM's types, from its texts. */
export function typed(table: string, from: string): string {
  const columns = READ_TABLES[table].columns.map(({ name, type }) => `${cast(name, type)} AS ${name}`);
  return `SELECT ${columns.join(', ')} FROM ${from}`;
}

/** raw_TABLE as texts, and TABLE with the CDM's types. Gives the columns that it has, in small letters. */
async function addTable(
  database: Database,
  table: string,
  select: string,
  where: string,
  as: 'VIEW' | 'TABLE',
): Promise<Set<string>> {
  const { sql, columns } = await asTexts(database, table, select, where);
  await database.run(`CREATE VIEW raw_${table} AS ${sql}`);
  try {
    await database.run(`CREATE ${as} ${table} AS ${typed(table, `raw_${table}`)}`);
  } catch (error) {
    throw new BrokenTableError(table, where, error as Error);
  }
  return columns;
}
