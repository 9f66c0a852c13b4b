import { parse } from 'csv-parse/sync';
import { isText, plainName, READ_TABLES, VOCABULARY_TABLES } from '../cdm/tables.ts';
import { ColumnCountError, LateHeaderError, NoHeaderError } from './errors.ts';
import { columnOrders, knownColumns } from './csv-columns.ts';

/** How a file of text is to be read. */
export interface Dialect {
  delimiter: string;
  /** Empty where quotes are characters like any other, as in Athena's files. */
  quote: '"' | '';
  /** Lines before the first record. */
  skip: number;
  hasHeader: boolean;
  /** One name for each, in the file's order. */
  columns: string[];
  /** What stands for an empty value, beside nothing at all. */
  nulls: string[];
}

/** Tab, comma and the others that databases write; \x01 is Hive's. */
const DELIMITERS = ['\t', ',', ';', '||', '|', '^', '~', '\x01', '\x1f', '¦'];
/** Written for NULL by psql, mysqldump and Hive. */
const BACKSLASH_N = '\\N';
/** Written for NULL by SQL Server, Spark, R and Python; a value like others unless it stands where a number or a date must. */
const NULL_WORDS = new Set(['NULL', 'null', '(null)', '<NULL>', 'NA', '<NA>', 'None']);
const ROWS_SEEN = 2000;
/** Among how many lines a header is looked for where the first is none. */
const LINES_BEFORE = 20;

/**
 * The dialect of a file by its beginning.
 * @param head text without a byte order mark; whole lines, but for a value in quotes that goes on
 * @param header no: the columns are the CDM's in its order, unless the first line names columns all the same
 * @throws NoHeaderError, LateHeaderError, ColumnCountError
 */
export function dialectOf(
  head: string,
  { table, file, header = 'yes' }: { table: string; file: string; header?: 'yes' | 'no' },
): Dialect {
  const skip = linesBefore(head);
  const text = head.split('\n').slice(skip).join('\n');
  const line = /^[^\r\n]*/.exec(text)![0];
  const namesIn = (one: string, delimiter: string) => cellsOf(one, delimiter).map(columnName);
  const cellsBy = (delimiter: string) => namesIn(line, delimiter);
  const best = (score: (delimiter: string) => number) =>
    DELIMITERS.reduce((a, b) => (score(b) > score(a) ? b : a), ',');
  const known = (delimiter: string) => knownColumns(table, cellsBy(delimiter)).length;
  const named = best(known);
  const hasHeader = known(named) > 0;
  if (!hasHeader) {
    const isHeader = (one: string) => DELIMITERS.some((by) => knownColumns(table, namesIn(one, by)).length > 1);
    const late = text.split(/\r\n|\n|\r/, LINES_BEFORE).findIndex(isHeader);
    if (late > 0) throw new LateHeaderError(table, file, skip + late + 1);
  }
  const delimiter = hasHeader ? named : best((one) => likeness(table, cellsBy(one).length));
  const names = cellsBy(delimiter);
  if (!hasHeader && header !== 'no' && looksLikeValues(names)) throw new NoHeaderError(table, file);
  const columns = hasHeader || header !== 'no' ? unique(names) : orderOf(table, names.length, file);
  const quote = quoteOf(text, delimiter, table, columns.length);
  const rows = rowsOf(text, delimiter, quote).slice(hasHeader ? 1 : 0);
  return {
    delimiter,
    quote,
    skip,
    hasHeader: hasHeader || header !== 'no',
    columns,
    nulls: [BACKSLASH_N, ...nullWords(table, columns, rows)],
  };
}

/** Lines before the first record: empty ones, and `sep=;` as Excel has it. */
function linesBefore(text: string): number {
  const lines = text.split('\n', 20);
  const first = lines.findIndex((line) => line.trim() !== '' && !/^"?sep=.{1,2}"?$/i.test(line.trim()));
  return Math.max(first, 0);
}

function cellsOf(line: string, delimiter: string): string[] {
  const [cells] = rowsOf(line, delimiter, '"');
  return cells ?? line.split(delimiter);
}

/** Without quotes, blanks and what stands before a dot: Hive writes `person.person_id`. */
function columnName(cell: string): string {
  return cell
    .trim()
    .replaceAll(/^["'`[]+|["'`\]]+$/g, '')
    .replace(/^[\w.]*\./, '')
    .trim();
}

/** How well a number of columns fits the table: the CDM's own best, then more before fewer. */
function likeness(table: string, count: number): number {
  if (count === 1) return 0;
  return columnOrders(table).some(({ length }) => length === count) ? 1000 : count;
}

/** A first line in which numbers and dates stand is none of names. */
function looksLikeValues(cells: string[]): boolean {
  return cells.some((cell) => /^-?\d+([.:/-]\d+)*([T ][\d:.]+Z?)?$/.test(cell));
}

function orderOf(table: string, count: number, file: string): string[] {
  const orders = columnOrders(table);
  const fits = orders.find(({ length }) => length === count);
  if (!fits) throw new ColumnCountError(table, file, count, orders);
  return fits;
}

/** The names, those that are empty or stand there twice made unique. */
function unique(names: string[]): string[] {
  const seen = new Set<string>();
  return names.map((name, i) => {
    let own = name || `column_${i + 1}`;
    while (seen.has(own.toLowerCase())) own += '_again';
    seen.add(own.toLowerCase());
    return own;
  });
}

/**
 * Whether quotes enclose values. With commas and semicolons they do. With other delimiters only where some value is enclosed and no
 * quote contradicts it, for names in Athena's files have quotes in them.
 */
function quoteOf(text: string, delimiter: string, table: string, columns: number): '"' | '' {
  if (delimiter === ',' || delimiter === ';') return '"';
  const isQuoted = text.startsWith('"');
  if (VOCABULARY_TABLES.includes(table) && !isQuoted) return '';
  try {
    const rows = parse(text, {
      ...PARSING,
      delimiter,
      quote: '"',
      relax_quotes: false,
      to: ROWS_SEEN,
      info: false,
    });
    const isEnclosed = text.startsWith('"') || text.includes(`${delimiter}"`) || text.includes('\n"');
    return isEnclosed && rows.every(({ length }) => length <= columns) ? '"' : '';
  } catch {
    return isQuoted ? '"' : '';
  }
}

const PARSING = { relax_column_count: true, skip_empty_lines: true } as const;

/** The first records as they can be read; none where they cannot. */
function rowsOf(text: string, delimiter: string, quote: '"' | ''): string[][] {
  try {
    return parse(text, {
      ...PARSING,
      delimiter,
      quote: quote || false,
      relax_quotes: true,
      to: ROWS_SEEN,
    }) as unknown as string[][];
  } catch {
    return [];
  }
}

/** Words for NULL that stand in columns of numbers and dates. */
function nullWords(table: string, columns: string[], rows: string[][]): string[] {
  const typed = new Set(
    READ_TABLES[table].columns.filter(({ type }) => !isText(type)).map(({ name }) => plainName(name)),
  );
  const places = columns.flatMap((name, i) => (typed.has(name.toLowerCase()) ? [i] : []));
  const found = new Set(rows.flatMap((row) => places.map((i) => row[i]).filter((cell) => NULL_WORDS.has(cell))));
  return [...found].sort();
}
