import { plainName, READ_TABLES } from '../cdm/tables.ts';
import type { Database } from '@ehrsynth/duckdb';
import { cast, castStrictly } from '../read/cast.ts';
import { FLOATING, isRecordId } from '../read/record-ids.ts';
import { kindOf, type Source } from '../read/source.ts';
import type { Inventory } from './inventory.ts';
import { typed } from './table-sql.ts';

/** Ids beyond this are hashes, or as good as: no CDM counts so far. */
const COUNTED = 2n ** 40n;

/** A column with ids that are text, and how many rows have them. */
interface TextIds {
  table: string;
  column: string;
  /** Rows with what is no number at all. */
  texts: number;
  /** Rows with a whole number that is written as floating: 1e+05. */
  floating: number;
}

/**
 * Notes the columns whose ids are text, hashed to 64 bits: how many rows each has. Where 1e+05 and its like are all that is none of plain
 * digits in the ids of a kind, such as persons, they are numbers, and the tables that have them are made anew.
 */
export async function readTextIds(
  database: Database,
  { where, columns }: Pick<Source, 'where' | 'columns'>,
): Promise<Inventory['noted']> {
  const found: TextIds[] = [];
  for (const table of where.keys()) found.push(...(await textIdsOf(database, table)));
  const isText = new Set(found.filter(({ texts }) => texts > 0).map(({ column }) => ownerOf(column)));
  const numbers = found.filter(({ column }) => !isText.has(ownerOf(column)));
  for (const table of new Set(numbers.map((one) => one.table))) {
    const names = new Set(numbers.filter((one) => one.table === table).map(({ column }) => column));
    await makeAnew(database, table, columns.get(table)!, names);
  }
  return found
    .filter((one) => !numbers.includes(one))
    .map(({ table, column, texts, floating }) => ({
      note: {
        reason: `${column} is text: hashed to 64 bits`,
        resourceType: table,
        where: where.get(table)!,
        detail: 'that two of ten million ids become one has a chance of 1 in 370,000',
      },
      rows: texts + floating,
    }));
}

async function textIdsOf(database: Database, table: string): Promise<TextIds[]> {
  const ids = READ_TABLES[table].columns.filter(({ name, type }) => isRecordId(name, type)).map(({ name }) => name);
  if (ids.length === 0) return [];
  // The table says at once whether there can be any; its texts are read again only then.
  const large = ids.map(
    (name) => `coalesce(bool_or(${name} NOT BETWEEN ${-COUNTED} AND ${COUNTED}), false) AS ${name}`,
  );
  const [isLarge] = await database.all<Record<string, boolean>>(`SELECT ${large.join(', ')} FROM ${table}`);
  const wanted = ids.filter((name) => isLarge[name]);
  if (wanted.length === 0) return [];
  const counts = wanted.flatMap((name) => {
    const isNumber = `${castStrictly(name, 'integer')} IS NOT NULL`;
    return [
      `count(*) FILTER (WHERE NOT (${isNumber}) AND ${cast(name, 'integer')} IS NOT NULL) AS ${plainName(name)}_texts`,
      `count(*) FILTER (WHERE ${isNumber} AND regexp_matches(${name}, '${FLOATING}')) AS ${plainName(name)}_floating`,
    ];
  });
  const [found] = await database.all<Record<string, bigint>>(`SELECT ${counts.join(', ')} FROM raw_${table}`);
  return wanted
    .map((column) => ({
      table,
      column,
      texts: Number(found[`${plainName(column)}_texts`]),
      floating: Number(found[`${plainName(column)}_floating`]),
    }))
    .filter(({ texts, floating }) => texts + floating > 0);
}

/** What an id is of: the visit before is a visit. */
function ownerOf(column: string): string {
  return column.replace(/^(preceding|parent)_/, '');
}

async function makeAnew(
  database: Database,
  table: string,
  own: ReadonlySet<string>,
  numbers: ReadonlySet<string>,
): Promise<void> {
  const kind = await kindOf(database, table);
  await database.run(`CREATE OR REPLACE ${kind} "${table}" AS ${typed(table, `raw_${table}`, own, numbers)}`);
}
