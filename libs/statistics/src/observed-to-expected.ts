import { type Interval, Z } from './intervals.ts';

/**
 * An observed count over an expected one, with its 95% interval: that of the count by Byar's approximation to Poisson's exact limits,
 * and where the expected number is itself drawn, its standard error, combined on the log scale. For a sum of people, each of whom has
 * the event at most once, Poisson's limits are wide rather than narrow.
 * @param expectedError standard error of `expected`
 * @returns undefined where nothing is observed or expected: then there is no ratio with an interval on both sides
 * @see Breslow, Day 1987, Statistical Methods in Cancer Research II, section 2.3 (Byar); Zou, Donner 2008 (two intervals combined)
 */
export function observedToExpected(observed: number, expected: number, expectedError = 0): Interval | undefined {
  if (observed <= 0 || expected <= 0) return undefined;
  const own = byar(observed);
  const error = (Z * expectedError) / expected;
  const value = observed / expected;
  return {
    value,
    lower: value * Math.exp(-Math.hypot(Math.log(observed / own.lower), error)),
    upper: value * Math.exp(Math.hypot(Math.log(own.upper / observed), error)),
  };
}

/** 95% limits of a Poisson count's mean. */
function byar(count: number): { lower: number; upper: number } {
  const limit = (n: number, z: number) => n * (1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3;
  return { lower: limit(count, -Z), upper: limit(count + 1, Z) };
}
