import * as tf from '@tensorflow/tfjs-core';
import { arithmetic } from '../arithmetic/index.ts';

/**
 * Rows of numbers, one for each that is named, and as often as it is named. To be called within `tf.tidy`.
 * @param values row by row
 */
export function repeatedRows(values: Float32Array, columns: number, rows: Int32Array): tf.Tensor2D {
  if (arithmetic().repeatsRows)
    return tf.gather(tf.tensor2d(values, [values.length / columns, columns]), tf.tensor1d(rows, 'int32'));
  const all = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => all.set(values.subarray(row * columns, (row + 1) * columns), at * columns));
  return tf.tensor2d(all, [rows.length, columns]);
}
