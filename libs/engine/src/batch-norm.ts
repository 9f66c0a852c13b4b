import * as tf from '@tensorflow/tfjs-core';

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
    this.scale = tf.variable(tf.ones<tf.Rank.R1>([size]));
    this.offset = tf.variable(tf.zeros<tf.Rank.R1>([size]));
    this.mean = tf.variable(tf.zeros<tf.Rank.R1>([size]), false);
    this.variance = tf.variable(tf.ones<tf.Rank.R1>([size]), false);
  }

  /** Normalises by the batch's own moments and moves the running averages: a ← decay · a + (1 − decay) · moment. */
  train(x: tf.Tensor2D): tf.Tensor2D {
    const mean = tf.mean(x, 0, true);
    const centred = tf.sub(x, mean);
    const variance = tf.mean(tf.square(centred), 0, true);
    this.follow(this.mean, mean);
    this.follow(this.variance, variance);
    const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, this.epsilon)));
    return tf.add(tf.mul(normal, this.scale), this.offset);
  }

  /** Normalises by the running averages. */
  infer(x: tf.Tensor2D): tf.Tensor2D {
    const normal = tf.mul(tf.sub(x, this.mean), tf.rsqrt(tf.add(this.variance, this.epsilon)));
    return tf.add(tf.mul(normal, this.scale), this.offset);
  }

  private follow(average: tf.Variable<tf.Rank.R1>, moment: tf.Tensor): void {
    const towards = tf.mul(tf.reshape(moment, average.shape), 1 - this.decay);
    average.assign(tf.add(tf.mul(average, this.decay), towards));
  }
}
