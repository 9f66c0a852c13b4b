import { type Interval, proportion } from './intervals.ts';

/** Successes among so many trials. */
export interface Share {
  successes: number;
  trials: number;
}

/**
 * Difference of two independent shares, a − b, with its 95% interval: the square-and-add of both Wilson intervals, which holds where shares
 * are near 0.
 * @see Newcombe 1998, method 10
 */
export function differenceOf(a: Share, b: Share): Interval {
  const [p, q] = [a, b].map(({ successes, trials }) => proportion(successes, trials));
  const value = p.value - q.value;
  return {
    value,
    lower: value - Math.hypot(p.value - p.lower, q.upper - q.value),
    upper: value + Math.hypot(p.upper - p.value, q.value - q.lower),
  };
}

/** An interval times a positive number. */
export function scaled({ value, lower, upper }: Interval, factor: number): Interval {
  return { value: value * factor, lower: lower * factor, upper: upper * factor };
}

/**
 * The share of all trials that succeed, with its 95% interval where the trials of one person depend on each other: Wilson's, for as many
 * independent trials as have the variance of the ratio over people (Korn, Graubard 1998).
 */
export function clusteredProportion(people: readonly Share[]): Interval {
  const total = (of: (one: Share) => number) => people.reduce((sum, one) => sum + of(one), 0);
  const [successes, trials] = [total((one) => one.successes), total((one) => one.trials)];
  if (trials === 0) return proportion(0, 0);
  const share = successes / trials;
  const variance = total((one) => (one.successes - share * one.trials) ** 2) / trials ** 2;
  const independent = (share * (1 - share)) / trials;
  const effective = variance > independent && independent > 0 ? (trials * independent) / variance : trials;
  return { ...proportion(share * effective, effective), value: share };
}
