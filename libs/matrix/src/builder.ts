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

  /** @param closed where given, entries of any other column are left out */
  constructor(private readonly closed?: readonly Column[]) {
    this.columns = [...(closed ?? [])];
    this.index = new Map(this.columns.map((column, i) => [columnKey(column), i]));
    this.indptr.push(0);
  }

  /** Adds one row; a column named twice has its counts added. */
  add(id: string, entries: Iterable<[Column, number]>): void {
    const known: [column: number, count: number][] = [];
    for (const [column, count] of entries) {
      const index = this.indexOf(column);
      if (index !== undefined) known.push([index, count]);
    }
    this.addEntries(id, known);
  }

  /** The same, with columns by their index. */
  addEntries(id: string, entries: Iterable<readonly [column: number, count: number]>): void {
    for (const [index, count] of countsOf(entries)) {
      this.indices.push(index);
      this.values.push(count);
    }
    this.indptr.push(this.indices.length);
    this.ids.push(id);
  }

  build(): CodeMatrix {
    return new CodeMatrix(this.columns, this.indptr.done(), this.indices.done(), this.values.done(), this.ids);
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

/** Columns, ascending, and counts of a row; those of one column are added. */
export function countsOf(
  entries: Iterable<readonly [column: number, count: number]>,
): [column: number, count: number][] {
  const row = new Map<number, number>();
  for (const [column, count] of entries) if (count > 0) row.set(column, (row.get(column) ?? 0) + count);
  return [...row].sort(([a], [b]) => a - b);
}
