import * as tf from '@tensorflow/tfjs-core';
import type { Choices } from '../arithmetic/arithmetic.ts';
import { arithmetic } from '../arithmetic/index.ts';
import { operation } from './operation.ts';

export type { Choices };

/** −log softmax of the chosen column within each row's interval, summed over rows, divided by `divisor`. */
export function choiceLoss(logits: tf.Tensor2D, choices: Choices, divisor: number): tf.Scalar {
  return choiceOperation({ logits }, { choices, divisor }) as tf.Scalar;
}

/** −log softmax of the chosen column within each row's interval. */
export function choiceLosses(logits: Float32Array, columns: number, { from, to, chosen }: Choices): Float64Array {
  const losses = new Float64Array(from.length);
  for (let row = 0; row < from.length; row++) {
    const offset = row * columns;
    const most = largest(logits, offset + from[row], offset + to[row]);
    let sum = 0;
    for (let i = offset + from[row]; i < offset + to[row]; i++) sum += Math.exp(logits[i] - most);
    losses[row] = Math.log(sum) - (logits[offset + chosen[row]] - most);
  }
  return losses;
}

/** The same of logits that are made on the engine; not recorded. */
export async function choiceLossesOf(make: () => tf.Tensor2D, choices: Choices): Promise<Float32Array | Float64Array> {
  const { choiceLosses: onEngine } = arithmetic();
  const made = tf.tidy(() => (onEngine ? onEngine(make(), choices) : make()));
  const values = (await made.data()) as Float32Array;
  made.dispose();
  return onEngine ? values : choiceLosses(values, values.length / choices.from.length, choices);
}

/** Its gradient along the logits, row by row. */
export function choiceGradients(logits: Float32Array, columns: number, choices: Choices): Float32Array {
  return softmaxOf(logits, columns, choices).gradient;
}

/** x, with each number multiplied by one of the mask's. */
export function masked(x: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  return maskOperation({ x }, { mask }) as tf.Tensor2D;
}

/**
 * x as it is; the gradient that comes back is multiplied by one number per row. Before a loss that is a sum over rows, it makes the gradient
 * that of a weighted sum, with any sign of the weights.
 */
export function weighted(x: tf.Tensor2D, weights: Float32Array): tf.Tensor2D {
  return weightOperation({ x }, { weights }) as tf.Tensor2D;
}

const choiceOperation = operation<{ choices: Choices; divisor: number }>({
  forward: (inputs, { choices, divisor }) => {
    const logits = inputs['logits'] as tf.Tensor2D;
    const found = arithmetic().choice?.(logits, choices, divisor);
    if (found) return [found.loss, found.gradient];
    const { losses, gradient } = softmaxOf(logits.dataSync() as Float32Array, logits.shape[1], choices);
    for (let i = 0; i < gradient.length; i++) gradient[i] /= divisor;
    const sum = losses.reduce((total, loss) => total + loss, 0);
    return [tf.scalar(sum / divisor), tf.tensor2d(gradient, logits.shape)];
  },
  backward: (_, __, [, gradient]) => ({ logits: () => gradient }),
});

const maskOperation = operation<{ mask: tf.Tensor2D }>({
  forward: ({ x }, { mask }) => [tf.mul(x, mask)],
  backward: (dy, _, __, { mask }) => ({ x: () => tf.mul(dy, mask) }),
});

const weightOperation = operation<{ weights: Float32Array }>({
  forward: ({ x }) => [tf.add(x, 0)],
  backward: (dy, _, __, { weights }) => ({ x: () => tf.mul(dy, tf.tensor2d(weights, [weights.length, 1])) }),
});

/** Losses, and their gradient along the logits: softmax − 1 at the chosen, 0 outside of the interval. */
function softmaxOf(logits: Float32Array, columns: number, { from, to, chosen }: Choices) {
  const losses = new Float64Array(from.length);
  const gradient = new Float32Array(logits.length);
  for (let row = 0; row < from.length; row++) {
    const offset = row * columns;
    const [start, end] = [offset + from[row], offset + to[row]];
    const most = largest(logits, start, end);
    let sum = 0;
    for (let i = start; i < end; i++) sum += gradient[i] = Math.exp(logits[i] - most);
    for (let i = start; i < end; i++) gradient[i] /= sum;
    const at = offset + chosen[row];
    losses[row] = Math.log(sum) - (logits[at] - most);
    gradient[at] -= 1;
  }
  return { losses, gradient };
}

function largest(numbers: Float32Array, start: number, end: number): number {
  let most = -Infinity;
  for (let i = start; i < end; i++) if (numbers[i] > most) most = numbers[i];
  return most;
}
