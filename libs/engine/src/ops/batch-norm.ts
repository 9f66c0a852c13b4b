import * as tf from '@tensorflow/tfjs-core';
import type { BatchNormOptions, Folded } from '../arithmetic/arithmetic.ts';
import { arithmetic } from '../arithmetic/index.ts';
import { variable } from '../variable.ts';
import { operation } from './operation.ts';

/**
 * Batch normalisation (Ioffe and Szegedy 2015) over the rows, with scale and offset. Training uses the batch's own mean
 * and variance and keeps running averages of them; sampling uses the averages.
 */
export class BatchNorm {
  readonly scale: tf.Variable<tf.Rank.R1>;
  readonly offset: tf.Variable<tf.Rank.R1>;
  readonly mean: tf.Variable<tf.Rank.R1>;
  readonly variance: tf.Variable<tf.Rank.R1>;

  constructor(
    size: number,
    private readonly decay = 0.99,
    private readonly epsilon = 1e-3,
  ) {
    this.scale = variable(tf.ones<tf.Rank.R1>([size]));
    this.offset = variable(tf.zeros<tf.Rank.R1>([size]));
    this.mean = variable(tf.zeros<tf.Rank.R1>([size]), false);
    this.variance = variable(tf.ones<tf.Rank.R1>([size]), false);
  }

  /** Normalises by the batch's own moments and moves the running averages: a ← decay · a + (1 − decay) · moment. */
  train(x: tf.Tensor2D): tf.Tensor2D {
    const { scale, offset, mean, variance, decay, epsilon } = this;
    return batchNorm({ x, scale, offset }, { mean, variance, decay, epsilon }) as tf.Tensor2D;
  }

  /**
   * Normalisation by the running averages, folded into the layer before it: x·W normalised is x·(W·a) + c with
   * a = scale / √(variance + ε) and c = offset − mean · a. For sampling; no gradients.
   */
  fold(weights: tf.Tensor2D): Folded {
    const { scale, offset, mean, variance, decay, epsilon } = this;
    const found = arithmetic().fold?.(weights, scale, offset, { mean, variance, decay, epsilon });
    if (found) return found;
    const a = tf.mul(this.scale, tf.rsqrt(tf.add(this.variance, this.epsilon)));
    return { weights: tf.mul(weights, a), bias: tf.sub(this.offset, tf.mul(this.mean, a)) };
  }
}

function follow(average: tf.Variable, moment: tf.Tensor, decay: number): void {
  average.assign(tf.add(tf.mul(average, decay), tf.mul(moment, 1 - decay)));
}

/** y = scale · n + offset with n = (x − mean) / √(variance + ε); backward as in Ioffe and Szegedy, section 3. */
const batchNorm = operation<BatchNormOptions>({
  forward: (inputs, options) => {
    const { x, scale, offset } = inputs;
    const found = arithmetic().batchNorm?.(x as tf.Tensor2D, scale, offset, options);
    if (found) return [found.out, found.normal, found.inverse];
    const { decay, epsilon } = options;
    const rows = x.shape[0];
    const mean = tf.div(arithmetic().columnSums(x as tf.Tensor2D), rows);
    const centred = tf.sub(x, mean) as tf.Tensor2D;
    const variance = tf.div(arithmetic().columnSums(tf.square(centred)), rows);
    follow(options.mean, mean, decay);
    follow(options.variance, variance, decay);
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const normal = tf.mul(centred, inverse);
    return [tf.add(tf.mul(normal, scale), offset), normal, inverse];
  },
  backward: (dy, { scale }, [, normal, inverse]) => {
    const given = [dy, normal, inverse, scale] as [tf.Tensor2D, tf.Tensor2D, tf.Tensor, tf.Tensor];
    const found = arithmetic().batchNormGradient?.(...given);
    if (found) return { x: () => found.x, scale: () => found.scale, offset: () => found.offset };
    const rows = dy.shape[0]!;
    const ofOffset = arithmetic().columnSums(dy as tf.Tensor2D);
    const ofScale = arithmetic().columnSums(tf.mul(dy, normal));
    return {
      // scale / √(variance + ε) · (dy − mean of dy − n · mean of dy · n)
      x: () => {
        const rest = tf.sub(dy, tf.div(ofOffset, rows));
        const turned = tf.sub(rest, tf.mul(normal, tf.div(ofScale, rows)));
        return tf.mul(turned, tf.mul(scale, inverse));
      },
      scale: () => ofScale.clone(),
      offset: () => ofOffset.clone(),
    };
  },
});
