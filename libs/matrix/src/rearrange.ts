import { CodeMatrix, stackRows } from './code-matrix.ts';

/** A matrix by columns: entry `starts[c]` up to `starts[c + 1]` are the rows of column c, ascending, with their counts. */
export interface ColumnLists {
  starts: Int32Array;
  rows: Int32Array;
  values: Int32Array;
}

/** The rows of each column. */
export function byColumn({
  rows,
  columns,
  indptr,
  indices,
  values,
}: Pick<CodeMatrix, 'rows' | 'columns' | 'indptr' | 'indices' | 'values'>): ColumnLists {
  const starts = new Int32Array(columns.length + 1);
  for (const column of indices) starts[column + 1]++;
  for (let column = 0; column < columns.length; column++) starts[column + 1] += starts[column];
  const next = starts.slice();
  const lists = { starts, rows: new Int32Array(indices.length), values: new Int32Array(indices.length) };
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      const to = next[indices[at]]++;
      lists.rows[to] = row;
      lists.values[to] = values[at];
    }
  }
  return lists;
}

/** The rows of one matrix and, below them, of another with the same columns. */
export function stacked(above: CodeMatrix, below: CodeMatrix): CodeMatrix {
  const { indptr, indices, values } = stackRows(above, below);
  return new CodeMatrix(above.columns, indptr, indices, values, [...above.ids, ...below.ids]);
}

/** The matrix with the entries of some columns alone; it keeps all its columns. */
export function onlyColumns(matrix: CodeMatrix, isKept: (column: number) => boolean): CodeMatrix {
  const kept: number[] = [];
  const indptr = new Int32Array(matrix.rows + 1);
  for (let row = 0; row < matrix.rows; row++) {
    for (let at = matrix.indptr[row]; at < matrix.indptr[row + 1]; at++) if (isKept(matrix.indices[at])) kept.push(at);
    indptr[row + 1] = kept.length;
  }
  const indices = Int32Array.from(kept, (at) => matrix.indices[at]);
  const values = Int32Array.from(kept, (at) => matrix.values[at]);
  return new CodeMatrix(matrix.columns, indptr, indices, values, matrix.ids);
}
