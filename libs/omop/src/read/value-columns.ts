import { isText, TABLES } from '../cdm/tables.ts';
import { readable } from './fates.ts';

/** Columns of each table, beside its number, that make an event's value. They travel as one text, which most events do not have. */
export const VALUE_COLUMNS: Record<string, string[]> = {
  measurement: ['unit_concept_id', 'operator_concept_id', 'value_as_concept_id', 'range_low', 'range_high', 'value_source_value'],
  observation: ['unit_concept_id', 'value_as_concept_id', 'value_as_string', 'value_source_value'],
  drug_exposure: ['days_supply', 'refills', 'verbatim_end_date', 'route_concept_id', 'route_source_value'],
  device_exposure: ['unit_concept_id'],
}; // prettier-ignore

/** Between the values of the columns, and in none of them. */
export const SEPARATOR = '\u001f';
const SQL_SEPARATOR = `chr(${SEPARATOR.charCodeAt(0)})`;
const INFINITY = "CAST('Infinity' AS DOUBLE PRECISION)";

/** SQL of a column as a finite number, NULL where it is none. NaN is more than infinity, to DuckDB and to PostgreSQL. */
export function finite(column: string): string {
  return `CASE WHEN ${column} > -${INFINITY} AND ${column} < ${INFINITY} THEN CAST(${column} AS DOUBLE PRECISION) END`;
}

/** SQL of the other columns of an event's value as a text, NULL where all are empty. */
export function valueText(table: string): string {
  const columns = VALUE_COLUMNS[table] ?? [];
  if (columns.length === 0) return 'CAST(NULL AS VARCHAR)';
  const texts = columns.map((column) => textOf(table, column));
  const none = texts.map((text) => `${text} IS NULL`).join(' AND ');
  const all = texts.map((text) => `coalesce(${text}, '')`).join(` || ${SQL_SEPARATOR} || `);
  return `CASE WHEN ${none} THEN NULL ELSE ${all} END`;
}

/** SQL of the distinct concepts that values of a table name. */
export function valueConceptIds(table: string): string | undefined {
  const columns = (VALUE_COLUMNS[table] ?? []).filter((column) => column.endsWith('_concept_id'));
  return columns.length === 0
    ? undefined
    : `SELECT DISTINCT unnest(ARRAY[${columns.join(', ')}]) AS concept FROM (${readable(table)}) r`;
}

function textOf(table: string, column: string): string {
  const { type } = TABLES[table].columns.find(({ name }) => name === column)!;
  if (isText(type)) return `nullif(replace(${column}, ${SQL_SEPARATOR}, ' '), '')`;
  if (type === 'numeric') return `CAST(${finite(column)} AS VARCHAR)`;
  return `CAST(${column.endsWith('_concept_id') ? `nullif(${column}, 0)` : column} AS VARCHAR)`;
}
