import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type JS } from '@duckdb/node-api';
import type { Sql } from './read/source.ts';

/** DuckDB in this process: SQL that is done in bounded memory, spilling to disk. */
export class Database implements Sql {
  readonly temporary = '';

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

export interface DatabaseOptions {
  memory?: string;
  /** Whether rows keep the order in which they were read: the same input gives the same file. */
  ordered?: boolean;
}

/** @param path of a database file; without one, tables are kept in a file that `close` removes */
export async function openDatabase(
  path?: string,
  { memory = MEMORY, ordered = false }: DatabaseOptions = {},
): Promise<Database> {
  const spills = await mkdtemp(join(tmpdir(), 'ehrsynth-duckdb-'));
  const settings = {
    memory_limit: memory,
    threads: String(Math.min(MOST_THREADS, availableParallelism())),
    temp_directory: spills,
    preserve_insertion_order: String(ordered),
  };
  const instance = await DuckDBInstance.create(path ?? join(spills, 'work.duckdb'), settings);
  return new Database(instance, await instance.connect(), spills);
}

/** A text in SQL. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
