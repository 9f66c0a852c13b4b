import { availableParallelism } from 'node:os';
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance, JSDuckDBValueConverter } from '@duckdb/node-api';
import { type TemporaryFolder, temporaryFolder } from '@ehrsynth/io';

/** What DuckDB may hold in memory; the rest goes to disk. */
const MEMORY = '800MB';
/** More would hold more at once than that. */
const MOST_THREADS = 4;

/** DuckDB in this process, whose rows keep the order in which they stand in files. */
export class Database {
  private constructor(
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
    private readonly spills: TemporaryFolder,
  ) {}

  /** @param workFolder where what memory does not hold is put; by default the system's folder for temporary files */
  static async open(workFolder?: string): Promise<Database> {
    const spills = await temporaryFolder(workFolder);
    try {
      const instance = await DuckDBInstance.create(':memory:', {
        memory_limit: MEMORY,
        threads: String(Math.min(MOST_THREADS, availableParallelism())),
        temp_directory: spills.path,
        preserve_insertion_order: 'true',
        // What is read and written here is built in; nothing is to be fetched from the network.
        autoinstall_known_extensions: 'false',
      });
      const connection = await instance.connect();
      await connection.run("SET GLOBAL TimeZone = 'UTC'");
      return new Database(instance, connection, spills);
    } catch (error) {
      await spills.remove();
      throw error;
    }
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  async all<T>(sql: string): Promise<T[]> {
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJS() as T[];
  }

  /** Rows one after the other, over a connection of their own. */
  async *stream<T extends unknown[]>(sql: string): AsyncGenerator<T> {
    for await (const chunk of this.chunks(sql)) yield* chunk.convertRows(JSDuckDBValueConverter) as unknown as T[];
  }

  /** Values of up to 2,048 rows at a time, column by column, as DuckDB has them: numbers, bigints, booleans and texts. */
  async *columns(sql: string): AsyncGenerator<unknown[][]> {
    for await (const chunk of this.chunks(sql)) yield chunk.getColumns();
  }

  private async *chunks(sql: string): AsyncGenerator<DuckDBDataChunk> {
    const connection = await this.instance.connect();
    try {
      yield* await connection.stream(sql);
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

/** A text in SQL. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name in SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
