/** Pieces of a spline. */
export const PIECES = 8;
/** Numbers that make one: of each piece a width and a height, and of each of their ends a slope. */
export const SPLINE_NUMBERS = 3 * PIECES + 1;
/** A number's log is between minus this and this. */
export const MOST_LOG = 4;
/** Widths and heights are this at least (Durkan et al. 2019, section 4.1, as in their code). */
export const LEAST_SHARE = 1e-3;

/**
 * A monotone rational-quadratic spline from [0, 1] to [0, 1] (Durkan et al. 2019, equations 4 to 8), in plain numbers. Where all numbers that
 * it is made of are 0, it is the identity.
 */
export class Spline {
  private readonly xs: Float64Array;
  private readonly ys: Float64Array;
  private readonly slopes: Float64Array;

  /** @param numbers of which it is made, from a place on @see SPLINE_NUMBERS */
  constructor(numbers: ArrayLike<number>, first = 0) {
    const raised = Float64Array.from({ length: SPLINE_NUMBERS }, (_, i) => boundedExp(numbers[first + i]));
    this.xs = knotsOf(raised.subarray(0, PIECES));
    this.ys = knotsOf(raised.subarray(PIECES, 2 * PIECES));
    this.slopes = raised.subarray(2 * PIECES);
  }

  at(x: number): number {
    const piece = pieceOf(this.xs, x);
    const { slope, left, right, height } = this.piece(piece);
    const share = (x - this.xs[piece]) / (this.xs[piece + 1] - this.xs[piece]);
    const both = share * (1 - share);
    return this.ys[piece] + (height * (slope * share ** 2 + left * both)) / (slope + (left + right - 2 * slope) * both);
  }

  /** Its derivative. */
  slopeAt(x: number): number {
    const piece = pieceOf(this.xs, x);
    const { slope, left, right } = this.piece(piece);
    const share = (x - this.xs[piece]) / (this.xs[piece + 1] - this.xs[piece]);
    const both = share * (1 - share);
    const above = right * share ** 2 + 2 * slope * both + left * (1 - share) ** 2;
    return (slope ** 2 * above) / (slope + (left + right - 2 * slope) * both) ** 2;
  }

  /** Where it is y. */
  inverse(y: number): number {
    const piece = pieceOf(this.ys, y);
    const { slope, left, right, height } = this.piece(piece);
    const rise = y - this.ys[piece];
    const bend = left + right - 2 * slope;
    const a = height * (slope - left) + rise * bend;
    const b = height * left - rise * bend;
    const c = -slope * rise;
    const share = (2 * c) / (-b - Math.sqrt(Math.max(0, b * b - 4 * a * c)));
    return this.xs[piece] + share * (this.xs[piece + 1] - this.xs[piece]);
  }

  private piece(i: number) {
    const height = this.ys[i + 1] - this.ys[i];
    const slope = height / (this.xs[i + 1] - this.xs[i]);
    return { slope, height, left: this.slopes[i], right: this.slopes[i + 1] };
  }
}

/** exp(x), bent so that its log stays within limits. */
export function boundedExp(x: number): number {
  return Math.exp(MOST_LOG * Math.tanh(x / MOST_LOG));
}

function knotsOf(sizes: Float64Array): Float64Array {
  const sum = sizes.reduce((total, size) => total + size, 0);
  const knots = new Float64Array(sizes.length + 1);
  sizes.forEach((size, i) => {
    knots[i + 1] = knots[i] + LEAST_SHARE + ((1 - LEAST_SHARE * sizes.length) * size) / sum;
  });
  knots[sizes.length] = 1;
  return knots;
}

function pieceOf(knots: Float64Array, value: number): number {
  let piece = 0;
  while (piece < PIECES - 1 && knots[piece + 1] <= value) piece++;
  return piece;
}
