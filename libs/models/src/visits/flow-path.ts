import {
  activate,
  add,
  dense,
  exponential,
  logSum,
  over,
  scaled,
  tf,
  times,
  variable,
  withinUnit,
} from '@ehrsynth/engine';
import { type Levels, OwnValues, type Walk } from '@ehrsynth/sequence';
import type { NumberRows } from './number-rows.ts';
import { FLOOR, SCORE, SCORE_CUBED, scoreOf, shareOf } from './score.ts';
import { boundedExp, LEAST_SHARE, MOST_LOG, PIECES, Spline, SPLINE_NUMBERS } from './spline.ts';

/** Numbers of a conditional distribution: a mean, the log of a scale, and those of a spline. */
const NUMBERS = 2 + SPLINE_NUMBERS;
/** Weights begin at 0 and count so many times, since a step moves each by as much as any other: those of means and scales, and of splines. */
const gainOf = (number: number) => (number < 2 ? 3 : 1);
/** The ends of a grain, and the lowest number that may come. */
const PLACES = 3;
const WIDTH = PLACES * PIECES;

type Constants = Record<
  | 'toMean'
  | 'toScale'
  | 'gain'
  | 'mean'
  | 'scale'
  | 'widths'
  | 'heights'
  | 'ofWidths'
  | 'ofHeights'
  | 'left'
  | 'right'
  | 'spread'
  | 'before',
  tf.Tensor2D
>;

/**
 * What number comes, given that one of a code and unit does: a conditional distribution function of u, the share of all such numbers that are
 * below it. u's score is moved and scaled, and the share of the standard distribution below that is bent by a monotone rational-quadratic
 * spline (Durkan et al. 2019); with a coarse token before it, each spline would see but one bin. All of it is made from the hidden layer, from
 * the patient's own earlier values of the code and from the visit's values so far. At first it is u itself, so that all marginals are right. A
 * grain has as much probability as lies between its ends: likelihoods are of the same grains as those of bins. @see OwnValues, ValuePath
 */
export class FlowPath {
  /** codes × hidden, of means and of scales */
  private readonly means: tf.Variable<tf.Rank.R2>;
  private readonly scales: tf.Variable<tf.Rank.R2>;
  /** hidden × numbers */
  private readonly head: tf.Variable<tf.Rank.R2>;
  /** what is a patient's own × numbers */
  private readonly own: tf.Variable<tf.Rank.R2>;
  private readonly constants: Constants;
  /** From its value at the ends of a grain and at the lowest number, what is between the ends, and what is above that number. */
  private readonly masses: { weights: tf.Variable<tf.Rank.R2>; bias: tf.Variable<tf.Rank.R1> };
  private readonly sums: tf.Variable<tf.Rank.R2>;

