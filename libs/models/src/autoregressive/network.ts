import { add, dense, type Dense, denseLayer, masked, runningDense, type Csr, SparseBatch, tf } from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';
import type { AutoregressiveOptions } from './options.ts';

/** A set of tokens → a logit of each token: one sparse layer, residual layers, one layer out. */
export class Network {
  readonly first: Dense;
  readonly middle: Dense[];
  readonly last: Dense;

  readonly hidden: number;

  constructor(tokens: number, { hidden, layers }: AutoregressiveOptions, rng: Rng) {
    this.hidden = hidden;
    this.first = denseLayer(tokens, hidden, rng.fork('first'));
    this.middle = Array.from({ length: layers - 1 }, (_, i) => denseLayer(hidden, hidden, rng.fork(`middle ${i}`)));
    this.last = denseLayer(hidden, tokens, rng.fork('last'));
  }

  /**
   * The logits of sets that grow, for training: one row each.
   * @param added the token that each set has more than the one before it @param ends of each patient the row after the last
   * @param keep masks of the hidden units, one per layer
   */
  logits(added: SparseBatch, ends: Int32Array, keep?: readonly tf.Tensor2D[]): tf.Tensor2D {
    return this.after(runningDense(added, ends, this.first, 'relu'), keep);
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

  /** What the last layer looks at, for sets of tokens; nothing of its making is recorded. To be called within `tf.tidy`. */
  state(sets: Csr): tf.Tensor2D {
    const x = new SparseBatch(sets);
    const first = dense(x, this.first, 'relu');
    x.dispose();
    return this.middle.reduce((before, next) => add(dense(before, next, 'relu'), before), first);
  }

  /** Names of the layers in `named`, first to last. */
  get layerNames(): string[] {
    return ['first', ...this.middle.map((_, i) => `middle.${i}`), 'last'];
  }

  get named(): Record<string, tf.Variable> {
    const all = [this.first, ...this.middle, this.last];
    return Object.fromEntries(
      all.flatMap(({ weights, bias }, i) => [
        [`${this.layerNames[i]}.weights`, weights],
        [`${this.layerNames[i]}.bias`, bias!],
      ]),
    );
  }

  dispose(): void {
    Object.values(this.named).forEach((one) => one.dispose());
  }
}
