import * as tf from '@tensorflow/tfjs-core';
import { activate, type Arithmetic } from './arithmetic.ts';

/** In TensorFlow.js's own operations on dense tensors: what the plain CPU engine runs, and what the others are tested against. */
export const plain: Arithmetic = {
  product(a, b, { transposeA, transposeB, bias, activation } = {}) {
    const y = tf.matMul<tf.Tensor2D>(a, b, transposeA, transposeB);
    return activate(bias ? tf.add(y, bias) : y, activation);
  },

  sparseProduct: (rows, dense, options) => plain.product(rows.dense(), dense, options),

  sparseTransposeProduct: (rows, dense) => plain.product(rows.dense(), dense, { transposeA: true }),

  activate,

  activationGradient(y, dy, activation) {
    if (activation === 'relu') return tf.mul(dy, tf.step(y));
    if (activation === 'sigmoid') return tf.mul(dy, tf.mul(y, tf.sub(1, y)));
    return activation === 'tanh' ? tf.mul(dy, tf.sub(1, tf.square(y))) : dy.clone();
  },

  columnSums: (x) => tf.sum(x, 0),

  runningSums(x, ends, { bias, reverse = false } = {}) {
    const [rows, columns] = x.shape;
    const sums = Float32Array.from(x.dataSync());
    const first = bias?.dataSync();
    const segments = Array.from(ends, (end, i) => [i > 0 ? ends[i - 1] : 0, end]);
    for (const [start, end] of segments) {
      for (let i = 0; i < end - start; i++) {
        const row = reverse ? end - 1 - i : start + i;
        const before = (reverse ? row + 1 : row - 1) * columns;
        for (let column = 0; column < columns; column++)
          sums[row * columns + column] += i > 0 ? sums[before + column] : (first?.[column] ?? 0);
      }
    }
    return tf.tensor2d(sums, [rows, columns]);
  },

  crossEntropySum: (logits, _, targets) => tf.sum(tf.sub(tf.softplus(logits), tf.mul(logits, targets.dense()))),

  minusSparse: (x, targets, scale) => tf.mul(tf.sub(x, targets.dense()), scale),

  adam(parts, { rate, beta1, beta2, epsilon }) {
    for (const { variable, gradient, first, second, l2 } of parts) {
      tf.tidy(() => {
        const g = l2 > 0 ? tf.add(gradient, tf.mul(variable, l2)) : gradient;
        first.assign(tf.add(tf.mul(first, beta1), tf.mul(g, 1 - beta1)));
        second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(g), 1 - beta2)));
        const step = tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), epsilon));
        variable.assign(tf.sub(variable, step));
      });
    }
  },

  follow(average, w, decay) {
    tf.tidy(() => average.assign(tf.add(tf.mul(average, decay), tf.mul(w, 1 - decay))));
  },
};
