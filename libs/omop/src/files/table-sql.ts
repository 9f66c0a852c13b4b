import { type CdmType, isText, plainName, READ_TABLES } from '../cdm/tables.ts';
import { identifier, quote } from '@ehrsynth/duckdb';
import { cast, emptyOf } from '../read/cast.ts';
import { columnsOf } from '../read/source.ts';

/**
 * SQL that gives the columns of a file or table by the CDM's names, as texts; columns that are missing are empty.
 * @param names of the columns that `select` gives
 * @param types their types, where they are not all texts; null for one that `select` does not give
 * @param constants texts of columns that are the same in all rows, as the folders of partitions say
 * @throws MissingColumnError
 */
export function asTexts(
  table: string,
  select: string,
  {
    names,
    types,
    where,
    constants = {},
  }: {
    names: string[];
    types?: Map<string, string | null>;
    where: string;
    constants?: Record<string, string | null>;
  },
): { sql: string; columns: Set<string> } {
  const fixed = Object.keys(constants).filter((name) => !names.some((own) => own.toLowerCase() === name));
  const own = columnsOf(table, [...names, ...fixed], where);
  const columns = READ_TABLES[table].columns.map(({ name, type }) => {
    const found = own.get(plainName(name));
    if (found === undefined || types?.get(found) === null) return `CAST(NULL AS VARCHAR) AS ${name}`;
    const value = constants[found];
    if (fixed.includes(found)) return `CAST(${value === null ? 'NULL' : quote(value)} AS VARCHAR) AS ${name}`;
    return `${inText(identifier(found), types?.get(found) ?? 'VARCHAR', type)} AS ${name}`;
  });
  return { sql: `SELECT ${columns.join(', ')} FROM (${select})`, columns: new Set(own.keys()) };
}

/**
 * SQL of a table with the CDM's types, from its texts.
 * @param own the columns that it has, in small letters: others are empty
 * @param numbers columns with ids that are numbers throughout, some of them written as 1e+05
 */
export function typed(table: string, from: string, own: ReadonlySet<string>, numbers?: ReadonlySet<string>): string {
  const columns = READ_TABLES[table].columns.map(({ name, type }) =>
    !own.has(plainName(name)) ? `${emptyOf(type)} AS ${name}` : `${cast(name, type, numbers?.has(name))} AS ${name}`,
  );
  return `SELECT ${columns.join(', ')} FROM ${from}`;
}

/** A value as text: a whole number of floating type in digits, bytes as the UTF-8 that they are or else in hexadecimal digits. */
function inText(value: string, found: string, type: CdmType): string {
  const text = `CAST(${value} AS VARCHAR)`;
  if (/^(DOUBLE|FLOAT)$/.test(found) && !isText(type) && type !== 'numeric')
    return `CASE WHEN ${value} = trunc(${value}) AND abs(${value}) < 9223372036854775808 THEN CAST(CAST(${value} AS HUGEINT) AS VARCHAR) ELSE ${text} END`;
  if (found !== 'BLOB') return text;
  const decoded = `TRY(decode(${value}))`;
  return `CASE WHEN NOT regexp_matches(${decoded}, '[\\x00-\\x08]') THEN ${decoded} ELSE '0x' || lower(hex(${value})) END`;
}
