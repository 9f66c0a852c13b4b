import { BatchNorm, dense, type Dense, glorotUniform, tf } from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';
import type { MedGanOptions } from './options.ts';

type Mode = MedGanOptions['mode'];

/** One layer each way; tanh and sigmoid for sets of codes, ReLU for counts. */
export class Autoencoder {
  readonly encoder: Dense;
  readonly decoder: Dense;

  constructor(
    private readonly mode: Mode,
    columns: number,
    embedding: number,
    rng: Rng,
  ) {
    this.encoder = layer(columns, embedding, rng);
    this.decoder = layer(embedding, columns, rng);
  }

  /** rows × columns → rows × embedding */
  encode(x: tf.Tensor2D): tf.Tensor2D {
    const h = dense(x, this.encoder);
    return this.mode === 'binary' ? tf.tanh(h) : tf.relu(h);
  }

  /** The decoder before its last activation: rows × embedding → rows × columns. */
  logits(h: tf.Tensor2D): tf.Tensor2D {
    return dense(h, this.decoder);
  }

  /** Probabilities of the codes, or their counts. */
  decode(h: tf.Tensor2D): tf.Tensor2D {
    return this.mode === 'binary' ? tf.sigmoid(this.logits(h)) : tf.relu(this.logits(h));
  }
}

/** Noise → code: per layer a product without bias, batch normalisation, activation, and the layer's input added. */
export class Generator {
  readonly layers: { weights: tf.Variable<tf.Rank.R2>; norm: BatchNorm }[];

  constructor(
    private readonly mode: Mode,
    size: number,
    count: number,
    decay: number,
    rng: Rng,
  ) {
    this.layers = Array.from({ length: count }, () => ({
      weights: tf.variable(glorotUniform(size, size, rng)),
      norm: new BatchNorm(size, decay),
    }));
  }

  /** @param training batch statistics (and their running averages follow), or the running averages */
  run(noise: tf.Tensor2D, training: boolean): tf.Tensor2D {
    return this.layers.reduce((x, { weights, norm }, i) => {
      const h = tf.matMul<tf.Tensor2D>(x, weights);
      const normal = training ? norm.train(h) : norm.infer(h);
      const last = i === this.layers.length - 1;
      const activated = last && this.mode === 'binary' ? tf.tanh(normal) : tf.relu(normal);
      return tf.add(activated, x);
    }, noise);
  }
}

/**
 * A row beside its mini-batch's mean → logit of being real. [x, mean]·W is computed as x·W₁ + mean·W₂, so that the
 * mean's part is one row for the whole batch.
 */
export class Discriminator {
  readonly first: Dense;
  readonly firstOfMean: tf.Variable<tf.Rank.R2>;
  readonly rest: Dense[];

  constructor(columns: number, layers: readonly number[], rng: Rng) {
    const [width, ...widths] = layers;
    const whole = glorotUniform(2 * columns, width, rng);
    this.first = {
      weights: tf.variable(tf.slice2d(whole, [0, 0], [columns, width])),
      bias: tf.variable(tf.zeros<tf.Rank.R1>([width])),
    };
    this.firstOfMean = tf.variable(tf.slice2d(whole, [columns, 0], [columns, width]));
    this.rest = [...widths, 1].map((outputs, i) => layer(layers[i], outputs, rng));
  }

  run(x: tf.Tensor2D): tf.Tensor2D {
    const mean = tf.mean(x, 0, true) as tf.Tensor2D;
    const ofMean = tf.matMul<tf.Tensor2D>(mean, this.firstOfMean);
    const first = tf.relu(tf.add(dense(x, this.first), ofMean)) as tf.Tensor2D;
    return this.rest.reduce((h, next, i) => {
      const y = dense(h, next);
      return i === this.rest.length - 1 ? y : tf.relu(y);
    }, first);
  }
}

function layer(inputs: number, outputs: number, rng: Rng): Dense {
  return {
    weights: tf.variable(glorotUniform(inputs, outputs, rng)),
    bias: tf.variable(tf.zeros<tf.Rank.R1>([outputs])),
  };
}
