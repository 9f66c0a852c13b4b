import { type Column, columnGroups, firstCodeOf } from '../code-matrix.ts';

/** @throws Error where the offsets of the rows do not begin at 0, fall, or do not end at the number of entries */
export function checkIndptr(indptr: Int32Array, rows: number, entries: number): void {
  if (indptr.length !== rows + 1)
    throw new Error(`indptr.npy: ${indptr.length} offsets, where ${rows} rows have ${rows + 1}`);
  if (indptr[0] !== 0) throw new Error(`indptr.npy: it begins at ${indptr[0]}, not at 0`);
  for (let row = 0; row < rows; row++) {
    if (indptr[row + 1] < indptr[row]) throw new Error(`indptr.npy: it falls after row ${row}`);
  }
  if (indptr[rows] !== entries)
    throw new Error(`indptr.npy: it ends at ${indptr[rows]}, but there are ${entries} entries`);
}

/** Checks the columns of all entries, given piece by piece in their order. */
export class IndicesCheck {
  private readonly groupOf: Int32Array;
  private readonly groupNames: string[];
  private readonly firstCode: number;
  private row = 0;
  private at = 0;
  private last = -1;

  /** @param indptr as `checkIndptr` takes it */
  constructor(
    private readonly columns: readonly Column[],
    private readonly indptr: Int32Array,
  ) {
    const groups = columnGroups(columns);
    this.groupNames = groups.map(({ name }) => name);
    this.groupOf = Int32Array.from(columns, (_, i) => groups.findIndex(({ end }) => i < end));
    this.firstCode = firstCodeOf(columns);
  }

  /** @throws Error where a column is none, is twice in a row or out of order, or a row has two values of a demographic */
  add(indices: Int32Array): void {
    const { columns, indptr, groupOf, firstCode } = this;
    for (const column of indices) {
      while (this.at === indptr[this.row + 1]) {
        this.row++;
        this.last = -1;
      }
      const { row, last } = this;
      if (column < 0 || column >= columns.length)
        throw new Error(
          `indices.npy: row ${row} has an entry in column ${column}, but there are ${columns.length} columns`,
        );
      if (column === last) throw new Error(`indices.npy: row ${row} has two entries in column ${column}`);
      if (column < last)
        throw new Error(`indices.npy: the columns of row ${row} do not ascend (scipy: sort_indices())`);
      if (last !== -1 && column < firstCode && groupOf[last] === groupOf[column])
        throw new Error(`indices.npy: row ${row} has two values of ${this.groupNames[groupOf[column]]}`);
      this.last = column;
      this.at++;
    }
  }
}

/** @throws Error where a count is less than 1 */
export function checkCounts(values: Int32Array): void {
  const at = values.findIndex((value) => value < 1);
  if (at !== -1) throw new Error(`data.npy: a count of ${values[at]}, where each entry has 1 or more`);
}
