import { studentQuantile } from './student.ts';

/** A figure with its 95% interval. */
export interface Interval {
  value: number;
  lower: number;
  upper: number;
}

/** Standard normal quantile of 95% intervals. */
export const Z = 1.959964;

/** Mean of a figure and its variance over so many cases. */
export function moments(values: ArrayLike<number>): { mean: number; variance: number } {
  const all = Float64Array.from(values);
  return { mean: all.length > 0 ? average(all) : 0, variance: variance(all) };
}

/** The 95% interval of a sum or difference of independent means, by the variance of each mean. */
export function withVariance(value: number, ...variances: number[]): Interval {
  const half = Z * Math.sqrt(variances.reduce((sum, one) => sum + one, 0));
  return { value, lower: value - half, upper: value + half };
}

/** Variance of a figure by what it is without each of some groups in turn (delete-a-group jackknife, Kott 2001). */
export function jackknifeVariance(without: ArrayLike<number>): number {
  const groups = without.length;
  return (moments(without).variance * (groups - 1) ** 2) / groups;
}

/** The interval of a share, with a further variance in it. */
export function widened({ value, lower, upper }: Interval, variance: number): Interval {
  const wider = (error: number) => Math.hypot(error, withVariance(0, variance).upper);
  return { value, lower: Math.max(0, value - wider(value - lower)), upper: Math.min(1, value + wider(upper - value)) };
}

/** A mean with its 95% interval, by Student's t. Of fewer than two values the interval is unbounded. */
export function meanOf(values: ArrayLike<number>): Interval {
  const { mean, variance } = moments(values);
  const half = values.length < 2 ? Infinity : studentQuantile(values.length - 1) * Math.sqrt(variance / values.length);
  return { value: mean, lower: mean - half, upper: mean + half };
}

/** Share of successes, with Wilson's score interval. @see Wilson 1927; Brown, Cai, DasGupta 2001 */
export function proportion(successes: number, trials: number): Interval {
  if (trials === 0) return { value: 0, lower: 0, upper: 1 };
  const share = successes / trials;
  const scale = 1 + Z ** 2 / trials;
  const centre = (share + Z ** 2 / (2 * trials)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  return { value: share, lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}

function average(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function variance(values: Float64Array): number {
  if (values.length < 2) return 0;
  const mean = average(values);
  let sum = 0;
  for (const value of values) sum += (value - mean) ** 2;
  return sum / (values.length - 1);
}
