import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from '@ehrsynth/random';

export interface Dense {
  /** inputs × outputs */
  weights: tf.Variable<tf.Rank.R2>;
  /** Absent under batch normalisation. */
  bias?: tf.Variable<tf.Rank.R1>;
}

/** x·W + b: rows × inputs → rows × outputs. */
export function dense(x: tf.Tensor2D, { weights, bias }: Dense): tf.Tensor2D {
  const y = tf.matMul<tf.Tensor2D>(x, weights);
  return bias ? tf.add(y, bias) : y;
}

/** Uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010, eq. 16). */
export function glorotUniform(inputs: number, outputs: number, rng: Rng): tf.Tensor2D {
  const limit = Math.sqrt(6 / (inputs + outputs));
  const values = Float32Array.from({ length: inputs * outputs }, () => (rng.next() * 2 - 1) * limit);
  return tf.tensor2d(values, [inputs, outputs]);
}
