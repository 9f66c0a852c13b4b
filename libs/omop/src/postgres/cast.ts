import { type CdmType, isText } from '../cdm/tables.ts';

/** How a column becomes one of the CDM's type, in PostgreSQL's SQL. */
export interface Cast {
  /** The value, NULL where it is none of the type. */
  sql: string;
  /** Rows whose value is none of the type; undefined where the column's own type has no such values. */
  unreadable?: string;
}

/**
 * A column of a type of PostgreSQL as one of the CDM's. Nothing stops at a value that is none: texts, fractions, NaN and infinity, dates
 * before Christ or beyond the year 9999 are looked at before they are cast.
 * @param found name of the column's type, as format_type has it
 */
export function castOf(column: string, found: string, type: CdmType): Cast {
  if (isText(type)) return { sql: column };
  if (type === 'integer' && /^(smallint|integer|bigint)$/.test(found))
    return { sql: `CAST(${column} AS bigint)` };
  const sql = CASTS[type as keyof typeof CASTS](column, found);
  const given = isDate(found) || isNumber(found) ? column : `nullif(btrim(CAST(${column} AS text)), '')`;
  return { sql, unreadable: `${given} IS NOT NULL AND (${sql}) IS NULL` };
}

const CASTS = { integer: integerOf, numeric: numberOf, date: dateOf, datetime: datetimeOf };

const isNumber = (found: string) => /^(smallint|integer|bigint|numeric|real|double precision)$/.test(found);
const isDate = (found: string) => /^(date|timestamp.*)$/.test(found);

const textOf = (column: string) => `btrim(CAST(${column} AS text))`;
/** NUMBER with at most 300 digits and an exponent that a double precision has. */
const NUMBER = `'^[+-]?(\\d{1,150}(\\.\\d{0,150})?|\\.\\d{1,150})([eE][+-]?\\d{1,2})?$'`;
const UUID = `'^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$'`;
const when = (condition: string, value: string) => `CASE WHEN ${condition} THEN ${value} END`;

function integerOf(column: string, found: string): string {
  if (isNumber(found)) return wholeOf(column, found);
  const text = textOf(column);
  const number = wholeOf(`CAST(${text} AS numeric)`, 'numeric');
  return `CASE WHEN ${text} ~ ${NUMBER} THEN ${number} WHEN ${text} ~* ${UUID} THEN ${hashOf(text)} END`;
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
  return when(`${text} ~ ${NUMBER}`, `CAST(${text} AS double precision)`);
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
  const time = `'[ T]((?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,6})?)?)'`;
  return `(${dateOfText(text)} + coalesce(CAST(substring(${text} FROM ${time}) AS time), '00:00'))`;
}

/** Of the years 1 to 9999, and so neither infinity nor before Christ. */
function inCalendar(column: string, found: string): string {
  if (found === 'date') return `${column} BETWEEN '0001-01-01' AND '9999-12-31'`;
  const type = found.includes('with time zone') ? 'timestamptz' : 'timestamp';
  return `${column} >= CAST('0001-01-01' AS ${type}) AND ${column} < CAST('10000-01-01' AS ${type})`;
}

/** 2024-01-31 or 20240131, with or without a time; what no calendar has (30 February) is none. */
function dateOfText(text: string): string {
  const part = (pattern: string) => `CAST(substring(${text} FROM '${pattern}') AS integer)`;
  const dashed = ['^(\\d{4})-', '^\\d{4}-(\\d{1,2})-', '^\\d{4}-\\d{1,2}-(\\d{1,2})'].map(part);
  const plain = ['^(\\d{4})', '^\\d{4}(\\d\\d)', '^\\d{6}(\\d\\d)'].map(part);
  return `CASE WHEN ${text} ~ '^\\d{4}-\\d{1,2}-\\d{1,2}(\\D|$)' THEN ${dayOf(dashed)} WHEN ${text} ~ '^\\d{8}$' THEN ${dayOf(plain)} END`;
}

function dayOf([year, month, day]: string[]): string {
  const isLeap = `${year} % 4 = 0 AND (${year} % 100 <> 0 OR ${year} % 400 = 0)`;
  const days = `CASE WHEN ${month} = 2 THEN CASE WHEN ${isLeap} THEN 29 ELSE 28 END WHEN ${month} IN (4, 6, 9, 11) THEN 30 ELSE 31 END`;
  const isThere = `${year} >= 1 AND ${month} BETWEEN 1 AND 12 AND ${day} BETWEEN 1 AND ${days}`;
  return when(isThere, `make_date(${year}, ${month}, ${day})`);
}

/** A UUID as the 60 bits that its MD5 begins with: above all ids that count up, and the same from every source. */
function hashOf(text: string): string {
  return `CAST(CAST('x0' || substr(md5(lower(replace(${text}, '-', ''))), 1, 15) AS bit(64)) AS bigint)`;
}
