import { join } from 'node:path';
import { checkGzip, peek, readChunks, type ReadLimits } from '@ehrsynth/io';
import { quote } from '@ehrsynth/duckdb';
import { type Dialect, dialectOf } from './csv-dialect.ts';
import { copyAsUtf8, firstLineNotUtf8 } from './encodings.ts';
import { OtherFormatError } from './errors.ts';

/** Bytes of a file that a thread holds. */
const BUFFER = 8 << 20;
/** Bytes by which a file's dialect is known. */
const HEAD = 256 << 10;
/** Values that a row may have beyond its header's; they are not read. */
const BEYOND = 16;

/** No file of text has these. */
const NOWHERE = '\x01\x02\x03';

/** What of a file's dialect shows only when DuckDB has come to it. */
export interface Attempt {
  /** False where a value in quotes goes over several lines: DuckDB reads such a file in one thread. */
  isParallel: boolean;
  /** `\` where quotes within values have a backslash before them. */
  escape: '"' | '\\';
  quote: '"' | '';
}

/** A file of text that can be read: as it stands, or a copy in UTF-8. */
export interface CsvFile {
  /** What the user calls it. */
  path: string;
  /** What is read. */
  readFrom: string;
  compression: 'gzip' | 'zstd' | 'none';
  dialect: Dialect;
}

export interface CsvOptions {
  /** Whether files have a header: no stands for files in the order of the CDM's DDL. */
  header?: 'yes' | 'no';
  /** Of files that are neither UTF-8 nor UTF-16, by its standard name. */
  encoding?: string;
  limits?: ReadLimits;
  /** Where copies in UTF-8 are put. */
  copies: string;
}

let copies = 0;

/**
 * Finds out how a file is to be read, and copies it as UTF-8 where it is not.
 * @throws NoHeaderError, LateHeaderError, ColumnCountError, OtherFormatError, NotUtf8Error, BrokenGzipError, ExpansionError
 */
export async function csvFile(path: string, table: string, options: CsvOptions): Promise<CsvFile> {
  const { encoding, limits, header } = options;
  const head = await peek(path, HEAD);
  refuseUtf32(path, head.bytes);
  if (head.isGzip) await checkWhole(path, limits);
  const isUtf16 = head.encoding !== 'utf-8';
  const isOther = !isUtf16 && encoding !== undefined && (await firstLineNotUtf8(path, limits)) !== undefined;
  const isCopied = isUtf16 || isOther;
  const readFrom = isCopied ? await copyOf(path, { ...options, encoding: isUtf16 ? undefined : encoding }) : path;
  const { text } = isCopied ? await peek(readFrom, HEAD) : head;
  const compression = isCopied ? 'none' : head.isGzip ? 'gzip' : /\.zst$/i.test(path) ? 'zstd' : 'none';
  return {
    path,
    readFrom,
    compression,
    dialect: dialectOf(wholeLines(text, head.isWhole), { table, file: path, header }),
  };
}

/** Its marks are those of UTF-16 with two bytes of zero more, or before. */
function refuseUtf32(path: string, bytes: Buffer): void {
  if (['fffe0000', '0000feff'].includes(bytes.subarray(0, 4).toString('hex')))
    throw new OtherFormatError(path, 'Text in UTF-32', 'Convert it to UTF-8: iconv -f UTF-32 -t UTF-8.');
}

/** Reads gzip to its end, whatever the file is called: DuckDB would not say what is wrong with it. */
async function checkWhole(path: string, limits?: ReadLimits): Promise<void> {
  if (/\.gz$/i.test(path)) return checkGzip(path, limits);
  for await (const chunk of readChunks(path, limits)) void chunk;
}

/** A copy in UTF-8, with lines that end alike. */
export async function copyOf(
  path: string,
  { encoding, limits, copies: folder }: Omit<CsvOptions, 'header'>,
): Promise<string> {
  const to = join(folder, `copy-${++copies}.csv`);
  await copyAsUtf8(path, to, { encoding, limits });
  return to;
}

/** The beginning without a last line that it cuts through. */
function wholeLines(text: string, isWhole: boolean): string {
  const end = text.lastIndexOf('\n');
  return isWhole || end < 0 ? text : text.slice(0, end + 1);
}

/** How files are read at first. */
export function firstAttempt({ quote }: Dialect): Attempt {
  return { isParallel: true, escape: '"', quote };
}

/** SQL that reads files of one dialect: every column of the header as text, empty ones as NULL. */
export function readCsv(
  files: string[],
  { dialect, compression }: Pick<CsvFile, 'dialect' | 'compression'>,
  attempt: Attempt,
): string {
  const { delimiter, skip, hasHeader, columns, nulls } = dialect;
  const more = Array.from({ length: BEYOND }, (_, i) => beyond(i + 1));
  const types = [...columns, ...more].map((name) => `${quote(name)}: 'VARCHAR'`);
  const options = [
    `columns = {${types.join(', ')}}`,
    `auto_detect = false, null_padding = true, buffer_size = ${BUFFER}, hive_partitioning = false`,
    `header = ${hasHeader}, skip = ${skip}, delim = ${quote(delimiter)}, compression = ${quote(compression)}`,
    attempt.quote ? `quote = '"', escape = ${quote(attempt.escape)}` : "quote = '', escape = ''",
    `nullstr = [${['', ...nulls.filter((word) => !attempt.quote || !word.includes(attempt.escape))].map(quote).join(', ')}], parallel = ${attempt.isParallel}`,
  ];
  return `SELECT * FROM read_csv([${files.map(quote).join(', ')}], ${options.join(', ')})`;
}

/** Name of a value that a row has beyond its header's. */
export function beyond(number: number): string {
  return `beyond the header ${number}`;
}

/** SQL of the lines after the header, in order, as `line`. */
export function readLines({ readFrom, dialect: { skip, hasHeader }, compression }: CsvFile): string {
  return `SELECT * FROM read_csv(${quote(readFrom)}, columns = {line: 'VARCHAR'}, auto_detect = false, null_padding = true, parallel = false,
    header = false, skip = ${skip + (hasHeader ? 1 : 0)}, delim = ${quote(NOWHERE)}, quote = '', escape = '', buffer_size = ${BUFFER},
    hive_partitioning = false, compression = ${quote(compression)})`;
}

/** Another way to read the files after what DuckDB said of the one; undefined where there is none to try. */
export function nextAttempt(attempt: Attempt, { message }: Error, dialect: Dialect): Attempt | undefined {
  if (attempt.isParallel && message.includes('parallel=false')) return { ...attempt, isParallel: false };
  if (!/quote|Expected Number of Columns|invalid state/i.test(firstLines(message))) return undefined;
  if (attempt.quote && attempt.escape === '"') return { ...attempt, escape: '\\' };
  const needsQuotes = dialect.delimiter === ',' || dialect.delimiter === ';';
  return attempt.quote && !needsQuotes ? { ...attempt, escape: '"', quote: '' } : undefined;
}

/** What DuckDB says is wrong, without what it advises and without the line itself. */
function firstLines(message: string): string {
  return message.split('Possible')[0].replace(/^Original Line:.*$/m, '');
}
