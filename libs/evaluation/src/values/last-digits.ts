import { type Both, type SideName, SIDES } from '../sides.ts';
import { type Draw, type Estimates, estimatesOf, weightedSums } from './resampling.ts';
import type { LabValues } from './lab-values.ts';

/** Digits 0 to 9, and values that are finer than the source records. */
export const DIGITS = 11;
export const FINER = 10;

/** Decimals at most: numbers with more are no readings. */
const MOST_DECIMALS = 4;
/** This share of the real values has no more decimals than the source records. */
const RECORDED = 0.95;

/** Decimals with which the source records a lab: the fewest that 95 % of its values need, 4 at most. */
export function decimalsOf(values: Float64Array): number {
  for (let decimals = 0; decimals < MOST_DECIMALS; decimals++) {
    let recorded = 0;
    for (const value of values) if (lastDigitOf(value, decimals) !== FINER) recorded++;
    if (recorded >= RECORDED * values.length) return decimals;
  }
  return MOST_DECIMALS;
}

/** Last digit of a value as it is recorded with so many decimals; `FINER` where it has more. */
export function lastDigitOf(value: number, decimals: number): number {
  const shifted = Math.abs(value) * 10 ** decimals;
  const whole = Math.round(shifted);
  return Math.abs(shifted - whole) <= 1e-9 * Math.max(1, shifted) ? whole % 10 : FINER;
}

/**
 * Heaping: total variation between the last digits of each side's values and of those of held-out patients, half the sum of the
 * absolute differences of shares. Bounds, such as <5, are left out: they are the laboratory's, not the patient's.
 */
export function lastDigitDistance(lab: Record<SideName, LabValues>, decimals: number, draws: Draw[]): Both<Estimates> {
  const groups = draws[0].holdout.length;
  const counts = {} as Record<SideName, Int32Array>;
  for (const side of SIDES) {
    const { value, group, isBound } = lab[side];
    counts[side] = new Int32Array(groups * DIGITS);
    for (let i = 0; i < value.length; i++)
      if (isBound[i] === 0) counts[side][group[i] * DIGITS + lastDigitOf(value[i], decimals)]++;
  }
  return estimatesOf(draws, (draw, other) =>
    totalVariation(
      weightedSums(counts.holdout, DIGITS, draw.holdout),
      weightedSums(counts[other], DIGITS, draw[other]),
    ),
  );
}

/** Half the sum of the absolute differences of two sides' shares; NaN where a side has none. */
export function totalVariation(a: Float64Array, b: Float64Array): number {
  const total = (counts: Float64Array) => counts.reduce((sum, count) => sum + count, 0);
  const [inA, inB] = [total(a), total(b)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] / inA - b[i] / inB);
  return sum / 2;
}
