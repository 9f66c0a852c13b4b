import { CodeMatrix, type Column, columnKey } from './code-matrix.ts';
import { GrowingInts } from './growing.ts';

/** Gathers rows into a CodeMatrix; columns are made as they come, or given beforehand and then closed. */
export class MatrixBuilder {
  private readonly columns: Column[];
  private readonly index: Map<string, number>;
  private readonly indptr = new GrowingInts();
  private readonly indices = new GrowingInts();
  private readonly values = new GrowingInts();
  private readonly ids: string[] = [];

  /** @param columns where given, entries of any other column are left out */
  constructor(private readonly closed?: readonly Column[]) {
    this.columns = [...(closed ?? [])];
    this.index = new Map(this.columns.map((column, i) => [columnKey(column), i]));
    this.indptr.push(0);
  }

  /** Adds one row; a column named twice has its counts added. */
  add(id: string, entries: Iterable<[Column, number]>): void {
    const row = countsOf(entries, (column) => this.indexOf(column));
    for (const [index, count] of row) {
      this.indices.push(index);
      this.values.push(count);
    }
    this.indptr.push(this.indices.length);
    this.ids.push(id);
  }

  build(): CodeMatrix {
    return new CodeMatrix(
      this.columns,
      this.indptr.done(),
      this.indices.done(),
      this.values.done(),
      this.ids,
    );
  }

  private indexOf(column: Column): number | undefined {
    const key = columnKey(column);
    let index = this.index.get(key);
    if (index === undefined && !this.closed) {
      index = this.columns.push(column) - 1;
      this.index.set(key, index);
    }
    return index;
  }
}

/** Columns, ascending, and counts of a row; entries without a column are left out, those of one column added. */
export function countsOf(
  entries: Iterable<readonly [Column, number]>,
  indexOf: (column: Column) => number | undefined,
): [index: number, count: number][] {
  const row = new Map<number, number>();
  for (const [column, count] of entries) {
    const index = indexOf(column);
    if (index !== undefined && count > 0) row.set(index, (row.get(index) ?? 0) + count);
  }
  return [...row].sort(([a], [b]) => a - b);
}
