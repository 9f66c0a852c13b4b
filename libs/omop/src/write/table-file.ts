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
  /** Columns of texts that have a greatest length, with it. */
  private readonly limits: [column: string, length: number][];
  private readonly file: WriteStream;
  private readonly done: Promise<void>;
  private batch: unknown[][] = [];
  private rows = 0;

  /** @param onCut called with each text that is longer than its column allows, and is cut */
  constructor(
    table: Table,
    folder: string,
    private readonly onCut: (what: string) => void,
  ) {
    this.limits = table.columns.flatMap(({ name, type }): [string, number][] => {
      const length = /^varchar\((\d+)\)$/.exec(type)?.[1];
      return length ? [[plainName(name), Number(length)]] : [];
    });
    this.columns = table.columns.map(({ name }) => plainName(name));
    this.file = createWriteStream(join(folder, `${table.name}.csv`));
    this.done = finished(this.file);
    this.done.catch(() => {}); // Reported by close.
    this.file.write(stringify([this.columns]));
  }

  async write(row: Row): Promise<void> {
    this.rows++;
    const limited = this.limited(row);
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

  /** Cut at characters, as databases count them: no half of a pair of UTF-16 is left. */
  private limited(row: Row): Row {
    let limited = row;
    for (const [column, length] of this.limits) {
      const text = row[column];
      if (typeof text !== 'string' || text.length <= length) continue;
      const characters = [...text];
      if (characters.length <= length) continue;
      this.onCut(`${column} cut to ${length} characters`);
      limited = { ...limited, [column]: characters.slice(0, length).join('') };
    }
    return limited;
  }

  private async flush(): Promise<void> {
    const text = stringify(this.batch);
    this.batch = [];
    if (!this.file.write(text)) await Promise.race([once(this.file, 'drain'), this.done]);
  }
}
