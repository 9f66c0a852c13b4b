import { SparseBatch, tf } from '@ehrsynth/engine';
import type { CodeMatrix } from '@ehrsynth/matrix';
import type { MedGanOptions } from './options.ts';
import type { Networks } from './state.ts';

const BLOCK_ROWS = 500;
/** Keeps the logarithm of a probability finite. */
const LEAST = 1e-7;

/** @see Synthesizer.reconstructionError */
export async function reconstructionError(
  { autoencoder }: Networks,
  matrix: CodeMatrix,
  { mode }: MedGanOptions,
): Promise<Float64Array> {
  const columns = matrix.columns.length;
  const errors = new Float64Array(matrix.rows);
  for (let start = 0; start < matrix.rows; start += BLOCK_ROWS) {
    const size = Math.min(BLOCK_ROWS, matrix.rows - start);
    const { indptr, indices, values } = matrix.pick(Array.from({ length: size }, (_, i) => start + i));
    const counts = mode === 'count' ? Float32Array.from(values) : undefined;
    const batch = new SparseBatch({ rows: size, columns, indptr, indices, values: counts });
    const output = tf.tidy(() => autoencoder.decode(autoencoder.encode(batch)));
    const told = (await output.data()) as Float32Array;
    tf.dispose(output);
    batch.dispose();
    const wanted = new Float32Array(columns);
    for (let row = 0; row < size; row++) {
      for (let at = indptr[row]; at < indptr[row + 1]; at++) wanted[indices[at]] = counts ? values[at] : 1;
      for (let column = 0; column < columns; column++) {
        const value = told[row * columns + column];
        errors[start + row] +=
          mode === 'count'
            ? (value - wanted[column]) ** 2
            : -Math.log(Math.max(LEAST, wanted[column] ? value : 1 - value));
      }
      for (let at = indptr[row]; at < indptr[row + 1]; at++) wanted[indices[at]] = 0;
    }
  }
  return errors;
}
