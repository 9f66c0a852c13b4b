import {
  add,
  type Choices,
  choiceLoss,
  choiceLossesOf,
  dense,
  gaussianTilt,
  gaussianTiltOf,
  masked,
  SparseBatch,
  tf,
  variable,
} from '@ehrsynth/engine';
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
import { oneEach } from './one-each.ts';

/** By what a tilt multiplies: levels, their Hermite polynomials of degrees 2 and 3, and how near they are to each place. */
const POLYNOMIALS: readonly ((level: number) => number)[] = [
  (z) => z,
  (z) => (z * z - 1) / Math.SQRT2,
  (z) => (z ** 3 - 3 * z) / Math.sqrt(6),
];
const SHAPES = POLYNOMIALS.length + PLACES;
/** Weights begin at 0 and count so many times, since a step moves each by as much as any other. */
const GAIN = 3;

/** What a level and −½ of its square are of the shapes, but for a constant. */
const LEVEL_SHAPES = [
  [1 / GAIN, ...new Array<number>(SHAPES - 1).fill(0)],
  [0, -Math.SQRT1_2 / GAIN, ...new Array<number>(SHAPES - 2).fill(0)],
];

/** What is a patient's own in values, of a batch. */
export interface ValueRows {
  /** Rows at which a value came × numbers. @see OwnValues.tilts */
  tilts: SparseBatch;
  /** Grains × numbers. @see OwnValues.grains */
  odds: SparseBatch;
  shares: tf.Tensor2D;
  choices: Choices;
  /** Grains × value rows: a one for each. */
  picked: SparseBatch;
  /** Levels of grains by their number, and −½ of their squares beside them. */
  levels: tf.Tensor2D;
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
  const places = new Map(Array.from(own, (row, i) => [row, i]));
  const picked = none ? Int32Array.of(0) : grains.rows.map((row) => places.get(row)!);
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
    picked: oneEach(picked, own.length),
    levels: tf.tensor2d(levelsOf(grains, none ? 0 : rows, levels), [rows, 2 * GRAIN_PLACES]),
    rows: grains.rows,
  };
}

/** Of no grains one row of zeros. */
function levelsOf({ from, to, events }: LifeRows['grains'], rows: number, { ofEvents }: Levels): Float32Array {
  const width = 2 * GRAIN_PLACES;
  const found = new Float32Array(Math.max(1, rows) * width);
  for (let i = 0; i < rows; i++) {
    for (let at = from[i]; at < to[i]; at++) {
      const level = ofEvents[events[i] + at - from[i]];
      found[i * width + at] = level;
      found[i * width + GRAIN_PLACES + at] = -(level ** 2) / 2;
    }
  }
  return found;
}

export function disposeValueRows({ tilts, odds, shares, picked, levels }: ValueRows): void {
  [tilts, odds, shares, picked, levels].forEach((one) => one.dispose());
}

/**
 * What goes from a patient's earlier values to the next one directly, past the hidden layers: the logit of each bin is tilted by
 * its level, and the grain of the bin is chosen. @see OwnValues
 */
export class ValuePath {
  /** numbers × shapes */
  private readonly tilt: tf.Variable<tf.Rank.R2>;
  /** numbers × mean and precision */
  private readonly gauss: tf.Variable<tf.Rank.R2>;
  /** numbers × places of grains */
  private readonly grains: tf.Variable<tf.Rank.R2>;
  private readonly constants: Record<'shapes' | 'gain' | 'ofLevel' | 'spread' | 'sums', tf.Tensor2D>;

  constructor(levels: Levels) {
    const counts = OwnValues.counts(levels);
    this.tilt = variable(tf.zeros<tf.Rank.R2>([counts.tilts, SHAPES]));
    this.gauss = variable(tf.zeros<tf.Rank.R2>([counts.tilts, 2]));
    this.grains = variable(tf.zeros<tf.Rank.R2>([counts.grains, GRAIN_PLACES]));
    const { length } = levels.ofValues;
    const columns = Array.from({ length: 2 * GRAIN_PLACES }, (_, i) => i);
    const constant = (values: ArrayLike<number>, rows: number, width: number) =>
      variable(tf.tensor2d(Float32Array.from(values), [rows, width]), false);
    this.constants = {
      shapes: constant(shapesOf(levels), SHAPES, length),
      gain: constant([GAIN, 0, 0, GAIN], 2, 2),
      ofLevel: constant(LEVEL_SHAPES.flat(), 2, SHAPES),
      spread: constant(
        [0, 1].flatMap((row) => columns.map((i) => Number(i >= GRAIN_PLACES === (row === 1)))),
        2,
        columns.length,
      ),
      sums: constant(
        columns.flatMap((i) => columns.slice(0, GRAIN_PLACES).map((place) => Number(i % GRAIN_PLACES === place))),
        columns.length,
        GRAIN_PLACES,
      ),
    };
  }

