import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import type { Row } from '../cdm/own-concepts.ts';
import { plainName, type Table } from '../cdm/tables.ts';
import { cutter } from './cut-texts.ts';

/** Rows that are made into text at once. */
const BATCH = 2000;

/** A table as CSV with a header, written row by row; what is empty is NULL to COPY. */
export class TableFile {
  private readonly columns: string[];
  private readonly cut: (row: Row) => Row;
  private readonly file: WriteStream;
  private readonly done: Promise<void>;
  private batch: unknown[][] = [];
  private rows = 0;

  /** @param onCut called with each text that is longer than its column allows, and is cut */
  constructor(table: Table, folder: string, onCut: (what: string) => void) {
    this.cut = cutter(table, onCut);
    this.columns = table.columns.map(({ name }) => plainName(name));
    this.file = createWriteStream(join(folder, `${table.name}.csv`));
    this.done = finished(this.file);
    this.done.catch(() => {}); // Reported by close.
    this.file.write(stringify([this.columns]));
  }

  async write(row: Row): Promise<void> {
    this.rows++;
    const limited = this.cut(row);
    this.batch.push(this.columns.map((name) => limited[name]));
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
