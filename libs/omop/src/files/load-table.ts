import { plainName, READ_TABLES } from '../cdm/tables.ts';
import type { Database } from '@ehrsynth/duckdb';
import { SameRowsError } from './errors.ts';
import type { TableFiles } from './table-files.ts';
import { typed } from './table-sql.ts';

/**
 * Makes raw_TABLE, a view of a table as texts, and TABLE with the CDM's types.
 * @param as VIEW: nothing is read before it is asked for, and again each time; TABLE: read once, as CSV wants
 * @returns the columns that it has, in small letters
 * @throws MissingColumnError, BrokenTableError, NotUtf8Error, SameRowsError
 */
export async function loadTable(database: Database, files: TableFiles, as: 'VIEW' | 'TABLE'): Promise<Set<string>> {
  const { table } = files;
  if (as === 'TABLE') await refuseSameRows(database, files);
  return attempt(files, async () => {
    const { sql, columns } = await files.texts();
    await database.run(`CREATE OR REPLACE VIEW raw_${table} AS ${sql}`);
    await database.run(`CREATE ${as} ${table} AS ${typed(table, `raw_${table}`, columns)}`);
    return columns;
  });
}

/** Does what reads the files, in another way where DuckDB says why it could not be done in the one. */
export async function attempt<T>(files: TableFiles, work: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (!isOfDuckDb(error)) throw error;
      await files.afterError(error);
    }
  }
}

/** An error of reading, and not one of ours or of the disk. */
function isOfDuckDb(error: unknown): error is Error {
  return error instanceof Error && error.constructor === Error && !/No space left|Out of Memory/.test(error.message);
}

/**
 * Files that may be copies of each other are parts of one table where no row of the one is in the other.
 * @throws SameRowsError
 */
export async function refuseSameRows(database: Database, files: TableFiles): Promise<void> {
  const { table, places } = files;
  if (places.size < 2) return;
  const { primaryKey, columns } = READ_TABLES[table];
  const found = await attempt(files, async () => {
    const has = (await files.texts()).columns;
    const key = primaryKey && has.has(primaryKey) ? primaryKey : undefined;
    const compared = key ? [key] : columns.map(({ name }) => name).filter((name) => has.has(plainName(name)));
    const parts = (await files.textsByPlace()).map(
      (sql, place) => `SELECT DISTINCT ${compared.join(', ')}, ${place} AS place FROM (${sql})`,
    );
    const where = key ? `WHERE ${key} IS NOT NULL` : '';
    const rows = await database.all<Record<string, string | null>>(
      `SELECT ${compared.join(', ')}, list(DISTINCT place ORDER BY place) AS places FROM (${parts.join(' UNION ALL ')}) ${where}
      GROUP BY ${compared.join(', ')} HAVING count(DISTINCT place) > 1 ORDER BY ALL LIMIT 1`,
    );
    return rows[0] && (key ? `${key} ${rows[0][key]}` : 'the same values in all columns');
  });
  if (found === undefined) return;
  const names = [...places.values()].map((paths) =>
    paths.length === 1 ? paths[0] : `${paths[0]} and ${paths.length - 1} more`,
  );
  throw new SameRowsError(table, found, names);
}
