import { type CdmType, isText } from '../cdm/tables.ts';
import { hashedId, isRecordId } from './record-ids.ts';

/**
 * A text of a file as a value of the CDM's type, empty where it is none, in DuckDB's SQL. A key may be larger than the CDM's integer,
 * and an id of a row that is text, such as a UUID, is hashed to 64 bits. A date may have a time, or be written as Athena does (20240131).
 * @param column its name, after its table's or alone
 */
export function cast(column: string, type: CdmType): string {
  const strict = castStrictly(column, type);
  return isRecordId(column, type) ? `coalesce(${strict}, ${hashedId(`nullif(${column}, '')`)})` : strict;
}

/** The same, with an integer for an id. What is not finite, such as NaN and the date `infinity`, is none. */
export function castStrictly(column: string, type: CdmType): string {
  const text = `nullif(${column}, '')`;
  if (isText(type)) return text;
  if (type === 'integer') return `TRY_CAST(${text} AS BIGINT)`;
  if (type === 'numeric')
    return without(`TRY_CAST(${text} AS DOUBLE)`, ["'NaN'", "'Infinity'", "'-Infinity'"]);
  if (type === 'datetime') return finite(text, `TRY_CAST(${text} AS TIMESTAMP)`, 'TIMESTAMP');
  const date = `coalesce(TRY_CAST(left(${text}, 10) AS DATE), CAST(try_strptime(${text}, '%Y%m%d') AS DATE))`;
  return finite(text, date, 'DATE');
}

/** PostgreSQL's words for days that are none: `epoch` is read as 1970 by DuckDB too. */
function finite(text: string, value: string, type: string): string {
  const finite = without(value, [`${type} 'infinity'`, `${type} '-infinity'`]);
  return `CASE WHEN ${text} <> 'epoch' THEN ${finite} END`;
}

function without(value: string, none: string[]): string {
  return none.reduce((sql, one) => `nullif(${sql}, ${one})`, value);
}

/** An empty value of the type, in DuckDB's SQL and PostgreSQL's. */
export function emptyOf(type: CdmType): string {
  const types = { integer: 'BIGINT', numeric: 'DOUBLE PRECISION', date: 'DATE', datetime: 'TIMESTAMP' };
  return `CAST(NULL AS ${isText(type) ? 'VARCHAR' : types[type as keyof typeof types]})`;
}
