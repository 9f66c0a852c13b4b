import type { DuckDBAppender, DuckDBValue } from '@duckdb/node-api';

type Api = typeof import('@duckdb/node-api');

/** DuckDB's names of what rows may be appended as. */
export type AppendedType = 'BIGINT' | 'INTEGER' | 'FLOAT' | 'DOUBLE' | 'VARCHAR' | 'BOOLEAN' | 'VARCHAR[]';

/** A value of a row. */
export type Appended = number | bigint | string | boolean | string[] | null;

/** Rows on their way into a table. */
export class Appender {
  constructor(
    private readonly api: Api,
    private readonly appender: DuckDBAppender,
    private readonly types: readonly AppendedType[],
  ) {}

  /** Adds up to 2,048 rows. @param columns their values, one list a column */
  add(columns: readonly Appended[][]): void {
    const { DuckDBDataChunk, LIST, VARCHAR, listValue } = this.api;
    const types = this.types.map((type) => (type === 'VARCHAR[]' ? LIST(VARCHAR) : this.api[type]));
    const chunk = DuckDBDataChunk.create(types, columns[0].length);
    for (const [i, values] of columns.entries()) {
      const isList = this.types[i] === 'VARCHAR[]';
      chunk.setColumnValues(
        i,
        (isList ? values.map((value) => value && listValue(value as string[])) : values) as DuckDBValue[],
      );
    }
    this.appender.appendDataChunk(chunk);
  }

  close(): void {
    this.appender.closeSync();
  }
}
