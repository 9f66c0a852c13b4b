import { createReadStream } from 'node:fs';
import { type Database, identifier, quote } from '@ehrsynth/duckdb';
import { beyond, type CsvFile, readCsv, readLines, type Attempt } from './csv-reading.ts';

/** A quote that opens a value of several rows: the file it is in and the line. */
export interface StrayQuote {
  file: CsvFile;
  line: number;
}

/**
 * Whether a pair of quotes encloses rows: inch marks in two rows make one value of all that is between. Such a value has as many delimiters
 * in each of its lines as the header, and its first line as many as are left of its row; a note with line breaks has not.
 * @param files of one dialect
 * @returns undefined where none does; else whether each line has as many values as the header if quotes are characters like any other, and
 * the first of them where not
 */
export async function strayQuotes(
  database: Database,
  files: CsvFile[],
  attempt: Attempt,
): Promise<'fits without' | StrayQuote | undefined> {
  const { dialect } = files[0];
  if (!(await someHaveQuotes(files))) return undefined;
  const select = readCsv(
    files.map(({ readFrom }) => readFrom),
    files[0],
    attempt,
  );
  const found = await firstLineEnclosed(database, select, dialect);
  if (found === undefined) return undefined;
  let first: StrayQuote | undefined;
  let isFit = true;
  for (const file of files) {
    const count = delimitersIn('line', dialect.delimiter);
    const wanted = dialect.columns.length - 1;
    const [{ others, at }] = await database.all<{ others: bigint; at: bigint | null }>(
      `SELECT count(*) FILTER (WHERE line <> '' AND ${count} <> ${wanted}) AS others, min(number) FILTER (WHERE ends_with(line, ${quote(`"${found}`)})) AS at
      FROM (SELECT line, row_number() OVER () AS number FROM (${readLines(file)}))`,
    );
    isFit &&= others === 0n;
    if (at !== null) first ??= { file, line: Number(at) + dialect.skip + (dialect.hasHeader ? 1 : 0) };
  }
  return isFit ? 'fits without' : (first ?? { file: files[0], line: 1 });
}

/** Whether a quote stands in one of the files; of one that is compressed it is taken for granted. Costs less than to parse them again. */
async function someHaveQuotes(files: CsvFile[]): Promise<boolean> {
  for (const { readFrom, compression } of files) {
    if (compression !== 'none') return true;
    for await (const chunk of createReadStream(readFrom, { highWaterMark: 1 << 20 }))
      if ((chunk as Buffer).includes(QUOTE)) return true;
  }
  return false;
}

const QUOTE = 0x22;

/** The first line of a value that encloses rows. */
async function firstLineEnclosed(
  database: Database,
  select: string,
  { columns, delimiter }: CsvFile['dialect'],
): Promise<string | undefined> {
  const breaks = columns.map(
    (name, i) =>
      `coalesce(bool_or(contains(${identifier(name)}, chr(10)) OR contains(${identifier(name)}, chr(13))), false) AS c${i}`,
  );
  const [has] = await database.all<Record<string, boolean>>(`SELECT ${breaks.join(', ')} FROM (${select})`);
  const last = columns.length - 1;
  if (last === 0) return undefined;
  for (const [i, name] of columns.entries()) {
    if (!has[`c${i}`]) continue;
    const lines = `regexp_split_to_array(${identifier(name)}, '\\r\\n|\\n|\\r')`;
    const counts = `list_transform(lines, lambda line: ${delimitersIn('line', delimiter)})`;
    const [row] = await database.all<{ line: string }>(
      `SELECT lines[1] AS line FROM (SELECT lines, is_longer, ${counts} AS counts FROM
        (SELECT ${lines} AS lines, ${identifier(beyond(1))} IS NOT NULL AS is_longer FROM (${select})))
      WHERE len(lines) > 1 AND counts[1] = ${last - i} AND len(list_filter(counts[2:-2], lambda one: one <> ${last})) = 0
        AND (len(lines) > 2 OR counts[-1] >= ${Math.max(i, 1)} OR is_longer) LIMIT 1`,
    );
    if (row) return row.line;
  }
  return undefined;
}

function delimitersIn(text: string, delimiter: string): string {
  const without = `length(replace(${text}, ${quote(delimiter)}, ''))`;
  return `((length(${text}) - ${without}) // ${delimiter.length})`;
}
