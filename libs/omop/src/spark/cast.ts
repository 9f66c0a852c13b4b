import { type CdmType, isText } from '../cdm/tables.ts';
import { type Dialect, timeOfText } from '../read/clock.ts';
import { FLOATING, isRecordId, noId, SIGNS, UUID, WHOLE } from '../read/record-ids.ts';

/** How a column becomes one of the CDM's type, as SQL that `inSpark` puts into Spark's dialect. */
export interface SparkCast {
  /** The value, NULL where it is none of the type. */
  sql: string;
  /** Rows whose value is none of the type; undefined where the column's own type has no such values. */
  unreadable?: string;
  /** True where the value is read from a text, so that it is better done once. */
  isCostly?: boolean;
}

/**
 * A column of a type of Spark as one of the CDM's; nothing stops at a value that is none.
 * @param column its name in the CDM
 * @param found Spark's name of the column's type, as `SparkColumn` has it
 */
export function sparkCast(column: string, found: string, type: CdmType): SparkCast {
  if (isText(type)) return { sql: column };
  if (type === 'integer' && /^(tinyint|smallint|int|bigint)$/.test(found)) return { sql: `CAST(${column} AS BIGINT)` };
  const sql = CASTS[type as keyof typeof CASTS](column, found);
  const isCostly = !isNumber(found) && !isDate(found);
  const given = isCostly ? `nullif(${textOf(column)}, '')` : column;
  return { sql, unreadable: `${given} IS NOT NULL AND (${sql}) IS NULL`, isCostly };
}

const CASTS = { integer: integerOf, numeric: numberOf, date: dateOf, datetime: datetimeOf };

const isNumber = (found: string) => /^(tinyint|smallint|int|bigint|float|double|decimal.*)$/.test(found);
const isDate = (found: string) => /^(date|timestamp.*)$/.test(found);

const textOf = (column: string) => `trim(BOTH ' ' || chr(9) || chr(10) || chr(13) FROM CAST(${column} AS VARCHAR))`;
const when = (condition: string, value: string) => `CASE WHEN ${condition} THEN ${value} END`;
const NUMERAL = '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9][0-9]?[0-9]?)?$';
/** 2⁵³: up to it floating numbers have all integers. */
const EXACT = '9007199254740992';

function integerOf(column: string, found: string): string {
  if (isNumber(found)) return wholeOf(`CAST(${column} AS DOUBLE PRECISION)`, column, found);
  const text = textOf(column);
  const isId = isRecordId(column, 'integer');
  // A decimal holds more digits than 64 bits do.
  const whole = when(`${text} ~ '${WHOLE}'`, `try_cast(try_cast(${text} AS DECIMAL(38, 0)) AS BIGINT)`);
  if (isId) return `coalesce(${whole}, ${hashOf(column, text)})`;
  const value = `try_cast(${text} AS DOUBLE PRECISION)`;
  const isExact = `${text} ~ '${FLOATING}' AND abs(${value}) < ${EXACT} AND ${value} = floor(${value})`;
  return `coalesce(${whole}, ${when(isExact, `CAST(${value} AS BIGINT)`)})`;
}

/** A number without a fraction that 64 bits hold. */
function wholeOf(value: string, column: string, found: string): string {
  if (found.startsWith('decimal')) return when(`${column} = floor(${column})`, `try_cast(${column} AS BIGINT)`);
  return when(`abs(${value}) < 9223372036854775808D AND ${value} = floor(${value})`, `CAST(${value} AS BIGINT)`);
}

function numberOf(column: string, found: string): string {
  const value = `CAST(${column} AS DOUBLE PRECISION)`;
  if (/^(float|double)$/.test(found)) return when(`abs(${value}) <= 1.7976931348623157E308D`, value);
  if (isNumber(found)) return value;
  const text = textOf(column);
  return when(`${text} ~ '${NUMERAL}'`, `try_cast(${text} AS DOUBLE PRECISION)`);
}

function dateOf(column: string, found: string): string {
  if (isDate(found)) return when(inCalendar(column), `CAST(${column} AS DATE)`);
  return dateOfText(textOf(column));
}

function datetimeOf(column: string, found: string): string {
  if (isDate(found)) return when(inCalendar(column), `CAST(${column} AS TIMESTAMP)`);
  const text = textOf(column);
  return `(CAST(${dateOfText(text)} AS TIMESTAMP) + ${timeOfText(text, SPARK)})`;
}

/** Spark has no times of day before 4.1: they are intervals here. */
const SPARK: Dialect = {
  finds: (text, pattern) => `${text} ~ '${pattern}'`,
  timeIn: (text, pattern, end = '') => {
    const time = `(regexp_extract(${text}, '${pattern}', 1)${end && ` || '${end}'`})`;
    const part = (nth: number, type = 'INT') => `try_cast(nullif(split_part(${time}, ':', ${nth}), '') AS ${type})`;
    return `make_dt_interval(0, ${part(1)}, ${part(2)}, coalesce(${part(3, 'DECIMAL(18, 6)')}, 0))`;
  },
  midnight: 'make_dt_interval(0, 0, 0, 0)',
};

/** Of the years 1 to 9999. */
function inCalendar(column: string): string {
  return `CAST(${column} AS DATE) BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'`;
}

/** 2024-01-31, 2024/01/31 or 20240131, with or without a time; what no calendar has (30 February) is none. */
function dateOfText(text: string): string {
  const day = (pattern: string) => `regexp_extract(${text}, '${pattern}', 1)`;
  const divided = `translate(${day('^([0-9]{4}[-/][0-9][0-9]?[-/][0-9][0-9]?)(?:[ TtZz+]|$)')}, '/', '-')`;
  const plain = day('^([0-9]{8})(?:[.]0*)?(?:[ TtZz+]|$)');
  const ofPlain = `substr(${plain}, 1, 4) || '-' || substr(${plain}, 5, 2) || '-' || substr(${plain}, 7, 2)`;
  return `coalesce(try_cast(nullif(${divided}, '') AS DATE), try_cast(nullif(${ofPlain}, '--') AS DATE))`;
}

/** An id that is text as a number: the same that `hashedId` gives in DuckDB's SQL. Sail has no `conv` of 64 bits. */
function hashOf(column: string, text: string): string {
  const own = `CASE WHEN ${text} ~ '(?i)${UUID}' THEN trim(BOTH '{} ' FROM lower(${text})) ELSE ${text} END`;
  const half = (from: number) => `CAST(conv(substr(md5(${own}), ${from}, 8), 16, 10) AS BIGINT)`;
  const high = `(CASE WHEN ${half(1)} >= 2147483648 THEN ${half(1)} - 4294967296 ELSE ${half(1)} END)`;
  return when(`${text} ~ '${SIGNS}' AND NOT ${text} ~ '(?i)${noId(column)}'`, `${high} * 4294967296 + ${half(9)}`);
}
