import { type Column, columnGroups, firstCodeOf, type RowParts } from '@ehrsynth/matrix';
import { isSmall } from './join-small-cells.ts';

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

/**
 * Rows that have each column, and each two of them. A value of a node that fewer than k rows have is counted as the value that most rows
 * have, so that no count of a node is 1 to k − 1.
 */
export class Cooccurrence {
  rows = 0;
  /** Rows that have both of two columns, each two once: those with x at place x (x + 1) / 2 and on. */
  private readonly both: Uint32Array;
  private readonly moved = new Map<Node, [from: number, to: number][]>();

  /** @param width columns @param k 1: every value counts as it is */
  constructor(
    width: number,
    private readonly k = 1,
  ) {
    this.both = new Uint32Array((width * (width + 1)) / 2);
  }

  /** Counts some more rows, columns ascending; all of them before anything is asked. */
  add({ indptr, indices }: Pick<RowParts, 'indptr' | 'indices'>): this {
    const { both } = this;
    this.rows += indptr.length - 1;
    for (let row = 0; row + 1 < indptr.length; row++) {
      for (let i = indptr[row]; i < indptr[row + 1]; i++) {
        const from = placeOf(indices[i], 0);
        for (let j = indptr[row]; j <= i; j++) both[from + indices[j]]++;
      }
    }
    return this;
  }

  /** Rows by the values of two nodes: values of the first × values of the second. */
  table(a: Node, b: Node): Float64Array {
    const [height, width] = [a.columns.length + 1, b.columns.length + 1];
    const cells = new Float64Array(height * width);
    const of = (x: number, y: number) => this.both[x > y ? placeOf(x, y) : placeOf(y, x)];
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
    const move = (from: number, to: number) => ([cells[to], cells[from]] = [cells[to] + cells[from], 0]);
    this.moves(a).forEach(([from, to]) => {
      for (let j = 0; j < width; j++) move(from * width + j, to * width + j);
    });
    this.moves(b).forEach(([from, to]) => {
      for (let i = 0; i < height; i++) move(i * width + from, i * width + to);
    });
    return cells;
  }

  /** Rows by the value of a node. */
  counts(node: Node): number[] {
    const counts = this.ownCounts(node);
    for (const [from, to] of this.moves(node)) [counts[to], counts[from]] = [counts[to] + counts[from], 0];
    return counts;
  }

  /** Values of too few rows, each with the one that it counts as. */
  private moves(node: Node): [from: number, to: number][] {
    const known = this.moved.get(node);
    if (known) return known;
    const counts = this.ownCounts(node);
    const most = counts.indexOf(Math.max(...counts));
    const moves = [...counts.keys()]
      .filter((value) => value !== most && isSmall(counts[value], this.k))
      .map((value): [number, number] => [value, most]);
    this.moved.set(node, moves);
    return moves;
  }

  private ownCounts({ columns }: Node): number[] {
    const own = columns.map((column) => this.both[placeOf(column, column)]);
    return [this.rows - own.reduce((sum, count) => sum + count, 0), ...own];
  }
}

/** Where two columns are counted together, x ≥ y. */
function placeOf(x: number, y: number): number {
  return (x * (x + 1)) / 2 + y;
}