  constructor(levels: Levels, hidden: number) {
    this.means = variable(tf.zeros<tf.Rank.R2>([levels.count, hidden]));
    this.scales = variable(tf.zeros<tf.Rank.R2>([levels.count, hidden]));
    this.head = variable(tf.zeros<tf.Rank.R2>([hidden, NUMBERS]));
    this.own = variable(tf.zeros<tf.Rank.R2>([OwnValues.counts(levels).tilts, NUMBERS]));
    const [widths, heights, slopes] = [2, 2 + PIECES, 2 + 2 * PIECES];
    const isPiece = (from: number) => (number: number, at: number) => Number(number === from + (at % PIECES));
    const isAny = (from: number) => (number: number) => Number(number >= from && number < from + PIECES);
    this.constants = {
      toMean: constant(hidden, NUMBERS, (_, number) => Number(number === 0)),
      toScale: constant(hidden, NUMBERS, (_, number) => Number(number === 1)),
      gain: constant(NUMBERS, NUMBERS, (i, j) => (i === j ? gainOf(i) : 0)),
      mean: constant(NUMBERS, PLACES, (number) => Number(number === 0)),
      scale: constant(NUMBERS, PLACES, (number) => Number(number === 1)),
      widths: constant(NUMBERS, WIDTH, isPiece(widths)),
      heights: constant(NUMBERS, WIDTH, isPiece(heights)),
      ofWidths: constant(NUMBERS, WIDTH, isAny(widths)),
      ofHeights: constant(NUMBERS, WIDTH, isAny(heights)),
      left: constant(NUMBERS, WIDTH, isPiece(slopes)),
      right: constant(NUMBERS, WIDTH, isPiece(slopes + 1)),
      spread: constant(PLACES, WIDTH, (place, at) => Number(place === Math.floor(at / PIECES))),
      before: constant(WIDTH, WIDTH, (i, j) => Number(Math.floor(i / PIECES) === Math.floor(j / PIECES) && i < j)),
    };
    this.sums = constant(WIDTH, PLACES, (at, place) => Number(place === Math.floor(at / PIECES)));
    const most = 1 - FLOOR;
    this.masses = {
      // Columns: the upper end less the lower one, and 1 less the lowest number.
      weights: constant(PLACES, 2, (place, mass) => [[-most, most, 0][place], [0, 0, -most][place]][mass]),
      bias: variable(tf.tensor1d([0, most]), false),
    };
  }

  get named(): Record<string, tf.Variable> {
    const { means, scales, head, own } = this;
    return { 'flow.means': means, 'flow.scales': scales, 'flow.head': head, 'flow.own': own };
  }

  /** −log likelihood of the numbers, divided by `divisor`; recorded. @param top of the rows at which values came: their last hidden layer */
  loss(rows: NumberRows, top: tf.Tensor2D, divisor: number): tf.Scalar {
    return logSum(this.probabilities(rows, top), [-1, 1], divisor);
  }

  /** Adds −log likelihood of each number to its row; not recorded. */
  async addLosses(rows: NumberRows, makeTop: () => tf.Tensor2D, losses: Float64Array): Promise<void> {
    const made = tf.tidy(() => this.probabilities(rows, makeTop()));
    const found = await made.data();
    made.dispose();
    rows.rows.forEach((row, i) => (losses[row] -= Math.log(found[2 * i] / found[2 * i + 1])));
  }

  async drawing(levels: Levels): Promise<FlowDrawing> {
    const all = [this.means, this.scales, this.head, this.own].map((one) => one.data());
    const [means, scales, head, own] = (await Promise.all(all)) as Float32Array[];
    return new FlowDrawing(levels, means, scales, head, own);
  }

  /** Of what is not named. */
  dispose(): void {
    const { sums, masses } = this;
    [...Object.values(this.constants), sums, masses.weights, masses.bias].forEach((one) => one.dispose());
  }

  /** Of each row the probability of the number that came, and of all that might have come. */
  private probabilities(rows: NumberRows, top: tf.Tensor2D): tf.Tensor2D {
    const { means, scales, head, own, constants, masses } = this;
    const hidden = dense(rows.picked, { weights: top });
    const ofCode = (weights: tf.Tensor2D, to: tf.Tensor2D) =>
      dense(times(hidden, dense(rows.codes, { weights })), { weights: to });
    const parts = [
      dense(hidden, { weights: head }),
      ofCode(means, constants.toMean),
      ofCode(scales, constants.toScale),
      dense(dense(rows.tilts, { weights: own }), { weights: constants.gain }),
    ];
    const below = this.below(
      rows.scores,
      parts.reduce((sum, part) => add(sum, part)),
    );
    return add(dense(below, masses, 'relu'), rows.floors);
  }

