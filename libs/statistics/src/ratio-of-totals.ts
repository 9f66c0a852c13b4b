import { type Interval, Z } from './intervals.ts';

/**
 * The total of one number a person over the total of another, with its 95% interval over persons.
 * @returns undefined of fewer than two persons, and where the second total is 0
 * @see Cochran 1977, Sampling Techniques, section 6.3: the ratio estimator
 */
export function ratioOfTotals(numerators: ArrayLike<number>, denominators: ArrayLike<number>): Interval | undefined {
  const persons = numerators.length;
  let [above, below] = [0, 0];
  for (let i = 0; i < persons; i++) {
    above += numerators[i];
    below += denominators[i];
  }
  if (persons < 2 || below === 0) return undefined;
  const value = above / below;
  let squares = 0;
  for (let i = 0; i < persons; i++) squares += (numerators[i] - value * denominators[i]) ** 2;
  const half = (Z * Math.sqrt((squares * persons) / (persons - 1))) / below;
  return { value, lower: Math.max(0, value - half), upper: value + half };
}
