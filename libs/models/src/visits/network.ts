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
  tf,
  variable,
  weighted,
} from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';
import type { LifeBatch } from './batch.ts';
import type { Language } from './language.ts';
import { sized, type VisitsOptions } from './options.ts';
import { FlowPath } from './flow-path.ts';
import { ValuePath } from './value-path.ts';

/** Names of the parts of all tokens. @see Alphabet.parts */
const PARTS = ['person', 'weekday', 'gap', 'class', 'stay', 'code', 'value'];

/** Residual layers and one that gives logits. */
export interface Trunk {
  middle: Dense[];
  last: Dense;
  /** What is added to the logits in each context: contexts × tokens. @see Walk.context */
  table: tf.Variable<tf.Rank.R2>;
  /**
   * The same of the further contexts, where there are any; of codes, for those alone that the patient did not have before. It is not trained
   * but calibrated. @see Walk.further, calibrate
   */
  tilt?: tf.Variable<tf.Rank.R2>;
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
  readonly valuePart: number;
  /** Where there are values, by bins or by a flow. */
  readonly values: ValuePath | undefined;
  readonly flow: FlowPath | undefined;

  constructor(
    language: Pick<Language, 'features' | 'sizes' | 'contexts' | 'further' | 'codePart' | 'valuePart' | 'values'>,
    options: Pick<VisitsOptions, 'hidden' | 'layers'>,
    rng: Rng,
  ) {
    const { hidden, layers } = sized(options);
    const { features, sizes, contexts, further, codePart, valuePart } = language;
    [this.codePart, this.valuePart] = [codePart, valuePart];
    if (valuePart >= 0 && language.values === 'bins') this.values = new ValuePath(features.levels);
    if (valuePart >= 0 && language.values === 'flow') this.flow = new FlowPath(features.levels, hidden);
    this.first = denseLayer(features.count, hidden, rng.fork('first'));
    this.copies = variable(tf.zeros<tf.Rank.R2>([features.copies.count, 1]));
    this.trunks = sizes.map((size, part) => ({
      middle: Array.from({ length: layers - 1 }, (_, i) => denseLayer(hidden, hidden, rng.fork(`${part} middle ${i}`))),
      last: denseLayer(hidden, size, rng.fork(`${part} last`)),
      table: variable(tf.zeros<tf.Rank.R2>([contexts[part], size])),
      ...(further[part] > 0 && { tilt: variable(tf.zeros<tf.Rank.R2>([further[part], size]), false) }),
    }));
  }

  /** −log likelihood of the tokens, divided by `divisor`; recorded. @param keep masks of the hidden units, one per trunk and layer */
  loss(batch: LifeBatch, divisor: number, keep?: readonly (readonly tf.Tensor2D[])[]): tf.Scalar {
    return this.lossFrom(this.state(batch), batch, divisor, keep);
  }

  /** The same but for the grains of values, whose gradient is that of the weighted sum over tokens. @param weights one per row; of any sign */
  weightedLoss(batch: LifeBatch, divisor: number, weights: Float32Array): tf.Scalar {
    const state = this.state(batch);
    const tilted = this.values?.tilted(batch.values!);
    return batch.parts
      .map(({ rows, choices }, part) => {
        const ofPart = Float32Array.from(rows, (row) => weights[row]);
        const logits = this.logits(part, this.top(part, state, batch), batch, tilted?.logits);
        return choiceLoss(weighted(logits, ofPart), choices, divisor);
      })
      .reduce((sum, loss) => add(sum, loss));
  }

  /** What the first layer makes of what is there, rows × hidden; recorded. */
  state({ added, ends }: LifeBatch): tf.Tensor2D {
    return runningDense(added, ends, this.first, 'relu');
  }

