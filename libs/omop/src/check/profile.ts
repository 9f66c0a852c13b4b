import { type Column, plainName, type Table } from '../cdm/tables.ts';
import { cast } from '../read/cast.ts';
import type { Source } from '../read/source.ts';

/** Of a field: values that are there, and those of them that are none of its type. */
export interface FieldProfile {
  values: number;
  unreadable: number;
}

export interface TableProfile {
  rows: number;
  fields: Map<string, FieldProfile>;
}

/**
 * Counts of all fields of a table, in one query. In a file a text that is no value of the field's type is a value all the same: it is
 * not missing, it is unreadable.
 */
export async function profileOf(source: Source, table: Table): Promise<TableProfile> {
  const { columns } = table;
  const counted = columns.flatMap((column, at) => [
    `sum(CASE WHEN ${missing(source, column)} THEN 0 ELSE 1 END) AS v${at}`,
    `sum(CASE WHEN ${unreadable(source, table, column)} THEN 1 ELSE 0 END) AS u${at}`,
  ]);
  const [row] = await source.database.all<Record<string, bigint | number | string>>(
    `SELECT count(*) AS n, ${counted.join(', ')} FROM raw_${table.name} t`,
  );
  const fields = columns.map(({ name: field }, at): [string, FieldProfile] => [
    plainName(field),
    { values: Number(row[`v${at}`] ?? 0), unreadable: Number(row[`u${at}`] ?? 0) },
  ]);
  return { rows: Number(row.n), fields: new Map(fields) };
}

/** SQL that is true for rows of raw_TABLE that have no value in a field. */
export function missing({ hasTexts }: Source, { name }: Column): string {
  return hasTexts ? `nullif(t.${name}, '') IS NULL` : `t.${name} IS NULL`;
}

/** SQL that is true for rows of raw_TABLE whose value in a field is none of its type. */
export function unreadable({ hasTexts, unreadable: known }: Source, table: Table, { name, type }: Column): string {
  if (type === 'text') return '1 = 0';
  const length = /\d+/.exec(type)?.[0];
  if (length) return `length(t.${name}) > ${length}`;
  if (!hasTexts) return known?.get(table.name)?.get(plainName(name)) ?? '1 = 0';
  return `nullif(t.${name}, '') IS NOT NULL AND ${type === 'integer' ? isNoInteger(`t.${name}`) : isNone(cast(`t.${name}`, type))}`;
}

/** A text that is no whole number: neither 1.0 nor an id that is read all the same, such as a UUID. */
function isNoInteger(text: string): string {
  return `(TRY_CAST(${text} AS BIGINT) IS NULL OR NOT regexp_matches(trim(${text}), '^[+-]?[0-9]+$'))`;
}

function isNone(value: string): string {
  return `(${value} IS NULL OR NOT isfinite(${value}))`;
}
