import { SparseBatch } from '@ehrsynth/engine';

/** Rows of so many columns with one 1 each. */
export function oneEach(indices: Int32Array, columns: number): SparseBatch {
  const indptr = Int32Array.from({ length: indices.length + 1 }, (_, i) => i);
  return new SparseBatch({ rows: indices.length, columns, indptr, indices });
}
