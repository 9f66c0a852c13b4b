import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type JS } from '@duckdb/node-api';
import { type TemporaryFolder, temporaryFolder } from '@ehrsynth/io';
import type { Sql } from './read/source.ts';
import { timeZoneOf } from './read/time-zone.ts';

/** DuckDB in this process: SQL that is done in bounded memory, spilling to disk. */
export class Database implements Sql {
  readonly temporary = '';

  constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    /** Where it puts what memory does not hold. */
    private readonly spills: TemporaryFolder,
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
    await this.spills.remove();
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
  /** Where it puts what memory does not hold, by default the system's folder for temporary files. */
  workFolder?: string;
  /** In which TIMESTAMP WITH TIME ZONE becomes a day and a time: an IANA name. The machine's own plays no part. */
  timeZone?: string;
}

/** @param path of a database file; without one, tables are kept in a file that `close` removes */
export async function openDatabase(
  path?: string,
  { memory = MEMORY, ordered = false, workFolder, timeZone }: DatabaseOptions = {},
): Promise<Database> {
  const zone = timeZoneOf(timeZone);
  const spills = await temporaryFolder(workFolder);
  const settings = {
    memory_limit: memory,
    threads: String(Math.min(MOST_THREADS, availableParallelism())),
    temp_directory: spills.path,
    preserve_insertion_order: String(ordered),
    // What is read and written here is built in; nothing is to be fetched from the network.
    autoinstall_known_extensions: 'false',
  };
  try {
    const instance = await DuckDBInstance.create(path ?? join(spills.path, 'work.duckdb'), settings);
    const connection = await instance.connect();
    // For all connections, those that rows are streamed from too.
    await connection.run(`SET GLOBAL TimeZone = ${quote(zone)}`);
    return new Database(instance, connection, spills);
  } catch (error) {
    await spills.remove();
    throw error;
  }
}

/** A text in SQL. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name in SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
