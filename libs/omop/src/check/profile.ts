import type { CdmType, Table } from '../cdm/tables.ts';
import { plainName } from '../cdm/tables.ts';
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
export async function profileOf({ database, hasTexts }: Source, { name, columns }: Table): Promise<TableProfile> {
  const counted = columns.flatMap(({ name: field, type }, at) => [
    `count(${hasTexts ? `nullif(t.${field}, '')` : `t.${field}`}) AS v${at}`,
    `coalesce(sum(CASE WHEN ${unreadable(`t.${field}`, type, hasTexts)} THEN 1 ELSE 0 END), 0) AS u${at}`,
  ]);
  const from = hasTexts ? `raw_${name}` : name;
  const [row] = await database.all<Record<string, bigint | number | string>>(
    `SELECT count(*) AS n, ${counted.join(', ')} FROM ${from} t`,
  );
  const fields = columns.map(({ name: field }, at): [string, FieldProfile] => [
    plainName(field),
    { values: Number(row[`v${at}`]), unreadable: Number(row[`u${at}`]) },
  ]);
  return { rows: Number(row.n), fields: new Map(fields) };
}

/** SQL that is true where a value is none of the type: a text of a file, or what a typed column can hold all the same. */
export function unreadable(column: string, type: CdmType, isText: boolean): string {
  if (type === 'text') return '1 = 0';
  const length = /\d+/.exec(type)?.[0];
  if (length) return `length(${column}) > ${length}`;
  if (!isText) return type === 'integer' ? '1 = 0' : `NOT (${isFinite(column, type)})`;
  const value = cast(column, type);
  const isWrong =
    type === 'integer'
      ? `${value} IS NULL OR coalesce(TRY_CAST(${column} AS DOUBLE) % 1, 0) <> 0`
      : `${value} IS NULL OR NOT (${isFinite(value, type)})`;
  return `coalesce(nullif(${column}, '') IS NOT NULL AND (${isWrong}), false)`;
}

/** NaN is greater than every number; dates may be infinite. */
function isFinite(value: string, type: CdmType): string {
  if (type === 'numeric')
    return `${value} > CAST('-Infinity' AS DOUBLE PRECISION) AND ${value} < CAST('Infinity' AS DOUBLE PRECISION)`;
  return `isfinite(${value})`;
}
