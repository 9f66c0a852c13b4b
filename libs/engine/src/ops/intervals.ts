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
export function choiceLosses(logits: Float32Array, columns: number, choices: Choices): Float64Array {
  return softmaxOf(logits, columns, choices).losses;
}

/** The same of logits that are on the engine, which need not be read back where it has the softmax itself. */
export async function choiceLossesOf(logits: tf.Tensor2D, choices: Choices): Promise<Float64Array> {
  const found = arithmetic().choiceRows?.(logits, choices);
  if (!found) return choiceLosses((await logits.data()) as Float32Array, logits.shape[1], choices);
  const losses = Float64Array.from(await found.data());
  found.dispose();
  return losses;
}

/** Its gradient along the logits, row by row. */
export function choiceGradients(logits: Float32Array, columns: number, choices: Choices): Float32Array {
  return softmaxOf(logits, columns, choices).gradient;
}

/** x, with each number multiplied by one of the mask's. */
export function masked(x: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  return maskOperation({ x }, { mask }) as tf.Tensor2D;
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

/** Losses, and their gradient along the logits: softmax − 1 at the chosen, 0 outside of the interval. */
function softmaxOf(logits: Float32Array, columns: number, { from, to, chosen }: Choices) {
  const losses = new Float64Array(from.length);
  const gradient = new Float32Array(logits.length);
  for (let row = 0; row < from.length; row++) {
    const offset = row * columns;
    const [start, end] = [offset + from[row], offset + to[row]];
    let most = -Infinity;
    for (let i = start; i < end; i++) if (logits[i] > most) most = logits[i];
    let sum = 0;
    for (let i = start; i < end; i++) sum += gradient[i] = Math.exp(logits[i] - most);
    for (let i = start; i < end; i++) gradient[i] /= sum;
    const at = offset + chosen[row];
    losses[row] = Math.log(sum) - (logits[at] - most);
    gradient[at] -= 1;
  }
  return { losses, gradient };
}
