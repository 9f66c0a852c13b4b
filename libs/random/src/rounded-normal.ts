import { normalTail, TAIL_BITS } from './normal-tail.ts';
import { upperQuantile } from './normal-quantile.ts';
import type { RandomWords } from './secure-words.ts';

/** Beyond so many standard deviations a draw is cut off; a normal is there with a probability below 2^−125. */
const MOST_DEVIATIONS = 13;
/** What a draw's distribution is off at most: total variation distance from that of a rounded normal. */
export const ROUNDED_NORMAL_DISTANCE = 2 ** -120;

/** More than the relative error of `upperQuantile`. */
const QUANTILE_ERROR = 1e-14;
/** First bits of a probability: those that a double holds. */
const FIRST_BITS = 53n;
/** Below this the first bits say too little. */
const LEAST_FIRST = 2 ** 20;
const MORE_WORDS = 6;

/**
 * ⌊deviation · N(0, 1)⌉: a normal draw, rounded to the nearest whole number, without the gaps and uneven probabilities that a draw in
 * floating point has and that give away what it was added to (Mironov 2012). Added to whole numbers it is the same as rounding their sum
 * with the normal itself, so that every guarantee of the continuous Gaussian mechanism holds for it.
 *
 * By inversion of the distribution function: 53 bits of a uniform draw give an interval of the normal; where the interval with its
 * rounding errors lies within one whole number, which all but about one in 100,000 do, that is the draw. The others get 192 more bits,
 * and are compared with the probabilities in whole numbers of 256 bits.
 *
 * @param deviation a whole number from 1 to 2⁴⁰
 */
export class RoundedNormal {
  private readonly twice: bigint;

  constructor(
    readonly deviation: number,
    private readonly words: RandomWords,
  ) {
    if (!Number.isInteger(deviation) || deviation < 1 || deviation > 2 ** 40)
      throw new RangeError(`the deviation is ${deviation}; it must be a whole number from 1 to 2^40`);
    this.twice = 2n * BigInt(deviation);
  }

  next(): number {
    // One bit of sign, 52 of the probability of what lies beyond: first · 2⁻⁵³ and up to 2⁻⁵³ more.
    const high = this.words.next();
    const first = (high & 0xfffff) * 2 ** 32 + this.words.next();
    const size = this.sizeOf(first);
    return high >>> 31 === 0 ? size : -size;
  }

  private sizeOf(first: number): number {
    if (first < LEAST_FIRST) return this.exactly(first);
    const x = upperQuantile((first + 0.5) * 2 ** -53);
    const y = x * this.deviation;
    const size = Math.floor(y + 0.5);
    // The density at x is above 0.797 p, so that half a unit of the last bit moves x by less than 0.63 / first.
    const error = this.deviation * (0.64 / first + QUANTILE_ERROR * x);
    return Math.abs(y - size) < 0.5 - error ? size : this.exactly(first, size);
  }

  /** The largest size whose lower edge is not beyond the draw. @param near where to look first */
  private exactly(first: number, near?: number): number {
    let bits = BigInt(first);
    for (let i = 0; i < MORE_WORDS; i++) bits = (bits << 32n) | BigInt(this.words.next());
    const p = bits << (TAIL_BITS - FIRST_BITS - 32n * BigInt(MORE_WORDS));
    const isBeyond = (size: number) => size > 0 && p > normalTail(BigInt(2 * size - 1), this.twice);
    const most = MOST_DEVIATIONS * this.deviation;
    let size = Math.min(most, near ?? this.guess(p));
    while (isBeyond(size)) size--;
    while (size < most && !isBeyond(size + 1)) size++;
    return size;
  }

  private guess(p: bigint): number {
    const value = Math.max(Number(p) * 2 ** -Number(TAIL_BITS), Number.MIN_VALUE);
    return Math.floor(Math.min(MOST_DEVIATIONS, upperQuantile(value)) * this.deviation + 0.5);
  }
}
