import * as tf from '@tensorflow/tfjs-core';
import { arithmetic } from './arithmetic/index.ts';
import { variable } from './variable.ts';
import { gradients } from './ops/operation.ts';

export interface AdamOptions {
  learningRate: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  /** Of Σ l2 · w² / 2 over the weights (biases and batch normalisation are left alone), added to the gradient. */
  l2?: number;
}

/**
 * Adam (Kingma and Ba 2015, in the form at the end of its section 2, which TensorFlow has too) on a fixed set of variables,
 * with L2 on their weights.
 */
export class Adam {
  private readonly options: Required<AdamOptions>;
  private readonly moments: { first: tf.Variable; second: tf.Variable }[];
  /** Steps made. */
  steps = 0;
  /** Factor of the learning rate, for a schedule. */
  scale = 1;

  constructor(
    readonly variables: readonly tf.Variable[],
    options: AdamOptions,
  ) {
    this.options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, l2: 0, ...options };
    const zeros = (like: tf.Variable) => variable(tf.zeros(like.shape), false);
    this.moments = variables.map((one) => ({ first: zeros(one), second: zeros(one) }));
  }

  /** One step down the loss; gives its value as a tensor that the caller disposes of. */
  minimize(loss: () => tf.Scalar): tf.Scalar {
    const value = tf.tidy(() => {
      const found = gradients(loss, this.variables);
      this.apply(found.gradients);
      return found.value;
    });
    arithmetic().endStep?.();
    return value;
  }

  /** One step along the gradients, in the order of the variables. */
  apply(found: readonly tf.Tensor[]): void {
    const { learningRate, beta1, beta2, epsilon, l2 } = this.options;
    this.steps++;
    const rate = (this.scale * learningRate * Math.sqrt(1 - beta2 ** this.steps)) / (1 - beta1 ** this.steps);
    const parts = this.variables.map((one, i) => ({
      variable: one,
      gradient: found[i],
      ...this.moments[i],
      l2: one.rank === 2 ? l2 : 0,
    }));
    arithmetic().adam(parts, { rate, beta1, beta2, epsilon });
  }

  /** The moments by name, for a checkpoint. */
  named(prefix: string): Record<string, tf.Variable> {
    return Object.fromEntries(
      this.moments.flatMap(({ first, second }, i) => [
        [`${prefix}.${i}.first`, first],
        [`${prefix}.${i}.second`, second],
      ]),
    );
  }

  dispose(): void {
    this.moments.forEach(({ first, second }) => tf.dispose([first, second]));
  }
}

/** Moves a running average towards a tensor: a ← decay · a + (1 − decay) · w. */
export function follow(average: tf.Variable, w: tf.Tensor, decay: number): void {
  arithmetic().follow(average, w, decay);
}