  get named(): Record<string, tf.Variable> {
    return { 'value.tilt': this.tilt, 'value.gauss': this.gauss, 'value.grains': this.grains };
  }

  /** What is added to the logits of values, rows × values, and what normal distribution is behind it; recorded. */
  tilted({ tilts }: ValueRows): { logits: tf.Tensor2D; normal: tf.Tensor2D } {
    const { shapes, gain, ofLevel } = this.constants;
    const normal = gaussianTilt(dense(dense(tilts, { weights: this.gauss }), { weights: gain }));
    const byShape = add(dense(tilts, { weights: this.tilt }), dense(normal, { weights: ofLevel }));
    return { logits: dense(byShape, { weights: shapes }), normal };
  }

  /** −log likelihood of the grains, divided by `divisor`; recorded. @param normal of `tilted` */
  loss(rows: ValueRows, normal: tf.Tensor2D, divisor: number): tf.Scalar {
    return choiceLoss(this.odds(rows, normal), rows.choices, divisor);
  }

  /** Adds −log likelihood of each grain to its row; not recorded. */
  async addLosses(rows: ValueRows, losses: Float64Array): Promise<void> {
    const found = await choiceLossesOf(() => this.odds(rows, this.tilted(rows).normal), rows.choices);
    rows.rows.forEach((row, i) => (losses[row] += found[i]));
  }

  async drawing(levels: Levels): Promise<ValueDrawing> {
    const all = [this.tilt, this.gauss, this.grains].map((one) => one.data());
    const [tilt, gauss, grains] = (await Promise.all(all)) as Float32Array[];
    return new ValueDrawing(levels, tilt, gauss, grains);
  }

  /** Of what is not named. */
  dispose(): void {
    Object.values(this.constants).forEach((one) => one.dispose());
  }

  private odds({ odds, shares, picked, levels }: ValueRows, normal: tf.Tensor2D): tf.Tensor2D {
    const { spread, sums } = this.constants;
    const own = dense(dense(picked, { weights: normal }), { weights: spread });
    const byLevel = dense(masked(own, levels), { weights: sums });
    return add(add(dense(odds, { weights: this.grains }), shares), byLevel);
  }
}

/** The same for drawing, without an engine. */
export class ValueDrawing {
  private readonly shapes: Float32Array;
  private readonly sums = new Float64Array(SHAPES);
  /** Natural parameters of the normal distribution of the value asked for. @see gaussianTilt */
  private readonly normal = new Float64Array(2);
  private readonly odds = new Float64Array(GRAIN_PLACES);

  constructor(
    private readonly levels: Levels,
    private readonly tilt: Float32Array,
    private readonly gauss: Float32Array,
    private readonly grains: Float32Array,
  ) {
    this.shapes = shapesOf(levels);
  }

  /** What is added to the logit of each value [from, to), counted from the first of all. */
  tilts(walk: Walk, from: number, to: number, raise: (value: number, amount: number) => void): void {
    const { sums, tilt, shapes, gauss, normal } = this;
    sums.fill(0);
    let [mean, size] = [0, 0];
    walk.own.tilts(walk, (number, weight) => {
      for (let i = 0; i < sums.length; i++) sums[i] += weight * tilt[number * sums.length + i];
      mean += GAIN * weight * gauss[2 * number];
      size += GAIN * weight * gauss[2 * number + 1];
    });
    normal.set(gaussianTiltOf(mean, size));
    LEVEL_SHAPES.forEach((own, i) => own.forEach((weight, j) => (sums[j] += weight * normal[i])));
    const { length } = this.levels.ofValues;
    for (let value = from; value < to; value++) {
      let amount = 0;
      for (let i = 0; i < sums.length; i++) amount += sums[i] * shapes[i * length + value];
      raise(value, amount);
    }
  }

  /** A grain of the bin that a token stands for, after `tilts` of the same place. @param chance a random number from 0 to 1, asked for where there is a choice */
  grain(walk: Walk, token: number, chance: () => number): number {
    const { odds, grains } = this;
    odds.fill(0);
    const asked = walk.own.grains(walk, token, (number, weight) => {
      for (let i = 0; i < GRAIN_PLACES; i++) odds[i] += weight * grains[number * GRAIN_PLACES + i];
    });
    if (!asked) return 0;
    const { from, to, zero, event } = asked;
    const shares = sharesOf(asked, this.levels);
    let most = -Infinity;
    for (let i = from; i < to; i++)
      most = Math.max(most, (odds[i] += shares[i] + this.byLevel(this.levels.ofEvents[event + i - zero])));
    let sum = 0;
    for (let i = from; i < to; i++) sum += odds[i] = Math.exp(odds[i] - most);
    let left = chance() * sum;
    for (let i = from; i < to - 1; i++) if ((left -= odds[i]) < 0) return i - zero;
    return to - 1 - zero;
  }

  private byLevel(level: number): number {
    const [first, second] = this.normal;
    return first * level - (second * level ** 2) / 2;
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
