import * as tf from '@tensorflow/tfjs-core';
import { operation } from './operation.ts';

// One operation of each number by itself; in TensorFlow.js's terms, which every engine has.

/** a · b, of one shape. */
export function times(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return timesOperation({ a, b }, {}) as tf.Tensor2D;
}

/** a / b, of one shape. */
export function over(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return overOperation({ a, b }, {}) as tf.Tensor2D;
}

/** factor · x + summand */
export function scaled(x: tf.Tensor2D, factor: number, summand = 0): tf.Tensor2D {
  return scaleOperation({ x }, { factor, summand }) as tf.Tensor2D;
}

export function exponential(x: tf.Tensor2D): tf.Tensor2D {
  return exponentialOperation({ x }, {}) as tf.Tensor2D;
}

/** x within 0 and 1: what is outside of them has no gradient. */
export function withinUnit(x: tf.Tensor2D): tf.Tensor2D {
  return withinOperation({ x }, {}) as tf.Tensor2D;
}

/** Σ sign · log x / divisor, over rows and columns. @param signs one per column */
export function logSum(x: tf.Tensor2D, signs: readonly number[], divisor: number): tf.Scalar {
  return logOperation({ x }, { signs, divisor }) as tf.Scalar;
}

const timesOperation = operation<object>({
  forward: ({ a, b }) => [tf.mul(a, b)],
  backward: (dy, { a, b }) => ({ a: () => tf.mul(dy, b), b: () => tf.mul(dy, a) }),
});

const overOperation = operation<object>({
  forward: ({ a, b }) => [tf.div(a, b)],
  backward: (dy, { b }, [y]) => ({ a: () => tf.div(dy, b), b: () => tf.neg(tf.div(tf.mul(dy, y), b)) }),
});

const scaleOperation = operation<{ factor: number; summand: number }>({
  forward: ({ x }, { factor, summand }) => [tf.add(tf.mul(x, factor), summand)],
  backward: (dy, _, __, { factor }) => ({ x: () => tf.mul(dy, factor) }),
});

const exponentialOperation = operation<object>({
  forward: ({ x }) => [tf.exp(x)],
  backward: (dy, _, [y]) => ({ x: () => tf.mul(dy, y) }),
});

const withinOperation = operation<object>({
  forward: ({ x }) => [tf.clipByValue(x, 0, 1)],
  backward: (dy, { x }) => ({ x: () => tf.mul(dy, tf.mul(tf.step(x), tf.step(tf.sub(1, x)))) }),
});

const logOperation = operation<{ signs: readonly number[]; divisor: number }>({
  // Given as numbers to a graph, not as part of it, since the divisor changes from step to step.
  forward: ({ x }, { signs, divisor }) => [tf.sum(tf.mul(tf.log(x), sharesOf(signs, divisor)))],
  backward: (dy, { x }, __, { signs, divisor }) => ({ x: () => tf.mul(dy, tf.div(sharesOf(signs, divisor), x)) }),
});

function sharesOf(signs: readonly number[], divisor: number): tf.Tensor1D {
  return tf.tensor1d(signs.map((sign) => sign / divisor));
}