  /** The loss given the first layer's state. @see loss */
  lossFrom(
    state: tf.Tensor2D,
    batch: LifeBatch,
    divisor: number,
    keep?: readonly (readonly tf.Tensor2D[])[],
  ): tf.Scalar {
    const tilted = this.values?.tilted(batch.values!);
    const tops = batch.parts.map((_, part) => this.top(part, state, batch, keep?.[part]));
    const losses = batch.parts.map(({ choices }, part) =>
      choiceLoss(this.logits(part, tops[part], batch, tilted?.logits), choices, divisor),
    );
    if (tilted) losses.push(this.values!.loss(batch.values!, tilted.normal, divisor));
    if (this.flow) losses.push(this.flow.loss(batch.numbers!, tops[this.valuePart], divisor));
    return losses.reduce((sum, loss) => add(sum, loss));
  }

  /** −log likelihood of each token, with the tilts where the batch has what they need; not recorded. */
  async losses(batch: LifeBatch): Promise<Float64Array> {
    const { ends, parts, fresh } = batch;
    const state = tf.tidy(() => this.state(batch));
    const losses = new Float64Array(ends.at(-1)!);
    for (const [part, own] of parts.entries()) {
      const logits = () => {
        const ofValues = part === this.valuePart ? this.values?.tilted(batch.values!).logits : undefined;
        const all = this.logits(part, this.top(part, state, batch), batch, ofValues);
        const { tilt } = this.trunks[part];
        if (!tilt || !own.further) return all;
        const tilted = dense(own.further, { weights: tilt });
        return add(all, part === this.codePart && fresh ? masked(tilted, fresh) : tilted);
      };
      const found = await choiceLossesOf(logits, own.choices);
      own.rows.forEach((row, i) => (losses[row] += found[i]));
    }
    await this.values?.addLosses(batch.values!, losses);
    await this.flow?.addLosses(batch.numbers!, () => this.top(this.valuePart, state, batch), losses);
    state.dispose();
    return losses;
  }

  /** All that is saved. */
  get named(): Record<string, tf.Variable> {
    const tilts = this.trunks.flatMap(({ tilt }, part) => (tilt ? [[`${PARTS[part]}.tilt`, tilt] as const] : []));
    return { ...this.trained, ...Object.fromEntries(tilts) };
  }

  get trained(): Record<string, tf.Variable> {
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
    return {
      ...Object.fromEntries([...named, ...tables]),
      copies: this.copies,
      ...this.values?.named,
      ...this.flow?.named,
    };
  }

  /** What `weightedLoss` depends on: of all that is trained not what places a value within its bin. */
  get weighted(): Record<string, tf.Variable> {
    const within = ['value.grains', ...Object.keys(this.flow?.named ?? {})];
    return Object.fromEntries(Object.entries(this.trained).filter(([name]) => !within.includes(name)));
  }

  dispose(): void {
    Object.values(this.named).forEach((one) => one.dispose());
    this.values?.dispose();
    this.flow?.dispose();
  }

  /** The last hidden layer of a part. @param state of all rows */
  private top(part: number, state: tf.Tensor2D, { parts }: LifeBatch, keep?: readonly tf.Tensor2D[]): tf.Tensor2D {
    const dropped = (h: tf.Tensor2D, i: number) => (keep ? masked(h, keep[i]) : h);
    const own = dense(parts[part].picked, { weights: state });
    return this.trunks[part].middle.reduce(
      (h, layer, i) => dropped(add(dense(h, layer, 'relu'), h), i + 1),
      dropped(own, 0),
    );
  }

  /** @param ofValues what is added to the logits of values, where there are any */
  private logits(part: number, top: tf.Tensor2D, { parts, copies }: LifeBatch, ofValues?: tf.Tensor2D): tf.Tensor2D {
    const { last, table } = this.trunks[part];
    const logits = add(dense(top, last), dense(parts[part].contexts, { weights: table }));
    if (ofValues && part === this.valuePart) return add(logits, ofValues);
    if (part !== this.codePart) return logits;
    return add(logits, reshaped(dense(copies, { weights: this.copies }), logits.shape));
  }
}
