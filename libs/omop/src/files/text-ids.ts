import { READ_TABLES } from '../cdm/tables.ts';
import type { Database } from '../database.ts';
import { cast, castStrictly } from '../read/cast.ts';
import { isRecordId } from '../read/record-ids.ts';
import type { Inventory } from './inventory.ts';

/** Ids beyond this are hashes, or as good as: no CDM counts so far. */
const COUNTED = 2n ** 40n;

/** Notes the columns of a table whose ids are text, hashed to 64 bits: how many rows each has. */
export async function noteTextIds(database: Database, table: string, where: string): Promise<Inventory['noted']> {
  const ids = READ_TABLES[table].columns.filter(({ name, type }) => isRecordId(name, type));
  if (ids.length === 0) return [];
  // The table says at once whether there can be any; its texts are read again only then.
  const large = ids.map(({ name }) => `coalesce(bool_or(${name} NOT BETWEEN ${-COUNTED} AND ${COUNTED}), false) AS ${name}`);
  const [isLarge] = await database.all<Record<string, boolean>>(`SELECT ${large.join(', ')} FROM ${table}`);
  const wanted = ids.filter(({ name }) => isLarge[name]);
  if (wanted.length === 0) return [];
  const isText = (name: string) => `nullif(${name}, '') IS NOT NULL AND ${castStrictly(name, 'integer')} IS NULL AND ${cast(name, 'integer')} IS NOT NULL`;
  const counts = wanted.map(({ name }) => `count(*) FILTER (WHERE ${isText(name)}) AS ${name}`);
  const [found] = await database.all<Record<string, bigint>>(`SELECT ${counts.join(', ')} FROM raw_${table}`);
  return wanted
    .filter(({ name }) => found[name] > 0n)
    .map(({ name }) => ({
      note: {
        reason: `${name} is text: hashed to 64 bits`,
        resourceType: table,
        where,
        detail: 'that two of ten million ids become one has a chance of 1 in 370,000',
      },
      rows: Number(found[name]),
    }));
} // prettier-ignore
