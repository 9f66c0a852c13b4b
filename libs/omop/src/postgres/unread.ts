import { identifier } from '@ehrsynth/duckdb';
import type { Inventory } from '../files/inventory.ts';
import { isOfPatients, unreadTable, unreadTogether } from '../files/other-tables.ts';
import type { FoundSchema } from './schemas.ts';
import type { Postgres } from './server.ts';

/** Rows that are counted one by one; of more the server's planner says how many there are. */
const COUNTED = 100_000;

/** What of a schema is not read: tables of the CDM that nobody asks for, with their rows, and what is no table of it. */
export async function inventoryOf(
  database: Postgres,
  { schema, tables, others }: FoundSchema,
  { where, wanted }: { where: string; wanted?: ReadonlySet<string> },
): Promise<Inventory> {
  const inventory: Inventory = {
    read: [],
    notRead: others.map((name) => unreadTable(name, `${where}, table ${identifier(name)}`)),
    otherTables: new Map(),
    rows: new Map(),
    estimated: new Set(),
    noted: [],
  };
  const derived: string[] = [];
  for (const [table, { name }] of tables) {
    if (!wanted || wanted.has(table)) continue;
    inventory.otherTables.set(table, [`${where}, table ${identifier(name)}`]);
    if (!isOfPatients(table)) {
      derived.push(name);
      continue;
    }
    const from = `${identifier(schema)}.${identifier(name)}`;
    // A view that is broken, or a table that may not be read, is nothing to us where it is not read.
    const rows = await rowsOf(database, from).catch(() => undefined);
    if (rows === undefined) {
      const reason = 'table of the CDM that is not read, of unknown rows';
      inventory.notRead.push({ where: `${where}, table ${identifier(name)}`, reason, mayHoldData: false });
      continue;
    }
    inventory.rows.set(table, rows.count);
    if (rows.isEstimate) inventory.estimated!.add(table);
  }
  if (derived.length > 0) inventory.noted.push({ note: unreadTogether(derived, where), rows: 1 });
  return inventory;
}

async function rowsOf(database: Postgres, from: string): Promise<{ count: number; isEstimate: boolean }> {
  const [{ count }] = await database.all<{ count: bigint }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM ${from} LIMIT ${COUNTED}) t`,
  );
  if (Number(count) < COUNTED) return { count: Number(count), isEstimate: false };
  const [{ 'QUERY PLAN': plan }] = await database.all<{ 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }>(
    `EXPLAIN (FORMAT JSON) SELECT 1 FROM ${from}`,
  );
  return { count: Math.max(COUNTED, plan[0].Plan['Plan Rows']), isEstimate: true };
}
