import * as tf from '@tensorflow/tfjs-core';
import { arithmetic } from '../arithmetic/index.ts';
import { operation } from './operation.ts';

// The slope of a network along its input is itself made of operations here, so that a penalty on it has its gradient recorded like
// any other: what a layer does to a slope is one more operation on it and on the layer's weights.

/** x·Wᵀ: what a dense layer W does to a slope; rows × outputs → rows × inputs. */
export function transposedDense(x: tf.Tensor2D, weights: tf.Tensor2D): tf.Tensor2D {
  return transposedOperation({ x, w: weights }, {}) as tf.Tensor2D;
}

/** x with one number added to each column. */
export function addRow(x: tf.Tensor2D, row: tf.Tensor1D): tf.Tensor2D {
  return addRowOperation({ x, row }, {}) as tf.Tensor2D;
}

/** (x − mean) / √(variance + ε) of each row. @see Ba, Kiros, Hinton 2016 (layer normalisation, without its scale and offset) */
export function rowNormal(x: tf.Tensor2D): tf.Tensor2D {
  return rowNormalOperation({ x }, {}) as tf.Tensor2D;
}

/** What `rowNormal` at x does to a slope. */
export function rowNormalSlope(slope: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor2D {
  return rowNormalSlopeOperation({ slope, x }, {}) as tf.Tensor2D;
}

/** weight · (‖slope‖ − 1)², mean over rows. @see Gulrajani et al. 2017, equation 3 */
export function gradientPenalty(slope: tf.Tensor2D, weight: number): tf.Scalar {
  return penaltyOperation({ slope }, { weight }) as tf.Scalar;
}

/** The numbers' mean, times a factor. */
export function scaledMean(x: tf.Tensor2D, factor: number): tf.Scalar {
  return meanOperation({ x }, { factor }) as tf.Scalar;
}

/** x beside constant columns, which stand first. */
export function beside(constant: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor2D {
  return besideOperation({ x }, { constant }) as tf.Tensor2D;
}

const transposedOperation = operation<object>({
  forward: ({ x, w }) => [arithmetic().product(x as tf.Tensor2D, w as tf.Tensor2D, { transposeB: true })],
  backward: (dy, { x, w }) => ({
    x: () => arithmetic().product(dy as tf.Tensor2D, w as tf.Tensor2D),
    w: () => arithmetic().product(dy as tf.Tensor2D, x as tf.Tensor2D, { transposeA: true }),
  }),
});

const addRowOperation = operation<object>({
  forward: ({ x, row }) => [tf.add(x, row)],
  backward: (dy) => ({ x: () => dy, row: () => arithmetic().columnSums(dy as tf.Tensor2D) }),
});

const EPSILON = 1e-5;

function normalOf(x: tf.Tensor): { normal: tf.Tensor; inverse: tf.Tensor } {
  const centred = tf.sub(x, tf.mean(x, 1, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), EPSILON));
  return { normal: tf.mul(centred, inverse), inverse };
}

/** The derivative of normalisation, which is symmetric, times v: s · (v − mean v − n · mean (v · n)), with s = 1 / √(variance + ε). */
function turned(v: tf.Tensor, normal: tf.Tensor, inverse: tf.Tensor): tf.Tensor {
  const along = tf.mul(normal, tf.mean(tf.mul(v, normal), 1, true));
  return tf.mul(inverse, tf.sub(tf.sub(v, tf.mean(v, 1, true)), along));
}

const rowNormalOperation = operation<object>({
  forward: ({ x }) => {
    const { normal, inverse } = normalOf(x);
    return [normal, inverse];
  },
  backward: (dy, _, [normal, inverse]) => ({ x: () => turned(dy, normal, inverse) }),
});

const rowNormalSlopeOperation = operation<object>({
  forward: ({ slope, x }) => {
    const { normal, inverse } = normalOf(x);
    return [turned(slope, normal, inverse), normal, inverse];
  },
  backward: (dy, { slope }, [out, normal, inverse]) => ({
    slope: () => turned(dy, normal, inverse),
    // Of φ = dy · J(x) slope = s · (N · cov(dy, slope) − (dy·n)(slope·n) / N) along x, where ∂s = −s² n / N, ∂n = J.
    x: () => {
      const [p, q] = [dy, slope].map((v) => tf.mean(tf.mul(v, normal), 1, true));
      const whole = tf.mean(tf.mul(dy, out), 1, true);
      const ofScale = tf.mul(tf.mul(inverse, normal), whole);
      const ofNormal = tf.add(tf.mul(q, turned(dy, normal, inverse)), tf.mul(p, out));
      return tf.neg(tf.add(ofScale, tf.mul(inverse, ofNormal)));
    },
  }),
});

/** Keeps the direction of a slope of 0 defined. */
const FLAT = 1e-12;

const penaltyOperation = operation<{ weight: number }>({
  forward: ({ slope }, { weight }) => {
    const length = tf.sqrt(tf.add(tf.sum(tf.square(slope), 1, true), FLAT));
    return [tf.mul(tf.mean(tf.square(tf.sub(length, 1))), weight), length];
  },
  backward: (_, { slope }, [, length], { weight }) => ({
    slope: () => tf.mul(slope, tf.div(tf.mul(tf.sub(length, 1), (2 * weight) / slope.shape[0]!), length)),
  }),
});

const meanOperation = operation<{ factor: number }>({
  forward: ({ x }, { factor }) => [tf.mul(tf.mean(x), factor)],
  backward: (_, { x }, __, { factor }) => ({ x: () => tf.fill(x.shape, factor / x.size) }),
});

const besideOperation = operation<{ constant: tf.Tensor2D }>({
  forward: ({ x }, { constant }) => [tf.concat2d([constant, x as tf.Tensor2D], 1)],
  backward: (dy, { x }, __, { constant }) => ({
    x: () => tf.slice2d(dy as tf.Tensor2D, [0, constant.shape[1]], x.shape as [number, number]),
  }),
});
