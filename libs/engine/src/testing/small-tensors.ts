import { type Csr, SparseBatch, tf } from '../index.ts';

/** The numbers of each tensor. */
export const numbersOf = (tensors: tf.Tensor[]) => Promise.all(tensors.map(async (one) => [...(await one.data())]));

/** A batch of these rows, with values where one is not 1. */
export const sparse = (rows: number[][]): SparseBatch => {
  const csr: Csr = {
    rows: rows.length,
    columns: rows[0].length,
    indptr: new Int32Array(rows.length + 1),
    indices: new Int32Array(),
  };
  const indices: number[] = [];
  const values: number[] = [];
  rows.forEach((row, i) => {
    row.forEach((value, column) => value !== 0 && (indices.push(column), values.push(value)));
    csr.indptr[i + 1] = indices.length;
  });
  const counts = values.some((value) => value !== 1) ? { values: Float32Array.from(values) } : {};
  return new SparseBatch({ ...csr, indices: Int32Array.from(indices), ...counts });
};
