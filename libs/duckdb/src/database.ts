import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { type TemporaryFolder, temporaryFolder } from '@ehrsynth/io';
import { type AppendedType, Appender } from './appender.ts';
import { quote } from './sql.ts';

type Api = typeof import('@duckdb/node-api');

/** DuckDB in this process: SQL in bounded memory, spilling to disk. */
export class Database {
  /** Before VIEW and TABLE: all connections see what is made, and nobody else does. */
  readonly temporary = '';

  constructor(
    private readonly api: Api,
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    /** Where it puts what memory does not hold. */
    private readonly spills: TemporaryFolder,
    /** What each connection begins with. */
    private readonly opening: readonly string[],
  ) {}

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  async all<T>(sql: string): Promise<T[]> {
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJS() as T[];
  }

  /** The rows one by one, each a list of its columns, over a connection of their own. */
  async *stream<T extends unknown[]>(sql: string): AsyncGenerator<T> {
    const { JSDuckDBValueConverter } = this.api;
    for await (const chunk of this.chunks(sql)) yield* chunk.convertRows(JSDuckDBValueConverter) as unknown as T[];
  }

  /** Values of up to 2,048 rows at a time, column by column, as DuckDB has them: numbers, bigints, booleans and texts. */
  async *columns(sql: string): AsyncGenerator<unknown[][]> {
    for await (const chunk of this.chunks(sql)) yield chunk.getColumns();
  }

  /** Adds rows to a table, many at once. @param types of its columns */
  async append(table: string, types: readonly AppendedType[]): Promise<Appender> {
    return new Appender(this.api, await this.connection.createAppender(table), types);
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
    await this.spills.remove();
  }

  private async *chunks(sql: string): AsyncGenerator<DuckDBDataChunk> {
    const connection = await this.instance.connect();
    try {
      for (const sql of this.opening) await connection.run(sql);
      yield* await connection.stream(sql);
    } finally {
      connection.closeSync();
    }
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
  /** In which TIMESTAMP WITH TIME ZONE becomes a day and a time: an IANA name, by default UTC. The machine's own plays no part. */
  timeZone?: string;
}

/** @param path of a database file; without one, tables are kept in a file that `close` removes */
export async function openDatabase(
  path?: string,
  { memory = MEMORY, ordered = false, workFolder, timeZone = 'UTC' }: DatabaseOptions = {},
): Promise<Database> {
  // Loaded when first needed: it takes longer than most commands take to begin.
  const api = await import('@duckdb/node-api');
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
    const instance = await api.DuckDBInstance.create(path ?? ':memory:', settings);
    const connection = await instance.connect();
    // For all connections, those that rows are streamed from too.
    await connection.run(`SET GLOBAL TimeZone = ${quote(timeZone)}`);
    const opening = path === undefined ? ['USE work'] : [];
    if (path === undefined) {
      // Nobody wants it back after a crash: no log of it is written to the disk, and nothing more where it is closed.
      await connection.run(`ATTACH ${quote(join(spills.path, 'work.duckdb'))} AS work (RECOVERY_MODE no_wal_writes)`);
      await connection.run('PRAGMA disable_checkpoint_on_shutdown');
    }
    for (const sql of opening) await connection.run(sql);
    return new Database(api, instance, connection, spills, opening);
  } catch (error) {
    await spills.remove();
    throw error;
  }
}
