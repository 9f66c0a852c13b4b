import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Rows of a table by its name, each with its values by column. */
export type CdmRows = Record<string, Record<string, string | number>[]>;

/** A folder of CSV files for tests: of a table's columns those that a row has. A table without rows is its header, as a text. */
export class CdmFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'cdm-'));

  constructor(tables: Record<string, CdmRows[string] | string>) {
    for (const [table, rows] of Object.entries(tables))
      writeFileSync(join(this.path, `${table}.csv`), typeof rows === 'string' ? `${rows}\n` : toCsv(rows));
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

function toCsv(rows: CdmRows[string]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => row[column] ?? '').join(','));
  return [columns.join(','), ...lines, ''].join('\n');
}
