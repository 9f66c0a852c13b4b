import * as tf from '@tensorflow/tfjs-core';
import { operation } from './operation.ts';

/**
 * A draw of N(μ, σ²) for each row of [μ, log σ²]: rows × 2 · size → rows × size, μ + σ · noise.
 * @param noise standard normals, rows × size
 */
export function latentDraw(parameters: tf.Tensor2D, noise: tf.Tensor2D): tf.Tensor2D {
  return drawOperation({ parameters }, { noise }) as tf.Tensor2D;
}

/** 2 · KL(N(μ, σ²) ‖ N(0, 1)) of each number of the latent code; not recorded. */
export function latentDivergence(parameters: tf.Tensor2D): tf.Tensor2D {
  const [mean, logVariance] = halves(parameters);
  return tf.sub(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), logVariance), 1);
}

/** weight · KL(N(μ, σ²) ‖ N(0, 1)), summed over columns, mean over rows. @see Kingma, Welling 2014, appendix B */
export function latentLoss(parameters: tf.Tensor2D, weight: number): tf.Scalar {
  return lossOperation({ parameters }, { weight }) as tf.Scalar;
}

function halves(parameters: tf.Tensor): [mean: tf.Tensor2D, logVariance: tf.Tensor2D] {
  const [rows, width] = parameters.shape;
  const part = (from: number) => tf.slice2d(parameters as tf.Tensor2D, [0, from], [rows, width / 2]);
  return [part(0), part(width / 2)];
}

const drawOperation = operation<{ noise: tf.Tensor2D }>({
  forward: ({ parameters }, { noise }) => {
    const [mean, logVariance] = halves(parameters);
    const spread = tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise);
    return [tf.add(mean, spread), spread];
  },
  backward: (dy, _, [, spread]) => ({
    parameters: () => tf.concat2d([dy as tf.Tensor2D, tf.mul(tf.mul(dy, spread), 0.5) as tf.Tensor2D], 1),
  }),
});

const lossOperation = operation<{ weight: number }>({
  forward: ({ parameters }, { weight }) => {
    const sum = tf.sum(latentDivergence(parameters as tf.Tensor2D));
    return [tf.mul(sum, weight / 2 / parameters.shape[0])];
  },
  backward: (_, { parameters }, __, { weight }) => ({
    parameters: () => {
      const [mean, logVariance] = halves(parameters);
      const ofVariance = tf.mul(tf.sub(tf.exp(logVariance), 1), 0.5) as tf.Tensor2D;
      return tf.mul(tf.concat2d([mean, ofVariance], 1), weight / parameters.shape[0]);
    },
  }),
});
