import { tf } from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';
import type { Networks } from './state.ts';

const PROBE_BATCHES = 10;
const PROBE_ROWS = 1000;
const NEWTON_STEPS = 12;
const LARGEST_STEP = 1;
const FLAT = 1e-6;

/**
 * Shifts the biases of the sampling decoder so that each column's mean probability over 10,000 generated rows is the
 * prevalence given for it (Newton's method on mean σ(l + shift) = p, each column for itself). What goes with
 * what stays as it was learned. Sets of codes only.
 */
export function calibrate(networks: Networks, prevalence: Float32Array, rng: Rng): void {
  const { averaged, firstMade } = networks;
  const { autoencoder } = averaged;
  const wanted = prevalence.subarray(firstMade);
  const bias = autoencoder.decoder.bias!;
  tf.tidy(() => {
    const logits = Array.from({ length: PROBE_BATCHES }, () =>
      autoencoder.logits(networks.code(averaged, networks.input(PROBE_ROWS, rng), false)),
    );
    let shift: tf.Tensor1D = tf.zerosLike(bias);
    for (let step = 0; step < NEWTON_STEPS; step++) {
      shift = tf.tidy(() => {
        const probabilities = logits.map((chunk) => tf.sigmoid(tf.add(chunk, shift)));
        const slopes = probabilities.map((p) => tf.mul(p, tf.sub(1, p)));
        const missing = tf.sub(tf.tensor1d(wanted), meanOf(probabilities));
        const change = tf.div(missing, tf.maximum(meanOf(slopes), FLAT));
        return tf.add(shift, tf.clipByValue(change, -LARGEST_STEP, LARGEST_STEP)) as tf.Tensor1D;
      });
    }
    bias.assign(tf.add(bias, shift));
  });
}

function meanOf(chunks: tf.Tensor[]): tf.Tensor {
  return tf.div(tf.addN(chunks.map((chunk) => tf.mean(chunk, 0))), chunks.length);
}