  /** The distribution function at three scores a row. */
  private below(scores: tf.Tensor2D, numbers: tf.Tensor2D): tf.Tensor2D {
    const { constants } = this;
    const of = (x: tf.Tensor2D, name: keyof Constants) => dense(x, { weights: constants[name] });
    const raised = exponential(scaled(activate(scaled(numbers, 1 / MOST_LOG), 'tanh'), MOST_LOG));
    const moved = times(add(scores, scaled(of(numbers, 'mean'), -1)), of(raised, 'scale'));
    const x = activate(times(moved, scaled(times(moved, moved), SCORE_CUBED, SCORE)), 'sigmoid');
    const [width, height] = (['widths', 'heights'] as const).map((name) =>
      scaled(
        over(of(raised, name), of(raised, name === 'widths' ? 'ofWidths' : 'ofHeights')),
        1 - PIECES * LEAST_SHARE,
        LEAST_SHARE,
      ),
    );
    // Each piece adds its height times the share of it that x has passed: none of those above, all of those below.
    const share = withinUnit(over(add(of(x, 'spread'), scaled(of(width, 'before'), -1)), width));
    const both = times(share, scaled(share, -1, 1));
    const slope = over(height, width);
    const [left, right] = [of(raised, 'left'), of(raised, 'right')];
    const above = add(times(slope, times(share, share)), times(left, both));
    const under = add(slope, times(add(add(left, right), scaled(slope, -2)), both));
    return dense(times(height, over(above, under)), { weights: this.sums });
  }
}

/** The same for drawing, without an engine. */
export class FlowDrawing {
  constructor(
    private readonly levels: Levels,
    private readonly means: Float32Array,
    private readonly scales: Float32Array,
    private readonly head: Float32Array,
    private readonly own: Float32Array,
  ) {}

  /**
   * A number, as an event. @param hidden the last hidden layer where it is asked for @param lowest the lowest event that may come
   * @param chance a random number from 0 to 1
   */
  draw(walk: Walk, hidden: Float32Array, lowest: number, chance: number): number {
    const { first, starts } = this.levels.scales[this.levels.scaleOfEvents[lowest]];
    const numbers = this.numbers(walk, hidden);
    const spline = new Spline(numbers, 2);
    const [mean, scale] = [numbers[0], boundedExp(numbers[1])];
    const from = starts[lowest - first];
    const below = spline.at(shareOf((scoreOf(from) - mean) * scale));
    const ofFloor = FLOOR * (1 - from);
    const place = chance * (ofFloor + (1 - FLOOR) * (1 - below));
    const share =
      place < ofFloor
        ? from + place / FLOOR
        : shareOf(mean + scoreOf(spline.inverse(below + (place - ofFloor) / (1 - FLOOR))) / scale);
    let [least, most] = [lowest - first, starts.length - 2];
    while (least < most) {
      const middle = (least + most + 1) >> 1;
      if (starts[middle] <= share) least = middle;
      else most = middle - 1;
    }
    return first + least;
  }

  private numbers(walk: Walk, hidden: Float32Array): Float64Array {
    const { means, scales, head, own } = this;
    const numbers = new Float64Array(NUMBERS);
    const ofCode = this.levels.places[walk.entry] * hidden.length;
    for (let unit = 0; unit < hidden.length; unit++) {
      const value = hidden[unit];
      if (value === 0) continue;
      numbers[0] += value * means[ofCode + unit];
      numbers[1] += value * scales[ofCode + unit];
      for (let i = 0, at = unit * NUMBERS; i < NUMBERS; i++, at++) numbers[i] += value * head[at];
    }
    walk.own.tilts(walk, (number, weight) => {
      for (let i = 0, at = number * NUMBERS; i < NUMBERS; i++, at++) numbers[i] += gainOf(i) * weight * own[at];
    });
    return numbers;
  }
}

function constant(rows: number, columns: number, of: (row: number, column: number) => number) {
  const values = Float32Array.from({ length: rows * columns }, (_, at) => of(Math.floor(at / columns), at % columns));
  return variable(tf.tensor2d(values, [rows, columns]), false) as tf.Variable<tf.Rank.R2>;
}
