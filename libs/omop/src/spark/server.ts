import { inSpark, type LocalColumns, type SparkSession } from '@ehrsynth/spark';
import type { Sql } from '../read/source.ts';

/**
 * The reader's SQL on Spark, in Spark's dialect. There are no temporary tables: what the reader makes one of is a temporary view of rows
 * that the cluster keeps on its executors. All of it is gone with the session.
 */
export class SparkSql implements Sql {
  readonly temporary = 'TEMP ';
  /** The view that stands for each table just now: one that is changed is a further view over the one before. */
  private readonly current = new Map<string, string>();

  constructor(readonly session: SparkSession) {}

  async run(sql: string): Promise<void> {
    // Of statistics, which Spark gathers itself.
    if (/^\s*ANALYZE /.test(sql)) return;
    const made = /^\s*CREATE TEMP (?<kind>TABLE|VIEW) (?<name>\w+) AS\s(?<select>.*)$/s.exec(sql)?.groups;
    if (!made) throw new Error(`Not made for Spark: ${sql}`);
    const { kind, name, select } = made;
    if (kind === 'TABLE') await this.make(name, this.inSpark(select));
    else await this.view(name, this.inSpark(select));
  }

  async update(table: string, set: Record<string, string>, where: string): Promise<void> {
    const before = this.current.get(table)!;
    const columns = (await this.session.columns(`SELECT * FROM ${before}`)).map(({ name, type }) =>
      name in set ? `CAST(${set[name]} AS ${type}) AS ${name}` : name,
    );
    const isChanged = this.inSpark(where);
    await this.make(
      table,
      `SELECT ${this.inSpark(columns.join(', '))} FROM ${before} WHERE ${isChanged}
      UNION ALL SELECT * FROM ${before} WHERE NOT coalesce(${isChanged}, FALSE)`,
    );
  }

  all<T>(sql: string): Promise<T[]> {
    return this.session.all<T>(this.inSpark(sql));
  }

  stream<T extends unknown[]>(sql: string): AsyncGenerator<T> {
    return this.session.stream<T>(this.inSpark(sql));
  }

  put(table: string, columns: LocalColumns): Promise<void> {
    return this.session.put(table, columns);
  }

  write(place: string, sql: string, { isReplaced }: { isReplaced: boolean }): Promise<void> {
    return this.session.write(this.inSpark(sql), { path: place, format: 'parquet', replaces: isReplaced });
  }

  close(): Promise<void> {
    return this.session.close();
  }

  /** The reader's SQL in Spark's dialect, of its tables as they are now. */
  inSpark(sql: string): string {
    const named = sql.replace(/\b(FROM|JOIN)\s+(\w+)/g, (all, word: string, table: string) => {
      const view = this.current.get(table);
      return view === undefined ? all : `${word} ${view}`;
    });
    return inSpark(named);
  }

  /** @param select in Spark's dialect */
  private async make(table: string, select: string): Promise<void> {
    const [, before = '0'] = /_v(\d+)$/.exec(this.current.get(table) ?? '') ?? [];
    const view = `${table}_v${Number(before) + 1}`;
    await this.session.keep(view, select);
    this.current.set(table, view);
  }

  private async view(name: string, select: string): Promise<void> {
    await this.session.run(`CREATE OR REPLACE TEMPORARY VIEW ${name} AS ${select}`);
  }
}
