import { EventKind } from '@ehrsynth/records';
import { z } from 'zod';

export const Level = z.enum(['code', 'category', 'package', 'product', 'ingredient', 'band']);
export type Level = z.infer<typeof Level>;

export const Column = z.object({
  kind: z.union([EventKind, z.literal('demographic')]),
  /** FHIR URI; sex, age or race for a demographic. */
  system: z.string(),
  code: z.string(),
  display: z.string().optional(),
  level: Level,
});
export type Column = z.infer<typeof Column>;

/** Columns of which a row has one: [start, end). */
export interface ColumnGroup {
  name: string;
  start: number;
  end: number;
}

/** Patients × columns, counts, in compressed sparse rows (CSR) as scipy names its parts. */
export class CodeMatrix {
  constructor(
    readonly columns: readonly Column[],
    /** rows + 1 offsets into `indices` and `values`. */
    readonly indptr: Int32Array,
    /** Column of each entry, ascending in a row. */
    readonly indices: Int32Array,
    /** Count of each entry, 1 or more. */
    readonly values: Int32Array,
    /** A name for each row: the patient's id. */
    readonly ids: readonly string[],
  ) {}

  get rows(): number {
    return this.indptr.length - 1;
  }

  get groups(): ColumnGroup[] {
    return columnGroups(this.columns);
  }

  /** Index of the first column that is a code. */
  get firstCode(): number {
    return firstCodeOf(this.columns);
  }

  /** Rows that have each column. */
  carriers(): Int32Array {
    const carriers = new Int32Array(this.columns.length);
    for (const column of this.indices) carriers[column]++;
    return carriers;
  }

  /** Distinct codes of each row, or the sum of their counts; demographics are left out. */
  rowSizes(measure: 'sets' | 'counts' = 'sets'): Int32Array {
    const { rows, indptr, indices, values, firstCode } = this;
    const sizes = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      for (let at = indptr[row]; at < indptr[row + 1]; at++)
        if (indices[at] >= firstCode) sizes[row] += measure === 'sets' ? 1 : values[at];
    }
    return sizes;
  }

  /** Column and count of each entry of a row. */
  entries(row: number): [column: number, count: number][] {
    const entries: [number, number][] = [];
    for (let at = this.indptr[row]; at < this.indptr[row + 1]; at++) entries.push([this.indices[at], this.values[at]]);
    return entries;
  }

  /** The named rows, in that order. */
  pick(rows: readonly number[]): CodeMatrix {
    const { indptr, indices, values } = pickRows(this, Int32Array.from(rows));
    const ids = rows.map((row) => this.ids[row]);
    return new CodeMatrix(this.columns, indptr, indices, values, ids);
  }
}

/** Some rows, in CSR as scipy names its parts. */
export interface RowParts {
  indptr: Int32Array;
  indices: Int32Array;
  values: Int32Array;
}

/** The named rows, in that order. */
export function pickRows(parts: RowParts, rows: Int32Array): RowParts {
  const indptr = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => (indptr[i + 1] = indptr[i] + parts.indptr[row + 1] - parts.indptr[row]));
  const indices = new Int32Array(indptr[rows.length]);
  const values = new Int32Array(indptr[rows.length]);
  rows.forEach((row, i) => {
    indices.set(parts.indices.subarray(parts.indptr[row], parts.indptr[row + 1]), indptr[i]);
    values.set(parts.values.subarray(parts.indptr[row], parts.indptr[row + 1]), indptr[i]);
  });
  return { indptr, indices, values };
}

/** The rows of one and, below them, of another. */
export function stackRows(above: RowParts, below: RowParts): RowParts {
  const join = (a: Int32Array, b: Int32Array) => {
    const both = new Int32Array(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    return both;
  };
  const ends = below.indptr.subarray(1).map((at) => at + above.indices.length);
  return {
    indptr: join(above.indptr, ends),
    indices: join(above.indices, below.indices),
    values: join(above.values, below.values),
  };
}

/** Index of the first column that is a code. */
export function firstCodeOf(columns: readonly Column[]): number {
  return columnGroups(columns).at(-1)?.end ?? 0;
}

/** Whether two matrices have the same columns in the same order. */
export function haveSameColumns(a: CodeMatrix, b: CodeMatrix): boolean {
  const keys = ({ columns }: CodeMatrix) => columns.map(columnKey).join('\n');
  return keys(a) === keys(b);
}

/** What distinguishes one column from another. */
export function columnKey({ kind, system, code }: Pick<Column, 'kind' | 'system' | 'code'>): string {
  return `${kind}|${system}|${code}`;
}

/** The demographic columns, which stand first, by their groups. */
export function columnGroups(columns: readonly Column[]): ColumnGroup[] {
  const groups: ColumnGroup[] = [];
  for (const [index, { kind, system }] of columns.entries()) {
    if (kind !== 'demographic') break;
    const last = groups.at(-1);
    if (last?.name === system) last.end = index + 1;
    else groups.push({ name: system, start: index, end: index + 1 });
  }
  return groups;
}
