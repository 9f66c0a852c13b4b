import { eachSide, type SideName } from '../sides.ts';
import type { Sides } from './side.ts';
import type { Values } from './time-values.ts';

/** Shares of values in common bins, for a plot. */
export interface BinnedShares {
  /** First and last value of each bin; the last is open. Bins are joined until no real one is of fewer than k people. */
  bins: [from: number, to: number | null][];
  holdout: number[];
  training: number[];
  synthetic: number[];
}

/** Bins of days: exact at first, then by what people count in. */
export const DAY_BINS = [0, 1, 2, 4, 8, 15, 31, 61, 92, 183, 366, 731, 1827, 3653, 7306, 14_611];
/** Bins of how many there are. */
export const COUNT_BINS = [0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 21, 31, 51, 101, 201, 501];

/**
 * The values of each side in bins.
 * @param firsts first value of each bin; what is less is in the first
 * @param isOneEach whether each patient has one value at most
 */
export function binnedShares(
  sides: Sides,
  values: Values,
  firsts: readonly number[],
  k: number,
  isOneEach = false,
): BinnedShares | undefined {
  const counts = eachSide((name) => {
    const [all, people] = [new Float64Array(firsts.length), new Float64Array(firsts.length)];
    const last = new Int32Array(firsts.length).fill(-1);
    values(sides[name], (patient, value) => {
      let bin = firsts.length - 1;
      while (bin > 0 && value < firsts[bin]) bin--;
      all[bin]++;
      if (last[bin] === patient) return;
      last[bin] = patient;
      people[bin]++;
    });
    return { all, people };
  });
  const groups = joinedBins([counts.holdout.people, counts.training.people], k, isOneEach);
  if (!groups) return undefined;
  const shares = (name: SideName) => {
    const total = Math.max(
      1,
      counts[name].all.reduce((a, b) => a + b, 0),
    );
    return groups.map(([from, to]) => counts[name].all.slice(from, to).reduce((a, b) => a + b, 0) / total);
  };
  return {
    bins: groups.map(([from, to]) => [firsts[from], to < firsts.length ? firsts[to] - 1 : null]),
    ...eachSide(shares),
  };
}

/**
 * Bins joined with those after them until each has k people or more on every real side; undefined where all together have fewer.
 * @param isOneEach whether nobody is in two bins. Otherwise bins together have at least as many people as the largest of them, which is
 * all that is counted.
 */
export function joinedBins(
  people: ArrayLike<number>[],
  k: number,
  isOneEach: boolean,
): [from: number, to: number][] | undefined {
  const groups: [number, number][] = [];
  const bins = people[0].length;
  let from = 0;
  for (let bin = 0; bin < bins; bin++) {
    const isFull = people.every((own) => {
      const joined = Array.from(own).slice(from, bin + 1);
      return joined.reduce((a, b) => (isOneEach ? a + b : Math.max(a, b)), 0) >= k;
    });
    if (!isFull) continue;
    groups.push([from, bin + 1]);
    from = bin + 1;
  }
  if (groups.length === 0) return undefined;
  // What is left at the end joins the bin before it.
  groups.at(-1)![1] = bins;
  return groups;
}
