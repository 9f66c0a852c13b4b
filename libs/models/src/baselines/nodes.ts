import { type Column, columnGroups, firstCodeOf, type RowParts } from '@ehrsynth/matrix';

/** A variable of a row: a demographic group, or a code that is there or not. Value 0 is none of its columns, i + 1 its i-th. */
export interface Node {
  columns: number[];
}

/** The demographic groups and codes of columns. */
export function nodesOf(columns: readonly Column[]): Node[] {
  const groups = columnGroups(columns);
  const firstCode = firstCodeOf(columns);
  const span = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);
  return [
    ...groups.map(({ start, end }) => ({ columns: span(start, end) })),
    ...span(firstCode, columns.length).map((column) => ({ columns: [column] })),
  ];
}

/** Rows that have each column, and each two of them. */
export class Cooccurrence {
  readonly rows: number;
  private readonly both: Float64Array;

  constructor(
    private readonly width: number,
    { indptr, indices }: Pick<RowParts, 'indptr' | 'indices'>,
  ) {
    this.rows = indptr.length - 1;
    this.both = new Float64Array(width * width);
    for (let row = 0; row < this.rows; row++) {
      for (let i = indptr[row]; i < indptr[row + 1]; i++)
        for (let j = indptr[row]; j < indptr[row + 1]; j++) this.both[indices[i] * width + indices[j]]++;
    }
  }

  /** Rows by the values of two nodes: values of the first × values of the second. */
  table(a: Node, b: Node): Float64Array {
    const [height, width] = [a.columns.length + 1, b.columns.length + 1];
    const cells = new Float64Array(height * width);
    const of = (x: number, y: number) => this.both[x * this.width + y];
    let none = this.rows;
    a.columns.forEach((x, i) => {
      cells[(i + 1) * width] = of(x, x);
      none -= of(x, x);
      b.columns.forEach((y, j) => {
        cells[(i + 1) * width + j + 1] = of(x, y);
        cells[(i + 1) * width] -= of(x, y);
      });
    });
    b.columns.forEach((y, j) => {
      cells[j + 1] = of(y, y) - a.columns.reduce((sum, x) => sum + of(x, y), 0);
      none -= cells[j + 1];
    });
    cells[0] = none;
    return cells;
  }

  /** Rows by the value of a node. */
  counts({ columns }: Node): number[] {
    const own = columns.map((column) => this.both[column * this.width + column]);
    return [this.rows - own.reduce((sum, count) => sum + count, 0), ...own];
  }
}
