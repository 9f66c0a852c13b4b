import { type Database, identifier, openDatabase, quote } from '@ehrsynth/duckdb';
import { peek } from '@ehrsynth/io';
import { parse } from 'csv-parse/sync';
import { FrameError } from './errors.ts';

/** A table in a file: CSV with or without a header, or Parquet. */
export interface Table {
  path: string;
  /** In the order of the file; column1, column2, … where a CSV file has no header. */
  names: string[];
  /** DuckDB's; all VARCHAR of a CSV file. */
  types: string[];
  /** Whether the file has names for its columns; 0, 1, 2, … are none. */
  isNamed: boolean;
  /** Lines of the file before the first row; 0 of Parquet. */
  headerLines: number;
  /** What stands for the table in SQL. */
  sql: string;
  /** What stands for each column in SQL, in the order of the names. */
  identifiers: string[];
}

const PARQUET = /\.parquet$/i;
/** A header of a wide table may be long. */
const HEAD_BYTES = 8 << 20;
const LONGEST_LINE = HEAD_BYTES;
/** DuckDB holds some of them for each thread. */
const BUFFER_BYTES = 2 * LONGEST_LINE;

/** @throws FrameError, UserError */
export async function tableAt(path: string, database: Database): Promise<Table> {
  return PARQUET.test(path) ? parquetAt(path, database) : csvAt(path);
}

/** DuckDB for tables: rows come in the order of the file. @param workFolder of what memory does not hold */
export function openTables(workFolder?: string): Promise<Database> {
  return openDatabase(undefined, { ordered: true, workFolder });
}

async function parquetAt(path: string, database: Database): Promise<Table> {
  await peek(path);
  const sql = `read_parquet(${quote(path)})`;
  try {
    const columns = await database.all<{ column_name: string; column_type: string }>(`DESCRIBE SELECT * FROM ${sql}`);
    const names = columns.map(({ column_name }) => column_name);
    return {
      path,
      names,
      identifiers: names.map(identifier),
      types: columns.map(({ column_type }) => column_type),
      isNamed: isNamed(names),
      headerLines: 0,
      sql,
    };
  } catch (error) {
    throw asFrameError(error, path);
  }
}

async function csvAt(path: string): Promise<Table> {
  const { text, encoding } = await peek(path, HEAD_BYTES);
  if (encoding !== 'utf-8')
    throw new FrameError(
      `The file is not UTF-8, but ${encoding}`,
      path,
      'Write it as UTF-8, as pandas does by default.',
    );
  const end = text.indexOf('\n');
  const line = (end < 0 ? text : text.slice(0, end)).replace(/\r$/, '');
  if (line.trim() === '') throw new FrameError('The first line is empty', path, 'Give a table with a header.');
  const delimiter = delimiterOf(line);
  const [first] = parse(line, { delimiter, relax_quotes: true, relax_column_count: true }) as string[][];
  // A line of numbers that come again is a row of counts; codes that are numbers stand in a header once each.
  const hasHeader = !first.every(isNumber) || (first.length > 1 && new Set(first).size === first.length);
  const names = distinctNames(
    path,
    first.map((name, i) => (hasHeader ? name : `column${i + 1}`)),
  );
  // Names of a file may be empty, or differ in capitals alone.
  const identifiers = names.map((_, i) => `c${i}`);
  const columns = identifiers.map((name) => `${name}: 'VARCHAR'`).join(', ');
  const sql = `read_csv(${quote(path)}, auto_detect = false, header = ${hasHeader}, delim = ${quote(delimiter)}, quote = '"', escape = '"', max_line_size = ${LONGEST_LINE}, buffer_size = ${BUFFER_BYTES}, columns = {${columns}})`;
  const types = names.map(() => 'VARCHAR');
  return { path, names, identifiers, types, isNamed: hasHeader && isNamed(names), headerLines: hasHeader ? 1 : 0, sql };
}

/** The mark that stands most often in the header. */
function delimiterOf(header: string): string {
  const bare = header.replace(/"(?:[^"]|"")*"/g, '');
  const often = (mark: string) => bare.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (often(mark) > often(best) ? mark : best));
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** What pandas calls the rows where nobody named them. */
export const OF_ROWS = /^(?:|Unnamed: 0|index|__index_level_0__|rownames)$/i;

/** Numbers from 0 on are what pandas calls columns that have no name. */
function isNamed(names: string[]): boolean {
  const own = OF_ROWS.test(names[0]) ? names.slice(1) : names;
  return !own.every((name, i) => name === String(i));
}

function distinctNames(path: string, names: string[]): string[] {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name))
      throw new FrameError(
        `Two columns have the same name: ${JSON.stringify(name)}`,
        `${path}, line 1`,
        'Rename one of them.',
      );
    seen.add(name);
  }
  return names;
}

/**
 * Values of a table, column by column, up to 2,048 rows at a time.
 * @param expressions in SQL
 * @param tail ORDER BY …
 */
export async function* selected(
  database: Database,
  { path, sql }: Table,
  expressions: readonly string[],
  tail = '',
): AsyncGenerator<unknown[][]> {
  try {
    yield* database.columns(`SELECT ${expressions.join(', ')} FROM ${sql} ${tail}`);
  } catch (error) {
    throw asFrameError(error, path);
  }
}

/** A column in SQL. */
export function column({ names, identifiers }: Pick<Table, 'names' | 'identifiers'>, name: string): string {
  return identifiers[names.indexOf(name)];
}

/** Where a row stands: a line of CSV, or a row of Parquet. @param row from 0 */
export function placeOf({ path, headerLines, types }: Table, row: number, name?: string): string {
  const isCsv = headerLines > 0 || types.every((type) => type === 'VARCHAR');
  const line = isCsv ? `line ${row + 1 + headerLines}` : `row ${row + 1}`;
  return [path, line, ...(name === undefined ? [] : [`column ${JSON.stringify(name)}`])].join(', ');
}

function asFrameError(error: unknown, path: string): unknown {
  const text = error instanceof Error ? error.message : String(error);
  if (!/CSV Error|Parquet|Invalid Input|Invalid Error|Conversion|No magic bytes|too small/i.test(text)) return error;
  const [, line] = /CSV Error on Line: (\d+)/.exec(text) ?? [];
  const [, wanted, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text) ?? [];
  const what =
    wanted === undefined
      ? text
          .split('\n')
          .find((one) => !/CSV Error on Line|^Original Line/.test(one) && one.trim() !== '')!
          .replace(/^(?:Invalid Input|Invalid) Error:\s*/, '')
      : `The line has ${found} cells, but the header has ${wanted}`;
  return new FrameError(
    what,
    line === undefined ? path : `${path}, line ${line}`,
    'Write the table again as CSV (RFC 4180, UTF-8) or Parquet.',
    error,
  );
}
