import { DuckDBInstance } from '@duckdb/node-api';

export type Query = <T>(sql: string) => Promise<T[]>;

/** Reads of a DuckDB file. */
export async function withDatabase<R>(path: string, work: (query: Query) => Promise<R>): Promise<R> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    return await work(async <T>(sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS() as T[]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
