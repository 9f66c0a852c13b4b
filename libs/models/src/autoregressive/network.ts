import {
  add,
  choiceLoss,
  choiceLossesOf,
  type Csr,
  dense,
  type Dense,
  denseLayer,
  masked,
  runningDense,
  SparseBatch,
  tf,
} from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';
import type { Clusters } from './clusters.ts';
import type { AutoregressiveOptions } from './options.ts';
import type { SentenceBatch } from './sentence-batch.ts';

/** What the network's last layers choose among: the sizes of the head and of the clusters. @see Clusters */
type Shape = Pick<Clusters, 'headSize' | 'sizes'>;

/** A set of tokens → a logit of each token: one sparse layer, residual layers, one layer out for the head and one for each cluster. */
export class Network {
  readonly first: Dense;
  readonly middle: Dense[];
  readonly last: Dense;
  readonly tails: Dense[];

  readonly hidden: number;

  /** @param shape all tokens in the head by default */
  constructor(
    tokens: number,
    { hidden, layers }: Pick<AutoregressiveOptions, 'hidden' | 'layers'>,
    rng: Rng,
    { headSize, sizes }: Shape = { headSize: tokens, sizes: [] },
  ) {
    this.hidden = hidden;
    this.first = denseLayer(tokens, hidden, rng.fork('first'));
    this.middle = Array.from({ length: layers - 1 }, (_, i) => denseLayer(hidden, hidden, rng.fork(`middle ${i}`)));
    this.last = denseLayer(hidden, headSize, rng.fork('last'));
    this.tails = sizes.map((size, i) => denseLayer(hidden, size, rng.fork(`tail ${i}`)));
  }

  /** −log likelihood of what came next after each beginning, mean over patients; recorded. @param keep masks of the hidden units, one per layer */
  loss({ added, ends, head, tails }: SentenceBatch, keep?: readonly tf.Tensor2D[]): tf.Scalar {
    const top = this.top(runningDense(added, ends, this.first, 'relu'), keep);
    return tails.reduce(
      (loss, { picked, choices }, i) =>
        add(loss, choiceLoss(this.tail(i, dense(picked, { weights: top })), choices, ends.length)),
      choiceLoss(this.head(top), head, ends.length),
    );
  }

  /** −log likelihood of what came next after each beginning; not recorded. */
  async losses({ added, ends, head, tails }: SentenceBatch): Promise<Float32Array | Float64Array> {
    const top = tf.tidy(() => this.top(runningDense(added, ends, this.first, 'relu')));
    const losses = await choiceLossesOf(() => this.head(top), head);
    for (const [i, { rows, picked, choices }] of tails.entries()) {
      const own = await choiceLossesOf(() => this.tail(i, dense(picked, { weights: top })), choices);
      rows.forEach((row, at) => (losses[row] += own[at]));
    }
    top.dispose();
    return losses;
  }

  /** The last hidden layer, from the first layer's numbers on. */
  top(first: tf.Tensor2D, keep?: readonly tf.Tensor2D[]): tf.Tensor2D {
    const dropped = (h: tf.Tensor2D, i: number) => (keep ? masked(h, keep[i]) : h);
    return this.middle.reduce(
      (before, next, i) => dropped(add(dense(before, next, 'relu'), before), i + 1),
      dropped(first, 0),
    );
  }

  /** Logits of the head's choices. @param top the last hidden layer */
  head(top: tf.Tensor2D): tf.Tensor2D {
    return dense(top, this.last);
  }

  /** Logits of the choices in a cluster. @param top the last hidden layer */
  tail(cluster: number, top: tf.Tensor2D): tf.Tensor2D {
    return dense(top, this.tails[cluster]);
  }

  /** What the last layer looks at, for sets of tokens; nothing of its making is recorded. To be called within `tf.tidy`. */
  state(sets: Csr): tf.Tensor2D {
    const x = new SparseBatch(sets);
    const top = this.top(dense(x, this.first, 'relu'));
    x.dispose();
    return top;
  }

  /** Names of the layers in `named`, first to last, without the clusters'. */
  get layerNames(): string[] {
    return ['first', ...this.middle.map((_, i) => `middle.${i}`), 'last'];
  }

  get named(): Record<string, tf.Variable> {
    const all = [this.first, ...this.middle, this.last, ...this.tails];
    const names = [...this.layerNames, ...this.tails.map((_, i) => `tail.${i}`)];
    return Object.fromEntries(
      all.flatMap(({ weights, bias }, i) => [
        [`${names[i]}.weights`, weights],
        [`${names[i]}.bias`, bias!],
      ]),
    );
  }

  /** Names of the biases of all logits. */
  get outputBiases(): string[] {
    return ['last.bias', ...this.tails.map((_, i) => `tail.${i}.bias`)];
  }

  dispose(): void {
    Object.values(this.named).forEach((one) => one.dispose());
  }
}
