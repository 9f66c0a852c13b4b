import { DuckDBInstance, type DuckDBConnection, type JS } from '@duckdb/node-api';

/** DuckDB in this process: SQL that is done in bounded memory, spilling to disk. */
export class Database {
  constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  async all<T>(sql: string): Promise<T[]> {
    const reader = await this.connection.runAndReadAll(sql);
    return reader.getRowObjectsJS() as T[];
  }

  /** The rows one by one, not held in memory; several may be read beside each other. */
  async *stream<T>(sql: string): AsyncGenerator<T> {
    const connection = await this.instance.connect();
    try {
      const result = await connection.stream(sql);
      for await (const rows of result.yieldRowObjectJs()) yield* rows as Record<string, JS>[] as T[];
    } finally {
      connection.closeSync();
    }
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

/** @param path of a database file; in memory where undefined */
export async function openDatabase(path?: string, { readOnly = false } = {}): Promise<Database> {
  const instance = await DuckDBInstance.create(
    path ?? ':memory:',
    readOnly ? { access_mode: 'READ_ONLY' } : {},
  );
  return new Database(instance, await instance.connect());
}

/** A text in SQL. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
