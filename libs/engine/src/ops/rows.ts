import * as tf from '@tensorflow/tfjs-core';
import { arithmetic } from '../arithmetic/index.ts';

/** Rows of a matrix, one for each that is named, and as often as it is named; not recorded. To be called within `tf.tidy`. */
export function repeatedRows(matrix: tf.Tensor2D, rows: Int32Array): tf.Tensor2D {
  if (arithmetic().repeatsRows) return tf.gather(matrix, tf.tensor1d(rows, 'int32'));
  const columns = matrix.shape[1];
  const values = matrix.dataSync();
  const all = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => all.set(values.subarray(row * columns, (row + 1) * columns), at * columns));
  return tf.tensor2d(all, [rows.length, columns]);
}
