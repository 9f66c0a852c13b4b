import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from } from 'pg-copy-streams';
import { PostgresError } from '../errors.ts';
import type { Sql } from '../read/source.ts';

/** Rows that a cursor gives at once. */
const FETCHED = 5000;

/** SQL on a server, in one transaction that sees one state of the data; what it makes is temporary and gone with the connection. */
export class Postgres implements Sql {
  readonly temporary = 'TEMP ';
  private cursors = 0;
  private isKept = false;
  /** Where each table is that errors may be in. */
  places = new Map<string, string>();

  constructor(
    private readonly client: pg.Client,
    private readonly where: string,
  ) {}

  async run(sql: string): Promise<void> {
    await this.query(sql);
  }

  async all<T>(sql: string): Promise<T[]> {
    return (await this.query(sql)).rows as T[];
  }

  async *stream<T extends unknown[]>(sql: string): AsyncGenerator<T> {
    const cursor = `rows_${++this.cursors}`;
    await this.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`);
    while (true) {
      const { rows } = await this.query({ text: `FETCH ${FETCHED} FROM ${cursor}`, rowMode: 'array' });
      yield* rows as T[];
      if (rows.length < FETCHED) break;
    }
    await this.query(`CLOSE ${cursor}`);
  }

  /** Fills a temporary table from a CSV file without a header. */
  async copy(table: string, file: string): Promise<void> {
    const into = this.client.query(from(`COPY pg_temp.${table} FROM STDIN (FORMAT csv)`));
    await pipeline(createReadStream(file), into).catch((error) => {
      throw new PostgresError(`The server could not take ${table}`, this.where, error as Error);
    });
  }

  /** From here on, a query that fails takes nothing with it of what was made before: others may follow. */
  async keep(): Promise<void> {
    await this.query('SAVEPOINT kept');
    this.isKept = true;
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => {}); // It may be gone already.
  }

  private async query(query: string | pg.QueryArrayConfig): Promise<pg.QueryResult> {
    try {
      return await this.client.query(query as string);
    } catch (error) {
      if (this.isKept) await this.client.query('ROLLBACK TO SAVEPOINT kept').catch(() => {}); // It may be gone.
      throw new PostgresError('The server could not read', await this.placeOf(error as Error), error as Error);
    }
  }

  /** The table in whose rows an error of data is, such as a view that divides by zero: each is read once more, until one fails. */
  private async placeOf({ code }: Error & { code?: string }): Promise<string> {
    if (!this.isKept || !/^(22|P0)/.test(code ?? '')) return this.where;
    for (const [table, place] of this.places) {
      try {
        await this.client.query(`SELECT max(length(CAST(t AS text))) FROM raw_${table} t`);
      } catch {
        await this.client.query('ROLLBACK TO SAVEPOINT kept').catch(() => {}); // It may be gone.
        return place;
      }
    }
    return this.where;
  }
}
