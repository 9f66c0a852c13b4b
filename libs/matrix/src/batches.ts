import type { Rng } from '@ehrsynth/random';
import type { CodeMatrix } from './code-matrix.ts';

export interface Batch {
  /** rows × columns, row after row. */
  data: Float32Array;
  rows: number;
}

/**
 * The rows in shuffled order, `batchSize` at a time, as dense counts or as 0/1. A last batch that is not full is left
 * out, unless it is the only one.
 */
export function* batches(
  matrix: CodeMatrix,
  batchSize: number,
  rng: Rng,
  { binary }: { binary: boolean },
): Generator<Batch> {
  const order = rng.shuffle(Int32Array.from({ length: matrix.rows }, (_, row) => row));
  const size = Math.min(batchSize, matrix.rows);
  for (let start = 0; start + size <= matrix.rows; start += size) {
    yield { data: dense(matrix, order.subarray(start, start + size), binary), rows: size };
  }
}

function dense(matrix: CodeMatrix, rows: Int32Array, binary: boolean): Float32Array {
  const width = matrix.columns.length;
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let at = matrix.indptr[row]; at < matrix.indptr[row + 1]; at++) {
      data[i * width + matrix.indices[at]] = binary ? 1 : matrix.values[at];
    }
  });
  return data;
}
