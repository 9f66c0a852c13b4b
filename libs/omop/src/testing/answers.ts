import { join } from 'node:path';
import { openDatabase, quote } from '@ehrsynth/duckdb';

/** What each query gives over the CSV of a folder. */
export async function answers<T extends string>(
  path: string,
  queries: Record<T, string>,
): Promise<Record<T, Record<string, unknown>[]>> {
  const database = await openDatabase();
  try {
    for (const table of ['measurement', 'drug_exposure', 'observation', 'concept'])
      await database.run(
        `CREATE VIEW ${table} AS SELECT * FROM read_csv(${quote(join(path, `${table}.csv`))}, header = true, all_varchar = true)`,
      );
    const found = Object.entries<string>(queries).map(async ([name, sql]) => [name, await database.all(sql)] as const);
    return Object.fromEntries(await Promise.all(found)) as Record<T, Record<string, unknown>[]>;
  } finally {
    await database.close();
  }
}
