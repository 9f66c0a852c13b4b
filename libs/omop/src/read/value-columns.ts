import { SIG_FORM } from '../cdm/sig.ts';
import { isText, TABLES } from '../cdm/tables.ts';
import { quote } from '@ehrsynth/duckdb';
import { readable } from './fates.ts';

/**
 * Columns of each table, beside its number, that make an event's value: those in which many rows are alike, and those in which each
 * row is its own. They travel as one text, which most events do not have.
 */
export const VALUE_COLUMNS: Record<string, { alike: string[]; own: string[] }> = {
  measurement: {
    alike: ['unit_concept_id', 'operator_concept_id', 'value_as_concept_id', 'range_low', 'range_high'],
    own: ['value_source_value'],
  },
  observation: {
    alike: ['unit_concept_id', 'value_as_concept_id'],
    own: ['value_as_string', 'value_source_value'],
  },
  drug_exposure: {
    alike: ['days_supply', 'refills', 'route_concept_id', 'route_source_value', 'sig'],
    own: ['verbatim_end_date'],
  },
  device_exposure: { alike: ['unit_concept_id'], own: [] },
};

/** Between the values of columns, and between the two kinds of columns; in none of the values. */
export const SEPARATORS = { value: '\u001f', kind: '\u001e' };
const SQL_SEPARATORS = { value: 'chr(31)', kind: 'chr(30)' };

/**
 * SQL of the other columns of an event's value as a text, NULL where all are empty.
 * @param hidden SQL that is true where columns are not the value's
 */
export function valueText(table: string, hidden?: { columns: string[]; where: string }): string {
  const columns = VALUE_COLUMNS[table];
  if (!columns) return 'CAST(NULL AS VARCHAR)';
  const [alike, own] = [columns.alike, columns.own].map((some) =>
    some.map((column) =>
      hidden?.columns.includes(column)
        ? `CASE WHEN NOT ${hidden.where} THEN ${textOf(table, column)} END`
        : textOf(table, column),
    ),
  );
  const none = [...alike, ...own].map((text) => `${text} IS NULL`).join(' AND ');
  const joined = (texts: string[]) =>
    texts.map((text) => `coalesce(${text}, '')`).join(` || ${SQL_SEPARATORS.value} || `) || "''";
  return `CASE WHEN ${none} THEN NULL ELSE ${joined(alike)} || ${SQL_SEPARATORS.kind} || ${joined(own)} END`;
}

/** SQL of the distinct concepts that values of a table name. */
export function valueConceptIds(table: string): string | undefined {
  const columns = VALUE_COLUMNS[table]?.alike.filter((column) => column.endsWith('_concept_id'));
  return columns?.map((column) => `SELECT ${column} AS concept FROM (${readable(table)}) r`).join(' UNION ');
}

function textOf(table: string, column: string): string {
  // Any other text may name the patient.
  if (column === 'sig') return `CASE WHEN sig ~ ${quote(SIG_FORM)} THEN sig END`;
  const { type } = TABLES[table].columns.find(({ name }) => name === column)!;
  if (isText(type)) return `nullif(translate(${column}, ${SQL_SEPARATORS.value} || ${SQL_SEPARATORS.kind}, '  '), '')`;
  return `CAST(${column.endsWith('_concept_id') ? `nullif(${column}, 0)` : column} AS VARCHAR)`;
}
