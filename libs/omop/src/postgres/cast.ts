import { type CdmType, isText } from '../cdm/tables.ts';
import { type Dialect, timeOfText } from '../read/clock.ts';
import { FLOATING, isRecordId, noId, SIGNS, UUID, WHOLE } from '../read/record-ids.ts';

/** How a column becomes one of the CDM's type, in PostgreSQL's SQL. */
export interface Cast {
  /** The value, NULL where it is none of the type. */
  sql: string;
  /** Rows whose value is none of the type; undefined where the column's own type has no such values. */
  unreadable?: string;
  /** True where the value is read from a text, so that it is better done once. */
  isCostly?: boolean;
}

/**
 * A column of a type of PostgreSQL as one of the CDM's. Nothing stops at a value that is none: texts, fractions, NaN and infinity, dates
 * before Christ or beyond the year 9999 are looked at before they are cast.
 * @param column its name in the CDM
 * @param found name of the column's type, as format_type has it
 */
export function castOf(column: string, found: string, type: CdmType): Cast {
  if (isText(type)) return { sql: column };
  if (type === 'integer' && /^(smallint|integer|bigint)$/.test(found)) return { sql: `CAST(${column} AS bigint)` };
  const sql = CASTS[type as keyof typeof CASTS](column, found);
  const isCostly = !isDate(found) && !isNumber(found);
  const given = isCostly ? `nullif(${textOf(column)}, '')` : column;
  return { sql, unreadable: `${given} IS NOT NULL AND (${sql}) IS NULL`, isCostly };
}

const CASTS = { integer: integerOf, numeric: numberOf, date: dateOf, datetime: datetimeOf };

const isNumber = (found: string) => /^(smallint|integer|bigint|numeric|real|double precision)$/.test(found);
const isDate = (found: string) => /^(date|timestamp.*)$/.test(found);

const BLANKS = "E' \\t\\n\\r'";
const textOf = (column: string, found?: string) =>
  found === 'bytea' ? `('0x' || encode(${column}, 'hex'))` : `btrim(CAST(${column} AS text), ${BLANKS})`;
/** True for a number that a double precision holds. Repetitions with bounds would cost PostgreSQL twenty times as much. */
const isNumeral = (text: string) =>
  `length(${text}) <= 300 AND ${text} ~ '^[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d\\d?)?$'`;
const when = (condition: string, value: string) => `CASE WHEN ${condition} THEN ${value} END`;

function integerOf(column: string, found: string): string {
  const text = textOf(column, found);
  const isId = isRecordId(column, 'integer');
  const number = isNumber(found) ? wholeOf(column, found) : integerOfText(text, isId);
  const value = isId ? `coalesce(${number}, ${hashOf(column, text)})` : number;
  if (isNumber(found)) return value;
  // Nearly all are plain digits.
  const plain = `CAST(${column} AS text)`;
  return `CASE WHEN length(${plain}) <= 18 AND ${plain} ~ '^[0-9]+$' THEN CAST(${plain} AS bigint) ELSE ${value} END`;
}

/** 12, +12 and 12.0; 1e+05 where it is not the id of a row, as far as floating numbers have all integers. */
function integerOfText(text: string, isId: boolean): string {
  const number = `CAST(${text} AS numeric)`;
  const whole = `length(${text}) <= 300 AND ${text} ~ '${WHOLE}' THEN ${wholeOf(number, 'numeric')}`;
  if (isId) return `CASE WHEN ${whole} END`;
  const isExact = `CASE WHEN ${isNumeral(text)} AND ${text} ~ '${FLOATING}' THEN abs(${number}) < 9007199254740992 END`;
  return `CASE WHEN ${whole} WHEN ${isExact} THEN ${wholeOf(number, 'numeric')} END`;
}

/** A number without a fraction that 64 bits hold. */
function wholeOf(number: string, found: string): string {
  const type = typeOf(found);
  const limit = (value: string) => `CAST('${value}' AS ${type})`;
  const fits = `${number} >= ${limit('-9223372036854775808')} AND ${number} < ${limit('9223372036854775808')}`;
  return when(fits, when(`${number} = trunc(${number})`, `CAST(${number} AS bigint)`));
}

