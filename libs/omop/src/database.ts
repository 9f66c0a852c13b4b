import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type JS } from '@duckdb/node-api';

/** DuckDB in this process: SQL that is done in bounded memory, spilling to disk. */
export class Database {
  constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    /** Where it puts what memory does not hold. */
    private readonly spills: string,
  ) {}

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  async all<T>(sql: string): Promise<T[]> {
    const reader = await this.connection.runAndReadAll(sql);
    return reader.getRowObjectsJS() as T[];
  }

  /** The rows one by one, each a list of its columns, not held in memory; several may be read beside each other. */
  async *stream<T extends unknown[]>(sql: string): AsyncGenerator<T> {
    const connection = await this.instance.connect();
    try {
      const result = await connection.stream(sql);
      for await (const rows of result.yieldRowsJs()) yield* rows as JS[][] as T[];
    } finally {
      connection.closeSync();
    }
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
    await rm(this.spills, { recursive: true, force: true });
  }
}

/** What it may hold in memory. */
const MEMORY = '800MB';
/** More would hold more at once than that. */
const MOST_THREADS = 4;

/** @param path of a database file; in memory where undefined */
export async function openDatabase(path?: string): Promise<Database> {
  const spills = await mkdtemp(join(tmpdir(), 'ehrsynth-duckdb-'));
  const settings = {
    memory_limit: MEMORY,
    threads: String(Math.min(MOST_THREADS, availableParallelism())),
    temp_directory: spills,
    preserve_insertion_order: 'false',
  };
  const instance = await DuckDBInstance.create(path ?? ':memory:', settings);
  return new Database(instance, await instance.connect(), spills);
}

/** A text in SQL. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
