import { add, type Choices, choiceLoss, choiceLossesOf, dense, SparseBatch, tf, variable } from '@ehrsynth/engine';
import {
  atPlaces,
  GRAIN_PLACES,
  type Levels,
  type LifeRows,
  OwnValues,
  PLACES,
  sharesOf,
  type Walk,
} from '@ehrsynth/sequence';

/** By what a tilt multiplies: levels, their Hermite polynomials of degrees 2 and 3, and how near they are to each place. */
const POLYNOMIALS: readonly ((level: number) => number)[] = [
  (z) => z,
  (z) => (z * z - 1) / Math.SQRT2,
  (z) => (z ** 3 - 3 * z) / Math.sqrt(6),
];
const SHAPES = POLYNOMIALS.length + PLACES;
/** Weights begin at 0 and count so many times, since a step moves each by as much as any other. */
const GAIN = 3;

/** What is a patient's own in values, of a batch. */
export interface ValueRows {
  /** Rows at which a value came × numbers. @see OwnValues.tilts */
  tilts: SparseBatch;
  /** Grains × numbers. @see OwnValues.grains */
  odds: SparseBatch;
  shares: tf.Tensor2D;
  choices: Choices;
  /** Of each grain the row that it belongs to. */
  rows: Int32Array;
}

/** @param own rows at which a value came */
export function valueRowsOf({ tilts, grains }: LifeRows, own: Int32Array, levels: Levels): ValueRows {
  const counts = OwnValues.counts(levels);
  // All rows but those have nothing.
  const indptr = new Int32Array(own.length + 1);
  own.forEach((row, i) => (indptr[i + 1] = tilts.indptr[row + 1]));
  const rows = Math.max(1, grains.rows.length);
  const none = grains.rows.length === 0;
  return {
    tilts: new SparseBatch({ ...tilts, rows: own.length, columns: counts.tilts, indptr }),
    odds: new SparseBatch({
      ...grains,
      rows,
      columns: counts.grains,
      indptr: none ? new Int32Array(2) : grains.indptr,
    }),
    shares: tf.tensor2d(none ? new Float32Array(GRAIN_PLACES) : grains.shares, [rows, GRAIN_PLACES]),
    choices: none ? { from: Int32Array.of(0), to: Int32Array.of(1), chosen: Int32Array.of(0) } : grains,
    rows: grains.rows,
  };
}

export function disposeValueRows({ tilts, odds, shares }: ValueRows): void {
  [tilts, odds, shares].forEach((one) => one.dispose());
}

/**
 * What goes from a patient's earlier values to the next one directly, past the hidden layers: the logit of each bin is tilted by
 * its level, and the grain of the bin is chosen. @see OwnValues
 */
export class ValuePath {
  /** numbers × shapes */
  private readonly tilt: tf.Variable<tf.Rank.R2>;
  /** numbers × places of grains */
  private readonly grains: tf.Variable<tf.Rank.R2>;
  /** shapes × values */
  private readonly shapes: tf.Variable<tf.Rank.R2>;

  constructor(levels: Levels) {
    const counts = OwnValues.counts(levels);
    this.tilt = variable(tf.zeros<tf.Rank.R2>([counts.tilts, SHAPES]));
    this.grains = variable(tf.zeros<tf.Rank.R2>([counts.grains, GRAIN_PLACES]));
    this.shapes = variable(tf.tensor2d(shapesOf(levels), [SHAPES, levels.ofValues.length]), false);
  }

  get named(): Record<string, tf.Variable> {
    return { 'value.tilt': this.tilt, 'value.grains': this.grains };
  }

  /** What is added to the logits of values, rows × values; recorded. */
  tilted({ tilts }: ValueRows): tf.Tensor2D {
    return dense(dense(tilts, { weights: this.tilt }), { weights: this.shapes });
  }

  /** −log likelihood of the grains, divided by `divisor`; recorded. */
  loss(rows: ValueRows, divisor: number): tf.Scalar {
    return choiceLoss(this.odds(rows), rows.choices, divisor);
  }

  /** Adds −log likelihood of each grain to its row; not recorded. */
  async addLosses(rows: ValueRows, losses: Float64Array): Promise<void> {
    const found = await choiceLossesOf(() => this.odds(rows), rows.choices);
    rows.rows.forEach((row, i) => (losses[row] += found[i]));
  }

  async drawing(levels: Levels): Promise<ValueDrawing> {
    const [tilt, grains] = (await Promise.all([this.tilt.data(), this.grains.data()])) as Float32Array[];
    return new ValueDrawing(levels, tilt, grains);
  }

  /** Of what is not named. */
  dispose(): void {
    this.shapes.dispose();
  }

  private odds({ odds, shares }: ValueRows): tf.Tensor2D {
    return add(dense(odds, { weights: this.grains }), shares);
  }
}

/** The same for drawing, without an engine. */
export class ValueDrawing {
  private readonly shapes: Float32Array;
  private readonly sums = new Float64Array(SHAPES);
  private readonly odds = new Float64Array(GRAIN_PLACES);

  constructor(
    private readonly levels: Levels,
    private readonly tilt: Float32Array,
    private readonly grains: Float32Array,
  ) {
    this.shapes = shapesOf(levels);
  }

  /** What is added to the logit of each value [from, to), counted from the first of all. */
  tilts(walk: Walk, from: number, to: number, raise: (value: number, amount: number) => void): void {
    const { sums, tilt, shapes } = this;
    sums.fill(0);
    walk.own.tilts(walk, (number, weight) => {
      for (let i = 0; i < sums.length; i++) sums[i] += weight * tilt[number * sums.length + i];
    });
    const { length } = this.levels.ofValues;
    for (let value = from; value < to; value++) {
      let amount = 0;
      for (let i = 0; i < sums.length; i++) amount += sums[i] * shapes[i * length + value];
      raise(value, amount);
    }
  }

  /** A grain of the bin that a token stands for. @param chance a random number from 0 to 1, asked for where there is a choice */
  grain(walk: Walk, token: number, chance: () => number): number {
    const { odds, grains } = this;
    odds.fill(0);
    const asked = walk.own.grains(walk, token, (number, weight) => {
      for (let i = 0; i < GRAIN_PLACES; i++) odds[i] += weight * grains[number * GRAIN_PLACES + i];
    });
    if (!asked) return 0;
    const { from, to, zero } = asked;
    const shares = sharesOf(asked, this.levels);
    let most = -Infinity;
    for (let i = from; i < to; i++) most = Math.max(most, (odds[i] += shares[i]));
    let sum = 0;
    for (let i = from; i < to; i++) sum += odds[i] = Math.exp(odds[i] - most);
    let left = chance() * sum;
    for (let i = from; i < to - 1; i++) if ((left -= odds[i]) < 0) return i - zero;
    return to - 1 - zero;
  }
}

/** shapes × values; 0 of values that are no numbers. */
function shapesOf({ ofValues, ranksOfValues }: Levels): Float32Array {
  const { length } = ofValues;
  const shapes = new Float32Array(SHAPES * length);
  ofValues.forEach((level, value) => {
    if (Number.isNaN(level)) return;
    POLYNOMIALS.forEach((shape, i) => (shapes[i * length + value] = GAIN * shape(level)));
    atPlaces(ranksOfValues[value], (place, weight) => {
      shapes[(POLYNOMIALS.length + place) * length + value] = GAIN * weight;
    });
  });
  return shapes;
}