function numberOf(column: string, found: string): string {
  if (/int/.test(found) && isNumber(found)) return `CAST(${column} AS double precision)`;
  if (isNumber(found)) return when(finite(column, found), `CAST(${column} AS double precision)`);
  const text = textOf(column);
  return when(isNumeral(text), `CAST(${text} AS double precision)`);
}

/** False for NaN, which PostgreSQL holds to be greater than all others, and infinity. */
function finite(number: string, found: string): string {
  const type = typeOf(found);
  return `${number} BETWEEN CAST('-1.797e308' AS ${type}) AND CAST('1.797e308' AS ${type})`;
}

/** Of limits to compare a number with. */
function typeOf(found: string): string {
  return found === 'numeric' ? 'numeric' : 'double precision';
}

function dateOf(column: string, found: string): string {
  if (isDate(found)) return when(inCalendar(column, found), `CAST(${column} AS date)`);
  return dateOfText(textOf(column));
}

function datetimeOf(column: string, found: string): string {
  if (isDate(found)) return when(inCalendar(column, found), `CAST(${column} AS timestamp)`);
  const text = textOf(column);
  return `(${dateOfText(text)} + ${timeOfText(text, POSTGRES)})`;
}

const POSTGRES: Dialect = {
  finds: (text, pattern) => `${text} ~ '${pattern}'`,
  timeIn: (text, pattern, end = '') => `CAST(substring(${text} FROM '${pattern}')${end && ` || '${end}'`} AS time)`,
  midnight: "TIME '00:00'",
};

/** Of the years 1 to 9999, and so neither infinity nor before Christ. */
function inCalendar(column: string, found: string): string {
  if (found === 'date') return `${column} BETWEEN '0001-01-01' AND '9999-12-31'`;
  const type = found.includes('with time zone') ? 'timestamptz' : 'timestamp';
  return `${column} >= CAST('0001-01-01' AS ${type}) AND ${column} < CAST('10000-01-01' AS ${type})`;
}

/** 2024-01-31, 2024/01/31 or 20240131, with or without a time; what no calendar has (30 February) is none. */
function dateOfText(text: string): string {
  const part = (number: number) => `split_part(translate(${text}, '/', '-'), '-', ${number})`;
  const divided = [`left(${text}, 4)`, part(2), `substring(${part(3)} FROM '^[0-9]+')`];
  const plain = [`substr(${text}, 1, 4)`, `substr(${text}, 5, 2)`, `substr(${text}, 7, 2)`];
  const day = (parts: string[]) => dayOf(parts.map((digits) => `CAST(${digits} AS integer)`));
  return `CASE WHEN ${text} ~ '^[0-9]{4}[-/][0-9][0-9]?[-/][0-9][0-9]?([ TtZz+]|$)' THEN ${day(divided)}
    WHEN ${text} ~ '^[0-9]{8}([.]0*)?([ TtZz+]|$)' THEN ${day(plain)} END`;
}

function dayOf([year, month, day]: string[]): string {
  const isLeap = `${year} % 4 = 0 AND (${year} % 100 <> 0 OR ${year} % 400 = 0)`;
  const days = `CASE WHEN ${month} = 2 THEN CASE WHEN ${isLeap} THEN 29 ELSE 28 END WHEN ${month} IN (4, 6, 9, 11) THEN 30 ELSE 31 END`;
  const isThere = `${year} >= 1 AND ${month} BETWEEN 1 AND 12 AND ${day} BETWEEN 1 AND ${days}`;
  return when(isThere, `make_date(${year}, ${month}, ${day})`);
}

/** An id that is text as a number: the same that `hashedId` gives in DuckDB's SQL. */
function hashOf(column: string, text: string): string {
  const own = `CASE WHEN ${text} ~* '${UUID}' THEN btrim(lower(${text}), '{} ') ELSE ${text} END`;
  const isId = `${text} ~ '${SIGNS}' AND ${text} !~* '${noId(column)}'`;
  return when(isId, `CAST(CAST('x' || left(md5(${own}), 16) AS bit(64)) AS bigint)`);
}
