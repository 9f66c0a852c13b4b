import { sparkName, sparkText, type SparkSession } from '@ehrsynth/spark';
import { plainName, READ_TABLES } from '../cdm/tables.ts';
import { TableChangedError } from './errors.ts';
import type { SparkTable } from './schema.ts';

/** Rows of a table, and a sum over all their values that is the same in any order of the rows. */
interface Print {
  name: string;
  rows: bigint;
  sum: bigint | null;
}

/**
 * Looks at tables now, and gives what looks at them once more: queries that follow each other are of one state of the data, or nothing
 * is made of them. What is the same at both times is taken not to have changed between them.
 * @param tables with where each is
 */
export async function watch(
  session: SparkSession,
  tables: Map<string, { table: SparkTable; where: string }>,
): Promise<() => Promise<void>> {
  const before = await printsOf(session, tables);
  return async () => {
    const after = await printsOf(session, tables);
    for (const [name, { where }] of tables) {
      const [was, is] = [before.get(name)!, after.get(name)!];
      if (was.rows !== is.rows || was.sum !== is.sum) throw new TableChangedError(where, was.rows, is.rows);
    }
  };
}

async function printsOf(
  session: SparkSession,
  tables: Map<string, { table: SparkTable }>,
): Promise<Map<string, Print>> {
  const selects = [...tables].map(([name, { table }]) => {
    const known = new Set(READ_TABLES[name].columns.map((column) => plainName(column.name)));
    const columns = table.columns.filter((column) => known.has(column.name.toLowerCase()));
    const values = columns.map((column) => sparkName(column.name)).join(', ');
    return `SELECT ${sparkText(name)} AS name, count(*) AS rows, bit_xor(xxhash64(${values || '1'})) AS sum FROM ${table.from}`;
  });
  const prints = await session.all<Print>(selects.join(' UNION ALL '));
  return new Map(prints.map((print) => [print.name, print]));
}
