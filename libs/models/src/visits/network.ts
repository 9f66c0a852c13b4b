import {
  add,
  choiceLoss,
  choiceLossesOf,
  dense,
  type Dense,
  denseLayer,
  masked,
  reshaped,
  runningDense,
  type SparseBatch,
  tf,
  variable,
} from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';
import type { LifeBatch, PartRows } from './batch.ts';
import type { Language } from './language.ts';
import { sized, type VisitsOptions } from './options.ts';

/** Names of the parts of all tokens. @see Alphabet.parts */
const PARTS = ['person', 'weekday', 'gap', 'class', 'stay', 'code', 'value'];

/** Residual layers and one that gives logits. */
export interface Trunk {
  middle: Dense[];
  last: Dense;
  /** What is added to the logits in each context: contexts × tokens. @see Walk.context */
  table: tf.Variable<tf.Rank.R2>;
}

/**
 * What a patient has had → a logit of each token: one sparse layer, then for each part of the tokens layers of its own.
 */
export class VisitsNetwork {
  readonly first: Dense;
  readonly trunks: Trunk[];
  /** @see Copies */
  readonly copies: tf.Variable<tf.Rank.R2>;
  readonly codePart: number;

  constructor(
    { features, sizes, contexts, codePart }: Pick<Language, 'features' | 'sizes' | 'contexts' | 'codePart'>,
    options: Pick<VisitsOptions, 'hidden' | 'layers'>,
    rng: Rng,
  ) {
    const { hidden, layers } = sized(options);
    this.codePart = codePart;
    this.first = denseLayer(features.count, hidden, rng.fork('first'));
    this.copies = variable(tf.zeros<tf.Rank.R2>([features.copies.count, 1]));
    this.trunks = sizes.map((size, part) => ({
      middle: Array.from({ length: layers - 1 }, (_, i) => denseLayer(hidden, hidden, rng.fork(`${part} middle ${i}`))),
      last: denseLayer(hidden, size, rng.fork(`${part} last`)),
      table: variable(tf.zeros<tf.Rank.R2>([contexts[part], size])),
    }));
  }

  /** −log likelihood of the tokens, divided by `divisor`; recorded. @param keep masks of the hidden units, one per trunk and layer */
  loss(batch: LifeBatch, divisor: number, keep?: readonly (readonly tf.Tensor2D[])[]): tf.Scalar {
    return this.lossFrom(this.state(batch), batch, divisor, keep);
  }

  /** What the first layer makes of what is there, rows × hidden; recorded. */
  state({ added, ends }: LifeBatch): tf.Tensor2D {
    return runningDense(added, ends, this.first, 'relu');
  }

  /** The loss given the first layer's state. @see loss */
  lossFrom(
    state: tf.Tensor2D,
    { parts, copies }: LifeBatch,
    divisor: number,
    keep?: readonly (readonly tf.Tensor2D[])[],
  ): tf.Scalar {
    return parts
      .map((own, part) => choiceLoss(this.logits(part, state, own, copies, keep?.[part]), own.choices, divisor))
      .reduce((sum, loss) => add(sum, loss));
  }

  /** −log likelihood of each token; not recorded. */
  async losses(batch: LifeBatch): Promise<Float64Array> {
    const { ends, parts, copies } = batch;
    const state = tf.tidy(() => this.state(batch));
    const losses = new Float64Array(ends.at(-1)!);
    for (const [part, own] of parts.entries()) {
      const found = await choiceLossesOf(() => this.logits(part, state, own, copies), own.choices);
      own.rows.forEach((row, i) => (losses[row] += found[i]));
    }
    state.dispose();
    return losses;
  }

  get named(): Record<string, tf.Variable> {
    const layers: [string, Dense][] = [['first', this.first]];
    this.trunks.forEach(({ middle, last }, part) => {
      const name = PARTS[part];
      middle.forEach((layer, i) => layers.push([`${name}.middle.${i}`, layer]));
      layers.push([`${name}.last`, last]);
    });
    const named = layers.flatMap(([name, { weights, bias }]): [string, tf.Variable][] => [
      [`${name}.weights`, weights],
      [`${name}.bias`, bias!],
    ]);
    const tables = this.trunks.map(({ table }, part) => [`${PARTS[part]}.table`, table] as const);
    return { ...Object.fromEntries([...named, ...tables]), copies: this.copies };
  }

  dispose(): void {
    Object.values(this.named).forEach((one) => one.dispose());
  }

  /** @param state of all rows */
  private logits(
    part: number,
    state: tf.Tensor2D,
    { picked, contexts }: PartRows,
    copies: SparseBatch,
    keep?: readonly tf.Tensor2D[],
  ): tf.Tensor2D {
    const dropped = (h: tf.Tensor2D, i: number) => (keep ? masked(h, keep[i]) : h);
    const { middle, last, table } = this.trunks[part];
    const own = dense(picked, { weights: state });
    const top = middle.reduce((h, layer, i) => dropped(add(dense(h, layer, 'relu'), h), i + 1), dropped(own, 0));
    const logits = add(dense(top, last), dense(contexts, { weights: table }));
    if (part !== this.codePart) return logits;
    return add(logits, reshaped(dense(copies, { weights: this.copies }), logits.shape));
  }
}
