import {
  add,
  choiceLoss,
  choiceLossesOf,
  dense,
  type Dense,
  denseLayer,
  masked,
  runningDense,
  tf,
} from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';
import type { LifeBatch } from './batch.ts';
import type { VisitsOptions } from './options.ts';

/** Residual layers and one that gives logits. */
export interface Trunk {
  middle: Dense[];
  last: Dense;
}

/**
 * What a patient has had → a logit of each token: one sparse layer, then layers of their own for the tokens of people and time and for those
 * in visits.
 */
export class VisitsNetwork {
  readonly first: Dense;
  readonly trunks: Trunk[];

  /** @param sizes how many tokens each trunk chooses among */
  constructor(
    features: number,
    readonly sizes: readonly number[],
    { hidden, layers }: Pick<VisitsOptions, 'hidden' | 'layers'>,
    rng: Rng,
  ) {
    this.first = denseLayer(features, hidden, rng.fork('first'));
    this.trunks = sizes.map((size, part) => ({
      middle: Array.from({ length: layers - 1 }, (_, i) => denseLayer(hidden, hidden, rng.fork(`${part} middle ${i}`))),
      last: denseLayer(hidden, size, rng.fork(`${part} last`)),
    }));
  }

  /** −log likelihood of the tokens, divided by `divisor`; recorded. @param keep masks of the hidden units, one per trunk and layer */
  loss({ added, ends, parts }: LifeBatch, divisor: number, keep?: readonly (readonly tf.Tensor2D[])[]): tf.Scalar {
    const state = runningDense(added, ends, this.first, 'relu');
    const [time, codes] = parts.map(({ picked, choices }, part) =>
      choiceLoss(this.logits(part, dense(picked, { weights: state }), keep?.[part]), choices, divisor),
    );
    return add(time, codes);
  }

  /** −log likelihood of each token; not recorded. */
  async losses({ added, ends, parts }: LifeBatch): Promise<Float64Array> {
    const state = tf.tidy(() => runningDense(added, ends, this.first, 'relu'));
    const losses = new Float64Array(ends.at(-1)!);
    for (const [part, { rows, picked, choices }] of parts.entries()) {
      const own = await choiceLossesOf(() => this.logits(part, dense(picked, { weights: state })), choices);
      rows.forEach((row, i) => (losses[row] += own[i]));
    }
    state.dispose();
    return losses;
  }

  get named(): Record<string, tf.Variable> {
    const layers: [string, Dense][] = [['first', this.first]];
    this.trunks.forEach(({ middle, last }, part) => {
      const name = part === 0 ? 'time' : 'codes';
      middle.forEach((layer, i) => layers.push([`${name}.middle.${i}`, layer]));
      layers.push([`${name}.last`, last]);
    });
    return Object.fromEntries(
      layers.flatMap(([name, { weights, bias }]) => [
        [`${name}.weights`, weights],
        [`${name}.bias`, bias!],
      ]),
    );
  }

  dispose(): void {
    Object.values(this.named).forEach((one) => one.dispose());
  }

  private logits(part: number, state: tf.Tensor2D, keep?: readonly tf.Tensor2D[]): tf.Tensor2D {
    const dropped = (h: tf.Tensor2D, i: number) => (keep ? masked(h, keep[i]) : h);
    const { middle, last } = this.trunks[part];
    const top = middle.reduce((h, layer, i) => dropped(add(dense(h, layer, 'relu'), h), i + 1), dropped(state, 0));
    return dense(top, last);
  }
}
