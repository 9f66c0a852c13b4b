import { isText, TABLES } from '../cdm/tables.ts';
import { inFixedOrder } from './sql-days.ts';
import type { Source } from './source.ts';

/** Tables of which some key stands in several rows. */
export type Repeated = Set<string>;

/** Makes twice_TABLE, the keys that stand in several rows, of each table that has such; gives these tables. */
export async function findRepeated({ database, tables }: Source, read: string[]): Promise<Repeated> {
  const repeated: Repeated = new Set();
  for (const table of read) {
    const key = TABLES[table].primaryKey;
    if (!key || !tables.has(table)) continue;
    await database.run(
      `CREATE ${database.temporary}TABLE twice_${table} AS SELECT ${key} FROM ${table} WHERE ${key} IS NOT NULL GROUP BY ${key} HAVING count(*) > 1`,
    );
    const [{ count }] = await database.all<{ count: bigint }>(`SELECT count(*) AS count FROM twice_${table}`);
    if (Number(count) > 0) repeated.add(table);
  }
  return repeated;
}

/**
 * SQL of the rows of a table with `nth`: 1 for the first of its key and person, by day and all other columns, and for rows without a
 * key; and `is_shared`: whether rows of other persons have the key too, which are no repetition. Only rows whose key stands in
 * several are put in order.
 */
export function ranked(table: string, repeated: Repeated): string {
  if (!repeated.has(table)) return `(SELECT o.*, 1 AS nth, false AS is_shared FROM ${table} o)`;
  const key = TABLES[table].primaryKey!;
  const isTwice = `EXISTS (SELECT 1 FROM twice_${table} w WHERE w.${key} = o.${key})`;
  const ofKey = `OVER (PARTITION BY ${key})`;
  return `(SELECT o.*, 1 AS nth, false AS is_shared FROM ${table} o WHERE NOT ${isTwice} UNION ALL
    SELECT o.*, row_number() OVER (PARTITION BY ${key}, person_id ORDER BY ${orderOf(table)}) AS nth,
      min(person_id) ${ofKey} <> max(person_id) ${ofKey} AS is_shared
    FROM ${table} o WHERE ${isTwice})`;
}

/** Of all columns, so that rows that are not the same in everything have one order wherever they are kept. */
export function orderOf(table: string): string {
  const columns = TABLES[table].columns.map(({ name, type }) => ({ name, isText: isText(type) }));
  const first = columns.filter(({ name }) => name === 'person_id' || name.endsWith('_date'));
  return inFixedOrder([...first, ...columns.filter((column) => !first.includes(column))]);
}
