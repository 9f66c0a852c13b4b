import * as tf from '@tensorflow/tfjs-core';
import type { Csr, SparseBatch } from '../sparse.ts';
import type { ThreadedWasm } from '../wasm-threads.ts';
import { activate, type Arithmetic, type ProductOptions } from './arithmetic.ts';

/**
 * On the WASM engine: its own threaded product, which is on the fast path only where no operand is transposed, and our
 * kernels (assembly/kernels.ts) for what it lacks.
 */
export function wasmArithmetic(engine: ThreadedWasm): Arithmetic {
  const { kernels } = engine;
  const at = (tensor: tf.Tensor) => engine.offsetOf(tensor);
  const make = (shape: number[]): tf.Tensor =>
    tf.engine().makeTensorFromTensorInfo(engine.makeOutput(shape, 'float32'));

  // The engine looks at the shape that a bias was made with, whatever it was given since.
  const asVector = (bias: tf.Tensor) => (engine.dataIdMap.get(bias.dataId).shape.length > 1 ? tf.add(bias, 0) : bias);

  const sparseParts = (batch: SparseBatch, { indptr, indices, values }: Csr, side: string) => ({
    indptr: at(batch.tensor(`${side}.indptr`, () => tf.tensor1d(indptr, 'int32'))),
    indices: at(batch.tensor(`${side}.indices`, () => tf.tensor1d(indices, 'int32'))),
    values: values ? at(batch.tensor(`${side}.values`, () => tf.tensor1d(values))) : 0,
  });
  const byRow = (batch: SparseBatch) => sparseParts(batch, batch.csr, 'rows');

  const times = (batch: SparseBatch, side: 'rows' | 'columns', dense: tf.Tensor2D, bias?: tf.Tensor) => {
    const csr = side === 'rows' ? batch.csr : batch.transposed;
    const { indptr, indices, values } = sparseParts(batch, csr, side);
    const columns = dense.shape[1];
    const out = make([csr.rows, columns]) as tf.Tensor2D;
    const biasAt = bias ? at(bias) : 0;
    kernels.sparseProduct(indptr, indices, values, csr.rows, at(dense), columns, biasAt, at(out));
    return out;
  };

  const arithmetic: Arithmetic = {
    product(a, b, { transposeA, transposeB, bias, activation = 'linear' }: ProductOptions = {}) {
      return tf.tidy(() => {
        // The engine rearranges the second operand first, and transposes faster than that: the smaller one goes there.
        if (transposeA && !bias && b.size > a.size) {
          return arithmetic.activate(tf.transpose(arithmetic.product(b, a, { transposeA })), activation);
        }
        const left = transposeA ? tf.transpose(a) : a;
        const right = transposeB ? tf.transpose(b) : b;
        const fused = activation === 'relu' ? 'relu' : 'linear';
        const y = fusedProduct(left, right, bias && asVector(bias), fused);
        return fused === activation ? y : arithmetic.activate(y, activation);
      });
    },

    sparseProduct: (rows, dense, { bias, activation = 'linear' } = {}) =>
      tf.tidy(() => {
        const y = times(rows, 'rows', dense, bias);
        if (activation === 'relu') kernels.relu(at(y), y.size);
        return activation === 'relu' ? y : arithmetic.activate(y, activation);
      }),

    sparseTransposeProduct: (rows, dense) => times(rows, 'columns', dense),

    activate: (x, activation) => (activation === 'tanh' ? tanh(x) : activate(x, activation)),

    activationGradient(y, dy, activation) {
      const out = make(y.shape) as tf.Tensor2D;
      if (activation === 'linear') kernels.flush(at(dy), at(out), y.size);
      else kernels[`${activation}Gradient`](at(y), at(dy), at(out), y.size);
      return out;
    },

    columnSums(x) {
      const [rows, columns] = x.shape;
      const out = make([columns]) as tf.Tensor1D;
      kernels.columnSums(at(x), rows, columns, at(out));
      return out;
    },

    runningSums(x, ends, { bias, reverse = false } = {}) {
      const [rows, columns] = x.shape;
      const out = make([rows, columns]) as tf.Tensor2D;
      const places = tf.tensor1d(ends, 'int32');
      kernels.runningSums(at(x), at(places), ends.length, columns, bias ? at(bias) : 0, reverse ? 1 : 0, at(out));
      places.dispose();
      return out;
    },

    crossEntropySum(logits, p, targets) {
      const { indptr, indices, values } = byRow(targets);
      const [rows, columns] = logits.shape;
      const dot = kernels.dotSparse(at(logits), indptr, indices, values, rows, columns);
      return tf.scalar(kernels.softplusSum(at(logits), at(p), logits.size) - dot);
    },

    minusSparse(x, targets, scale) {
      const { indptr, indices, values } = byRow(targets);
      const [rows, columns] = x.shape;
      const out = make(x.shape) as tf.Tensor2D;
      kernels.minusSparse(at(x), indptr, indices, values, rows, columns, scale, at(out));
      return out;
    },

    choice(logits, choices, divisor) {
      const [rows, columns] = logits.shape;
      const gradient = make(logits.shape) as tf.Tensor2D;
      const places = [choices.from, choices.to, choices.chosen].map((list) => tf.tensor1d(list, 'int32'));
      const [from, to, chosen] = places.map(at);
      const loss = kernels.choice(at(logits), from, to, chosen, rows, columns, divisor, at(gradient));
      tf.dispose(places);
      return { loss: tf.scalar(loss), gradient };
    },

    adam(parts, { rate, beta1, beta2, epsilon }) {
      for (const { variable, gradient, first, second, l2 } of parts) {
        // Into a new tensor: the engine keeps what it made of an operand of products for as long as the operand lives.
        const moved = make(variable.shape);
        const [w, g, m, v, out] = [variable, gradient, first, second, moved].map(at);
        kernels.adam(w, g, m, v, out, variable.size, rate, beta1, beta2, epsilon, l2);
        variable.assign(moved);
        moved.dispose();
      }
    },

    follow(average, w, decay) {
      const moved = tf.tidy(() => tf.add(average, 0));
      kernels.follow(at(moved), at(w), average.size, decay);
      average.assign(moved);
      moved.dispose();
    },
  };
  return arithmetic;
}

function fusedProduct(a: tf.Tensor2D, b: tf.Tensor2D, bias: tf.Tensor | undefined, activation: string): tf.Tensor2D {
  if (!bias && activation === 'linear') return tf.matMul(a, b);
  const [left, right] = [tf.expandDims(a, 0), tf.expandDims(b, 0)];
  const inputs = { a: left, b: right, ...(bias && { bias }) };
  const attributes = { transposeA: false, transposeB: false, activation };
  const y = tf.engine().runKernel('_FusedMatMul', inputs, attributes) as tf.Tensor;
  return tf.reshape(y, [a.shape[0], b.shape[1]]);
}

/** 2σ(2x) − 1: the engine's own tanh is twenty times slower than its sigmoid. */
function tanh(x: tf.Tensor2D): tf.Tensor2D {
  return tf.sub(tf.mul(tf.sigmoid(tf.mul(x, 2)), 2), 1);
}
