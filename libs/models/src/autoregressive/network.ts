import {
  add,
  dense,
  type Dense,
  glorotUniform,
  masked,
  type SparseBatch,
  tf,
  variable,
} from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';
import type { AutoregressiveOptions } from './options.ts';

/** A set of tokens → a logit of each token: one sparse layer, residual layers, one layer out. */
export class Network {
  readonly first: Dense;
  readonly middle: Dense[];
  readonly last: Dense;

  constructor(tokens: number, { hidden, layers }: AutoregressiveOptions, rng: Rng) {
    this.first = layer(tokens, hidden, rng.fork('first'));
    this.middle = Array.from({ length: layers - 1 }, (_, i) =>
      layer(hidden, hidden, rng.fork(`middle ${i}`)),
    );
    this.last = layer(hidden, tokens, rng.fork('last'));
  }

  /** @param keep masks of the hidden numbers, one a layer, in training */
  logits(x: SparseBatch, keep?: readonly tf.Tensor2D[]): tf.Tensor2D {
    return this.after(dense(x, this.first, 'relu'), keep);
  }

  /** The logits from the first layer's numbers on. */
  after(first: tf.Tensor2D, keep?: readonly tf.Tensor2D[]): tf.Tensor2D {
    const dropped = (h: tf.Tensor2D, i: number) => (keep ? masked(h, keep[i]) : h);
    const h = this.middle.reduce(
      (before, next, i) => dropped(add(dense(before, next, 'relu'), before), i + 1),
      dropped(first, 0),
    );
    return dense(h, this.last);
  }

  get named(): Record<string, tf.Variable> {
    const all: [string, Dense][] = [['first', this.first], ...this.middle.map((one, i): [string, Dense] => [`middle.${i}`, one]), ['last', this.last]];
    return Object.fromEntries(all.flatMap(([name, { weights, bias }]) => [[`${name}.weights`, weights], [`${name}.bias`, bias!]]));
  } // prettier-ignore

  dispose(): void {
    Object.values(this.named).forEach((one) => one.dispose());
  }
}

function layer(inputs: number, outputs: number, rng: Rng): Dense {
  return {
    weights: variable(glorotUniform(inputs, outputs, rng)),
    bias: variable(tf.zeros<tf.Rank.R1>([outputs])),
  };
}
