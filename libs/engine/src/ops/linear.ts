import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from '@ehrsynth/random';
import { arithmetic } from '../arithmetic/index.ts';
import type { Activation } from '../arithmetic/arithmetic.ts';
import { SparseBatch } from '../sparse.ts';
import { variable } from '../variable.ts';
import { operation } from './operation.ts';

export interface Dense {
  /** inputs × outputs */
  weights: tf.Variable<tf.Rank.R2>;
  /** Absent under batch normalisation. */
  bias?: tf.Variable<tf.Rank.R1>;
}

/** A dense layer that sees the mean of its batch beside each row. */
export interface AveragedDense extends Required<Dense> {
  /** inputs × outputs: the mean's part of the weights. */
  ofMean: tf.Variable<tf.Rank.R2>;
}

/** activation(x·W + b): rows × inputs → rows × outputs. A sparse batch costs by its entries, forward and backward. */
export function dense(
  x: tf.Tensor2D | SparseBatch,
  { weights, bias }: { weights: tf.Tensor2D; bias?: tf.Tensor1D },
  activation: Activation = 'linear',
): tf.Tensor2D {
  if (x instanceof SparseBatch) return sparseLinear({ w: weights, b: bias }, { x, activation }) as tf.Tensor2D;
  return linear({ x, w: weights, b: bias }, { activation }) as tf.Tensor2D;
}

/**
 * activation([x, mean]·[W₁; W₂] + b), where mean is that of the batch's rows (minibatch averaging, Choi et al. 2017, section
 * 3.3). As x·W₁ + mean·W₂ the mean's part is one row for the whole batch, added with the bias.
 */
export function averagedDense(x: tf.Tensor2D | SparseBatch, layer: AveragedDense, activation: Activation): tf.Tensor2D {
  const { weights: w, bias: b, ofMean } = layer;
  if (!(x instanceof SparseBatch)) return averagedLinear({ x, w, b, ofMean }, { activation }) as tf.Tensor2D;
  return sparseLinear({ w, b, ofMean }, { x, activation }) as tf.Tensor2D;
}

/** The activation of each number. */
export function activate(x: tf.Tensor2D, activation: Activation): tf.Tensor2D {
  return activation === 'linear' ? x : (activationOperation({ x }, { activation }) as tf.Tensor2D);
}

/** Uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010, eq. 16). */
export function glorotUniform(inputs: number, outputs: number, rng: Rng): tf.Tensor2D {
  const limit = Math.sqrt(6 / (inputs + outputs));
  const values = Float32Array.from({ length: inputs * outputs }, () => (rng.next() * 2 - 1) * limit);
  return tf.tensor2d(values, [inputs, outputs]);
}

/** A layer with random weights and biases of 0. */
export function denseLayer(inputs: number, outputs: number, rng: Rng): Dense {
  return {
    weights: variable(glorotUniform(inputs, outputs, rng)),
    bias: variable(tf.zeros<tf.Rank.R1>([outputs])),
  };
}

type Matrices = Record<'x' | 'w' | 'b' | 'ofMean', tf.Tensor2D>;

const activationOperation = operation<{ activation: Activation }>({
  forward: ({ x }, { activation }) => [arithmetic().activate(x as tf.Tensor2D, activation)],
  backward: (dy, _, [y], { activation }) => ({
    x: () => arithmetic().activationGradient(y as tf.Tensor2D, dy as tf.Tensor2D, activation),
  }),
});

const linear = operation<{ activation: Activation }>({
  forward: (inputs, { activation }) => {
    const { x, w, b } = inputs as Matrices;
    return [arithmetic().product(x, w, { bias: b, activation })];
  },
  backward: (dy, inputs, [y], { activation }) => {
    const { x, w } = inputs as Matrices;
    const da = arithmetic().activationGradient(y as tf.Tensor2D, dy as tf.Tensor2D, activation);
    return {
      x: () => arithmetic().product(da, w, { transposeB: true }),
      w: () => arithmetic().product(x, da, { transposeA: true }),
      b: () => arithmetic().columnSums(da),
    };
  },
});

const sparseLinear = operation<{ x: SparseBatch; activation: Activation }>({
  forward: (inputs, { x, activation }) => {
    const { w, b, ofMean } = inputs as Matrices;
    const bias = ofMean ? biasOfMean(x.mean(), ofMean, b) : b;
    return [arithmetic().sparseProduct(x, w, { bias, activation })];
  },
  backward: (dy, _, [y], { x, activation }) => {
    const da = arithmetic().activationGradient(y as tf.Tensor2D, dy as tf.Tensor2D, activation);
    const sums = arithmetic().columnSums(da);
    return {
      w: () => arithmetic().sparseTransposeProduct(x, da),
      ofMean: () => arithmetic().product(x.mean(), asRow(sums), { transposeA: true }),
      b: () => sums,
    };
  },
});

const averagedLinear = operation<{ activation: Activation }>({
  forward: (inputs, { activation }) => {
    const { x, w, b, ofMean } = inputs as Matrices;
    const mean = asRow(tf.div(arithmetic().columnSums(x), x.shape[0]));
    return [arithmetic().product(x, w, { bias: biasOfMean(mean, ofMean, b), activation }), mean];
  },
  backward: (dy, inputs, [y, mean], { activation }) => {
    const { x, w, ofMean } = inputs as Matrices;
    const da = arithmetic().activationGradient(y as tf.Tensor2D, dy as tf.Tensor2D, activation);
    const sums = arithmetic().columnSums(da);
    return {
      // Each row moves the mean by a part of 1 / rows: one row for all, added as a bias is.
      x: () => {
        const ofAll = arithmetic().product(asRow(sums), ofMean, { transposeB: true });
        const bias = tf.reshape(tf.div(ofAll, x.shape[0]), [-1]);
        return arithmetic().product(da, w, { transposeB: true, bias });
      },
      w: () => arithmetic().product(x, da, { transposeA: true }),
      ofMean: () => arithmetic().product(mean as tf.Tensor2D, asRow(sums), { transposeA: true }),
      b: () => sums,
    };
  },
});

/** mean·W₂ + b, as one number per column. */
function biasOfMean(mean: tf.Tensor2D, ofMean: tf.Tensor2D, b: tf.Tensor): tf.Tensor1D {
  return tf.reshape(arithmetic().product(mean, ofMean, { bias: b }), [-1]);
}

function asRow(numbers: tf.Tensor): tf.Tensor2D {
  return tf.reshape(numbers, [1, -1]);
}
