import { type CdmType, isText } from '../cdm/tables.ts';
import { type Dialect, timeOfText } from './clock.ts';
import { FLOATING, hashedId, isRecordId, WHOLE } from './record-ids.ts';

/** The beginning of a day as texts have it, years 1 to 9999, up to what may follow; the first group is its digits. */
const YEAR = '(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])';
const DIVIDED = `^\\s*(${YEAR}[-/][0-9][0-9]?[-/][0-9][0-9]?)(?:[ TtZz+]|$)`;
const UNDIVIDED = `^\\s*(${YEAR}[0-9]{4})(?:[.]0*)?(?:[ TtZz+]|$)`;

/**
 * A text of a file as a value of the CDM's type, empty where it is none, in DuckDB's SQL. A key may be larger than the CDM's integer,
 * and an id of a row that is text, such as a UUID, is hashed to 64 bits. A date may have a time, or be written as 2024/01/31 or 20240131.
 * @param column its name, after its table's or alone
 * @param isNumber true for an id of a row that is a number throughout, so that 1e+05 is 100000; else that is a text too
 */
export function cast(column: string, type: CdmType, isNumber = false): string {
  if (!isRecordId(column, type)) return castStrictly(column, type);
  return `coalesce(${isNumber ? integer(column) : plainInteger(column)}, ${hashedId(column)})`;
}

/** The same, with an integer for an id. What is not finite, such as NaN and the date `infinity`, is none. */
export function castStrictly(column: string, type: CdmType): string {
  if (isText(type)) return `nullif(${column}, '')`;
  if (type === 'integer') return integer(column);
  if (type === 'numeric') return number(column);
  const day = dayOf(column);
  if (type === 'date') return day;
  return `(${day} + ${timeOfText(column, DUCKDB)})`;
}

const DUCKDB: Dialect = {
  finds: (text, pattern) => `regexp_matches(${text}, '${pattern}')`,
  timeIn: (text, pattern, end = '') =>
    `TRY_CAST(regexp_extract(${text}, '${pattern}', 1)${end && ` || '${end}'`} AS TIME)`,
  midnight: "TIME '00:00'",
};

/** DuckDB rounds fractions, and reads 1_0 and 0x1F: they are none. Nearly all are plain digits. */
function plainInteger(column: string, otherwise = ''): string {
  const found = `TRY_CAST(${column} AS BIGINT)`;
  return `CASE WHEN CAST(${found} AS VARCHAR) = ${column} THEN ${found} WHEN regexp_matches(${column}, '${WHOLE}') THEN ${found}${otherwise} END`;
}

/** With 1e+05 and such, as far as floating numbers have all integers. */
function integer(column: string): string {
  const found = `TRY_CAST(${column} AS BIGINT)`;
  const isWhole = `regexp_matches(${column}, '${FLOATING}') AND CAST(${found} AS DOUBLE) = TRY_CAST(${column} AS DOUBLE)`;
  return plainInteger(column, ` WHEN ${isWhole} AND abs(${found}) < 9007199254740992 THEN ${found}`);
}

function number(column: string): string {
  // DuckDB reads 1_000.
  const found = `TRY_CAST(CASE WHEN NOT contains(${column}, '_') THEN ${column} END AS DOUBLE)`;
  return ["'NaN'", "'Infinity'", "'-Infinity'"].reduce((sql, none) => `nullif(${sql}, ${none})`, found);
}

/** Nearly all are 2024-01-31, alone or with a time. */
function dayOf(column: string): string {
  const found = `TRY_CAST(left(${column}, 10) AS DATE)`;
  const isPlain = `CAST(${found} AS VARCHAR) = left(${column}, 10) AND length(${column}) >= 10 AND substr(${column}, 11, 1) IN ('', ' ', 'T', 't', 'Z', 'z', '+')`;
  const divided = `TRY_CAST(regexp_extract(${column}, '${DIVIDED}', 1) AS DATE)`;
  const undivided = `TRY_CAST(regexp_replace(regexp_extract(${column}, '${UNDIVIDED}', 1), '(....)(..)(..)', '\\1-\\2-\\3') AS DATE)`;
  return `CASE WHEN ${isPlain} THEN ${found} ELSE coalesce(${divided}, ${undivided}) END`;
}

/** An empty value of the type, in DuckDB's SQL and PostgreSQL's. */
export function emptyOf(type: CdmType): string {
  const types = { integer: 'BIGINT', numeric: 'DOUBLE PRECISION', date: 'DATE', datetime: 'TIMESTAMP' };
  return `CAST(NULL AS ${isText(type) ? 'VARCHAR' : types[type as keyof typeof types]})`;
}
