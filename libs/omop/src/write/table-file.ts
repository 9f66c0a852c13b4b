import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import type { Row } from '../cdm/own-concepts.ts';
import { plainName, type Table } from '../cdm/tables.ts';

/** Rows that are made into text at once. */
const BATCH = 2000;

/** A table as CSV with a header, written row by row; what is empty is NULL to COPY. */
export class TableFile {
  private readonly columns: string[];
  private readonly file: WriteStream;
  private readonly done: Promise<void>;
  private batch: unknown[][] = [];
  private rows = 0;

  constructor(table: Table, folder: string) {
    this.columns = table.columns.map(({ name }) => plainName(name));
    this.file = createWriteStream(join(folder, `${table.name}.csv`));
    this.done = finished(this.file);
    this.done.catch(() => {}); // Told of by close.
    this.file.write(stringify([this.columns]));
  }

  async write(row: Row): Promise<void> {
    this.rows++;
    this.batch.push(this.columns.map((name) => row[name]));
    if (this.batch.length >= BATCH) await this.flush();
  }

  /** @returns the rows written */
  async close(): Promise<number> {
    await this.flush();
    this.file.end();
    await this.done;
    return this.rows;
  }

  private async flush(): Promise<void> {
    const text = stringify(this.batch);
    this.batch = [];
    if (!this.file.write(text)) await Promise.race([once(this.file, 'drain'), this.done]);
  }
}
