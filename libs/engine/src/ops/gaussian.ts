import * as tf from '@tensorflow/tfjs-core';
import { arithmetic } from '../arithmetic/index.ts';
import { operation } from './operation.ts';

/** The log of a precision is between minus this and this. */
const MOST_LOG_PRECISION = 5;

/**
 * Natural parameters of normal distributions, less those of the standard one, from their means and something that the logs of their precisions
 * grow with: [μ, s] → [λμ, λ − 1], λ = exp(5 tanh(s / 5)); rows × 2. So log N(z; μ, 1/λ) / N(z; 0, 1) is λμ · z − (λ − 1) · z²/2, but
 * for what does not depend on z.
 */
export function gaussianTilt(parameters: tf.Tensor2D): tf.Tensor2D {
  return tiltOperation({ parameters }, {}) as tf.Tensor2D;
}

/** The same of one mean and size, without an engine. */
export function gaussianTiltOf(mean: number, size: number): [first: number, second: number] {
  const precision = Math.exp(MOST_LOG_PRECISION * Math.tanh(size / MOST_LOG_PRECISION));
  return [precision * mean, precision - 1];
}

const FIRST = [1, 0];
const SECOND = [0, 1];

// Columns are separated by products with constants: a part of a matrix would be of another place in each batch, and so another graph.
const tiltOperation = operation<object>({
  forward: ({ parameters }) => {
    const bent = tf.tanh(tf.mul(parameters, 1 / MOST_LOG_PRECISION));
    const raised = tf.exp(tf.mul(bent, MOST_LOG_PRECISION)) as tf.Tensor2D;
    const precision = arithmetic().product(raised, tf.tensor2d([0, 0, 1, 1], [2, 2]));
    return [tf.sub(tf.mul(precision, meanAndOne(parameters)), SECOND), precision, bent];
  },
  backward: (dy, { parameters }, [, precision, bent]) => ({
    parameters: () => {
      const each = tf.mul(dy, meanAndOne(parameters)) as tf.Tensor2D;
      const ofLog = arithmetic().product(each, tf.tensor2d([0, 1, 0, 1], [2, 2]));
      const ofSize = tf.mul(ofLog, tf.sub(1, tf.square(bent)));
      return tf.mul(precision, tf.add(tf.mul(dy, FIRST), ofSize));
    },
  }),
});

/** [μ, s] → [μ, 1] */
function meanAndOne(parameters: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(parameters, FIRST), SECOND);
}
