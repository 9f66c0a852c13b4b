import { SparseBatch, type tf } from '@ehrsynth/engine';
import { yieldToEventLoop } from '@ehrsynth/io';
import { pickRows, type RowParts } from '@ehrsynth/matrix';
import { valuesOfEach } from './values.ts';

const BLOCK_ROWS = 500;
/** Keeps the logarithm of a probability finite. */
const LEAST = 1e-7;

/** What a network gives back of rows: a value for each column and, where there is more to it, what is added to each row's error. */
type Reconstruction = [values: tf.Tensor2D] | [values: tf.Tensor2D, more: tf.Tensor];

/**
 * How far what a network gives back is from each row: cross-entropy with sets, or squared error with counts.
 * @param reconstruct the rows on the engine → rows × columns of probabilities, or of counts
 */
export async function rowErrors(
  rows: RowParts,
  width: number,
  reconstruct: (x: SparseBatch) => Reconstruction,
  isCounts = false,
): Promise<Float64Array> {
  const count = rows.indptr.length - 1;
  const errors = new Float64Array(count);
  for (let start = 0; start < count; start += BLOCK_ROWS) {
    await yieldToEventLoop();
    const size = Math.min(BLOCK_ROWS, count - start);
    const { indptr, indices, values } = pickRows(
      rows,
      Int32Array.from({ length: size }, (_, i) => start + i),
    );
    const x = new SparseBatch({
      rows: size,
      columns: width,
      indptr,
      indices,
      values: isCounts ? Float32Array.from(values) : undefined,
    });
    const [given, more] = await valuesOfEach(() => reconstruct(x));
    x.dispose();
    const wanted = new Float32Array(width);
    for (let row = 0; row < size; row++) {
      for (let at = indptr[row]; at < indptr[row + 1]; at++) wanted[indices[at]] = isCounts ? values[at] : 1;
      errors[start + row] = more?.[row] ?? 0;
      for (let column = 0; column < width; column++) {
        const value = given[row * width + column];
        errors[start + row] += isCounts
          ? (value - wanted[column]) ** 2
          : -Math.log(Math.max(LEAST, wanted[column] ? value : 1 - value));
      }
      for (let at = indptr[row]; at < indptr[row + 1]; at++) wanted[indices[at]] = 0;
    }
  }
  return errors;
}
