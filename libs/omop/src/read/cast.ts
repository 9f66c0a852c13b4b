import { type CdmType, isText } from '../cdm/tables.ts';

/**
 * A text of a file as a value of the CDM's type, empty where it is none, in DuckDB's SQL. A key may be larger than the CDM's integer;
 * a date may have a time, or be written as Athena does (20240131).
 */
export function cast(column: string, type: CdmType): string {
  const text = `nullif(${column}, '')`;
  if (isText(type)) return text;
  if (type === 'integer') return `TRY_CAST(${text} AS BIGINT)`;
  if (type === 'numeric') return `TRY_CAST(${text} AS DOUBLE)`;
  if (type === 'datetime') return `TRY_CAST(${text} AS TIMESTAMP)`;
  return `coalesce(TRY_CAST(left(${text}, 10) AS DATE), CAST(try_strptime(${text}, '%Y%m%d') AS DATE))`;
}

/** An empty value of the type, in DuckDB's SQL and PostgreSQL's. */
export function emptyOf(type: CdmType): string {
  const types = { integer: 'BIGINT', numeric: 'DOUBLE PRECISION', date: 'DATE', datetime: 'TIMESTAMP' };
  return `CAST(NULL AS ${isText(type) ? 'VARCHAR' : types[type as keyof typeof types]})`;
}
