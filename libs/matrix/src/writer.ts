import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { fromSystemError } from '@ehrsynth/io';
import { countsOf } from './builder.ts';
import { type CodeMatrix, type Column, columnGroups, type ColumnGroup, firstCodeOf } from './code-matrix.ts';
import { saveColumns } from './columns-file.ts';
import { NpzWriter } from './npz/npz-write.ts';

const ROW_GROUP = 100_000;

type Cells = Record<string, (string | number)[]>;

/**
 * Writes a matrix row by row in bounded memory: columns.json, rows.parquet (a row's id, demographics, distinct codes,
 * events) and matrix.npz. The files get their names when all is written.
 */
export class MatrixWriter {
  private readonly groups: ColumnGroup[];
  private readonly firstCode: number;
  private readonly npz: NpzWriter;
  private readonly parquet: InstanceType<typeof ParquetWriter>;
  private readonly partial: { npz: string; rows: string };
  private cells: Cells;
  private rows = 0;

  /** @throws UserError */
  constructor(
    private readonly folder: string,
    private readonly columns: readonly Column[],
  ) {
    this.partial = { npz: this.temporary('matrix.npz'), rows: this.temporary('rows.parquet') };
    this.groups = columnGroups(columns);
    this.firstCode = firstCodeOf(columns);
    this.cells = this.emptyCells();
    try {
      this.npz = new NpzWriter(this.partial.npz);
      const writer = fileWriter(this.partial.rows);
      this.parquet = new ParquetWriter({
        writer,
        schema: schemaFromColumnData({ columnData: this.columnData() }),
      });
    } catch (error) {
      throw fromSystemError(error, folder, 'write');
    }
  }

  /** One row, by entries; those of one column are added. */
  addEntries(id: string, entries: Iterable<readonly [column: number, count: number]>): void {
    const row = countsOf(entries);
    const part = (which: 0 | 1) => row.map((entry) => entry[which]);
    this.add(id, part(0), part(1));
  }

  /** All rows of a matrix that has the same columns. */
  addMatrix({ rows, indptr, indices, values, ids }: CodeMatrix): void {
    for (let row = 0; row < rows; row++) {
      const [start, end] = [indptr[row], indptr[row + 1]];
      this.add(ids[row], indices.subarray(start, end), values.subarray(start, end));
    }
  }

  /** One row; columns ascending. */
  add(id: string, indices: ArrayLike<number>, values: ArrayLike<number>): void {
    const { cells } = this;
    cells['row'].push(this.rows++);
    cells['id'].push(id);
    let [codes, events] = [0, 0];
    const held: Record<string, string> = {};
    for (let i = 0; i < indices.length; i++) {
      const column = indices[i];
      if (column >= this.firstCode) {
        codes++;
        events += values[i];
      } else {
        const group = this.groups.find(({ end }) => column < end)!;
        held[group.name] ??= this.columns[column].code;
      }
    }
    for (const { name } of this.groups) cells[name].push(held[name] ?? '');
    cells['codes'].push(codes);
    cells['events'].push(events);
    try {
      this.npz.addRow(indices, values);
      if (cells['row'].length === ROW_GROUP) this.flush();
    } catch (error) {
      throw fromSystemError(error, this.folder, 'write');
    }
  }

  /** @throws UserError where the files could not be written whole */
  async close(): Promise<void> {
    try {
      if (this.cells['row'].length > 0 || this.rows === 0) this.flush();
      this.parquet.finish();
      await this.npz.finish(this.columns.length);
      renameSync(this.partial.rows, join(this.folder, 'rows.parquet'));
      renameSync(this.partial.npz, join(this.folder, 'matrix.npz'));
    } catch (error) {
      this.npz.discard();
      Object.values(this.partial).forEach((path) => rmSync(path, { force: true }));
      throw fromSystemError(error, this.folder, 'write');
    }
    await saveColumns(this.folder, this.columns);
  }

  private flush(): void {
    this.parquet.write({ columnData: this.columnData(), rowGroupSize: ROW_GROUP });
    this.cells = this.emptyCells();
  }

  private emptyCells(): Cells {
    const names = ['row', 'id', ...this.groups.map(({ name }) => name), 'codes', 'events'];
    return Object.fromEntries(names.map((name) => [name, []]));
  }

  private columnData() {
    return Object.entries(this.cells).map(([name, data]) => ({
      name,
      data,
      type: ['row', 'codes', 'events'].includes(name) ? ('INT32' as const) : ('STRING' as const),
    }));
  }

  private temporary(name: string): string {
    return join(this.folder, `${name}.partial-${process.pid}`);
  }
}
