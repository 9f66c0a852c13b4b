import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Appended, type AppendedType, type Appender, type Database, identifier, quote } from '@ehrsynth/duckdb';
import { outsideName } from '@ehrsynth/io';
import { type ColumnName, type ColumnType, CORE_COLUMNS, DATA_FOLDER, EXTRA_COLUMNS } from '../standard.ts';
import { type ArrowColumn, arrowSchema } from './arrow-schema.ts';
import type { RowValues } from './rows-of-record.ts';

const COLUMNS: readonly (readonly [ColumnName, ColumnType])[] = [...CORE_COLUMNS, ...EXTRA_COLUMNS];
/** What a type is appended as, what makes it what it is, and what Arrow calls it. */
const TYPES: Record<ColumnType, { by: AppendedType; select?: (name: string) => string; arrow: ArrowColumn[1] }> = {
  BIGINT: { by: 'BIGINT', arrow: 'int64' },
  INTEGER: { by: 'INTEGER', arrow: 'int32' },
  FLOAT: { by: 'FLOAT', arrow: 'float32' },
  DOUBLE: { by: 'DOUBLE', arrow: 'float64' },
  VARCHAR: { by: 'VARCHAR', arrow: 'string' },
  BOOLEAN: { by: 'BOOLEAN', arrow: 'bool' },
  DATE: { by: 'VARCHAR', select: (name) => `CAST(${name} AS DATE)`, arrow: 'date32' },
  TIMESTAMP: {
    by: 'DOUBLE',
    select: (name) => `make_timestamp(CAST(${name} AS BIGINT) * 60000000)`,
    arrow: 'timestamp[us]',
  },
};
const PLACES = new Map<string, number>(COLUMNS.map(([name], i) => [name, i]));
/** Rows that DuckDB takes at once. */
const BATCH = 2048;
/** A shard ends with the subject that reaches it. */
export const ROWS_A_SHARD = 500_000;

/** The shards of a split, data/SPLIT/0.parquet and on, written subject by subject. */
export class Shards {
  rows = 0;
  files = 0;
  private readonly table: string;
  private appender: Appender | undefined;
  private batch = emptyBatch();
  private waiting = 0;
  private inShard = 0;

  constructor(
    private readonly folder: string,
    private readonly split: string,
    private readonly database: Database,
    private readonly rowsAShard = ROWS_A_SHARD,
  ) {
    this.table = identifier(`shard of ${split}`);
  }

  /** Writes the rows of a subject. */
  async add(rows: RowValues[]): Promise<void> {
    if (!this.appender) await this.begin();
    for (const row of rows) {
      for (const name in row)
        this.batch[PLACES.get(name)!][this.waiting] = (row[name as ColumnName] as Appended) ?? null;
      if (++this.waiting === BATCH) this.flush();
    }
    this.rows += rows.length;
    this.inShard += rows.length;
    if (this.inShard >= this.rowsAShard) await this.finish();
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    if (this.appender) await this.finish();
  }

  private async begin(): Promise<void> {
    const columns = COLUMNS.map(([name, type]) => `${identifier(name)} ${TYPES[type].by}`).join(', ');
    await this.database.run(`CREATE OR REPLACE TABLE ${this.table} (${columns})`);
    this.appender = await this.database.append(
      `shard of ${this.split}`,
      COLUMNS.map(([, type]) => TYPES[type].by),
    );
    this.inShard = 0;
  }

  private flush(): void {
    if (this.waiting === 0) return;
    this.appender!.add(this.waiting === BATCH ? this.batch : this.batch.map((values) => values.slice(0, this.waiting)));
    this.batch = emptyBatch();
    this.waiting = 0;
  }

  private async finish(): Promise<void> {
    this.flush();
    this.appender!.close();
    this.appender = undefined;
    const folder = join(this.folder, DATA_FOLDER, outsideName(this.split));
    await mkdir(folder, { recursive: true });
    const select = COLUMNS.map(([name, type]) => {
      const column = identifier(name);
      const made = TYPES[type].select?.(column);
      return made ? `${made} AS ${column}` : column;
    });
    await copyTo(
      this.database,
      `SELECT ${select.join(', ')} FROM ${this.table}`,
      join(folder, `${this.files}.parquet`),
      COLUMNS.map(([name, type]) => [name, name === 'text_value' ? 'large_string' : TYPES[type].arrow]),
    );
    this.files++;
    await this.database.run(`DROP TABLE ${this.table}`);
  }
}

/** Writes what a query gives as a Parquet file. @param arrow its columns as Arrow is to see them */
export async function copyTo(database: Database, select: string, path: string, arrow?: ArrowColumn[]): Promise<void> {
  const schema = arrow ? `, KV_METADATA {'ARROW:schema': ${quote(arrowSchema(arrow))}}` : '';
  await database.run(`COPY (${select}) TO ${quote(path)} (FORMAT parquet, COMPRESSION zstd${schema})`);
}

function emptyBatch(): Appended[][] {
  return COLUMNS.map(() => new Array<Appended>(BATCH).fill(null));
}
