import * as tf from '@tensorflow/tfjs-core';

/** Rows in compressed sparse form, as scipy names its parts. */
export interface Csr {
  rows: number;
  columns: number;
  /** rows + 1 offsets into `indices`, from 0. */
  indptr: Int32Array;
  indices: Int32Array;
  /** Absent where every entry is 1. */
  values?: Float32Array;
}

/** A batch of sparse rows on the engine; what an engine does not use of it is never made. Dispose of it after use. */
export class SparseBatch {
  private readonly held = new Map<string, tf.Tensor>();
  private turned: Csr | undefined;

  constructor(readonly csr: Csr) {}

  get rows(): number {
    return this.csr.rows;
  }

  get columns(): number {
    return this.csr.columns;
  }

  /** The same entries by column: rows and columns have changed places. */
  get transposed(): Csr {
    return (this.turned ??= transpose(this.csr));
  }

  /** A tensor of the batch's, made once and kept until `dispose`. */
  tensor<T extends tf.Tensor>(name: string, make: (batch: this) => T): T {
    if (!this.held.has(name)) this.held.set(name, tf.keep(make(this)));
    return this.held.get(name) as T;
  }

  /** rows × columns. */
  dense(): tf.Tensor2D {
    return this.tensor('dense', ({ csr, rows, columns }) => {
      const values = new Float32Array(rows * columns);
      writeDense(csr, values);
      return tf.tensor2d(values, [rows, columns]);
    });
  }

  /** The mean of the rows: 1 × columns. */
  mean(): tf.Tensor2D {
    return this.tensor('mean', () => {
      const sums = new Float32Array(this.columns);
      this.csr.indices.forEach((column, i) => (sums[column] += this.csr.values?.[i] ?? 1));
      return tf.tensor2d(
        sums.map((sum) => sum / this.rows),
        [1, this.columns],
      );
    });
  }

  dispose(): void {
    this.held.forEach((tensor) => tensor.dispose());
    this.held.clear();
  }
}

/** The row of each entry. */
export function rowOfEntries({ rows, indptr, indices }: Csr): Int32Array {
  const owner = new Int32Array(indices.length);
  for (let row = 0; row < rows; row++) owner.fill(row, indptr[row], indptr[row + 1]);
  return owner;
}

/** @param out rows × columns, any content */
export function writeDense({ rows, columns, indptr, indices, values }: Csr, out: Float32Array): void {
  out.fill(0);
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      out[row * columns + indices[at]] += values ? values[at] : 1;
    }
  }
}

function transpose({ rows, columns, indptr, indices, values }: Csr): Csr {
  const starts = new Int32Array(columns + 1);
  for (const column of indices) starts[column + 1]++;
  for (let column = 0; column < columns; column++) starts[column + 1] += starts[column];
  const next = starts.slice(0, columns);
  const turned = new Int32Array(indices.length);
  const moved = values && new Float32Array(indices.length);
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      const place = next[indices[at]]++;
      turned[place] = row;
      if (moved) moved[place] = values[at];
    }
  }
  return { rows: columns, columns: rows, indptr: starts, indices: turned, values: moved };
}
