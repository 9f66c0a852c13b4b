import {
  activate,
  add,
  averagedDense,
  type AveragedDense,
  BatchNorm,
  dense,
  type Dense,
  denseLayer,
  glorotUniform,
  type SparseBatch,
  tf,
  variable,
} from '@ehrsynth/engine';
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
    this.encoder = denseLayer(columns, embedding, rng);
    this.decoder = denseLayer(embedding, columns, rng);
  }

  /** rows × columns → rows × embedding */
  encode(x: tf.Tensor2D | SparseBatch): tf.Tensor2D {
    return dense(x, this.encoder, this.mode === 'binary' ? 'tanh' : 'relu');
  }

  /** The decoder before its last activation: rows × embedding → rows × columns. */
  logits(h: tf.Tensor2D): tf.Tensor2D {
    return dense(h, this.decoder);
  }

  /** Probabilities of the codes, or their counts. */
  decode(h: tf.Tensor2D): tf.Tensor2D {
    return dense(h, this.decoder, this.mode === 'binary' ? 'sigmoid' : 'relu');
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
      weights: variable(glorotUniform(size, size, rng)),
      norm: new BatchNorm(size, decay),
    }));
  }

  /** @param training batch statistics (and their running averages follow), or the running averages */
  run(noise: tf.Tensor2D, training: boolean): tf.Tensor2D {
    return this.layers.reduce((x, { weights, norm }, i) => {
      const last = i === this.layers.length - 1;
      const activation = last && this.mode === 'binary' ? 'tanh' : 'relu';
      const activated = training
        ? activate(norm.train(dense(x, { weights })), activation)
        : dense(x, norm.fold(weights), activation);
      return add(activated, x);
    }, noise);
  }
}

/** A row beside its mini-batch's mean → logit of being real. */
export class Discriminator {
  readonly first: AveragedDense;
  readonly rest: Dense[];

  constructor(columns: number, layers: readonly number[], rng: Rng) {
    const [width, ...widths] = layers;
    const whole = glorotUniform(2 * columns, width, rng);
    this.first = {
      weights: variable(tf.slice2d(whole, [0, 0], [columns, width])),
      ofMean: variable(tf.slice2d(whole, [columns, 0], [columns, width])),
      bias: variable(tf.zeros<tf.Rank.R1>([width])),
    };
    whole.dispose();
    this.rest = [...widths, 1].map((outputs, i) => denseLayer(layers[i], outputs, rng));
  }

  run(x: tf.Tensor2D | SparseBatch): tf.Tensor2D {
    const last = this.rest.length - 1;
    const first = averagedDense(x, this.first, 'relu');
    return this.rest.reduce((h, next, i) => dense(h, next, i === last ? 'linear' : 'relu'), first);
  }

  get named(): Record<string, tf.Variable> {
    return Object.assign(
      { ...nameParts('discriminator.0', this.first), 'discriminator.0.mean': this.first.ofMean },
      ...this.rest.map((layer, i) => nameParts(`discriminator.${i + 1}`, layer)),
    ) as Record<string, tf.Variable>;
  }
}

/** A layer's variables by name. */
export function nameParts(name: string, { weights, bias }: Dense): Record<string, tf.Variable> {
  return { [`${name}.weights`]: weights, ...(bias && { [`${name}.bias`]: bias }) };
}
