import { type CdmType, isText } from '../cdm/tables.ts';
import { hashedId, isRecordId } from './record-ids.ts';

/**
 * A text of a file as a value of the CDM's type, empty where it is none, in DuckDB's SQL. A key may be larger than the CDM's integer,
 * and an id of a row that is text, such as a UUID, is hashed to 64 bits. A date may have a time, or be written as Athena does (20240131).
 * @param column its name, after its table's or alone
 */
export function cast(column: string, type: CdmType): string {
  const strict = castStrictly(column, type);
  return isRecordId(column, type) ? `coalesce(${strict}, ${hashedId(column)})` : strict;
}

/** The same, with an integer for an id. What is not finite, such as NaN and the date `infinity`, is none. */
export function castStrictly(column: string, type: CdmType): string {
  if (isText(type)) return `nullif(${column}, '')`;
  if (type === 'integer') return `TRY_CAST(${column} AS BIGINT)`;
  if (type === 'numeric')
    return without(`TRY_CAST(${column} AS DOUBLE)`, ["'NaN'", "'Infinity'", "'-Infinity'"]);
  // PostgreSQL's word for 1970, which says nothing of a patient and which DuckDB reads as well.
  const epoch = "'epoch'";
  if (type === 'datetime') return finite(`TRY_CAST(${without(column, [epoch])} AS TIMESTAMP)`, 'TIMESTAMP');
  const day = `TRY_CAST(${without(`left(${column}, 10)`, [epoch])} AS DATE)`;
  return finite(
    `coalesce(${day}, CAST(try_strptime(${without(column, [epoch])}, '%Y%m%d') AS DATE))`,
    'DATE',
  );
}

function finite(value: string, type: string): string {
  return without(value, [`${type} 'infinity'`, `${type} '-infinity'`]);
}

function without(value: string, none: string[]): string {
  return none.reduce((sql, one) => `nullif(${sql}, ${one})`, value);
}

/** An empty value of the type, in DuckDB's SQL and PostgreSQL's. */
export function emptyOf(type: CdmType): string {
  const types = { integer: 'BIGINT', numeric: 'DOUBLE PRECISION', date: 'DATE', datetime: 'TIMESTAMP' };
  return `CAST(NULL AS ${isText(type) ? 'VARCHAR' : types[type as keyof typeof types]})`;
}
