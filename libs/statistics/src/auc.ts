import { type Interval, moments, Z } from './intervals.ts';

/** Placements that count as much as what the model of their variance says. */
const SHRINKAGE = 5;

/**
 * Area under the ROC curve of scores that should be higher for the positives, ties counting half, with `areaInterval`'s interval.
 * Without positives or negatives nothing is known: 0.5, from 0 to 1.
 */
export function auc(positives: ArrayLike<number>, negatives: ArrayLike<number>): Interval {
  if (positives.length === 0 || negatives.length === 0) return { value: 0.5, lower: 0, upper: 1 };
  const [ofPositives, ofNegatives] = placements(positives, negatives).map(moments);
  return areaInterval(
    ofPositives.mean,
    { count: positives.length, variance: ofPositives.variance },
    { count: negatives.length, variance: ofNegatives.variance },
  );
}

/** One side of an area: how many, and the variance of their placements. May be a fraction where they are not independent. */
export interface Side {
  count: number;
  variance: number;
}

/**
 * The 95% interval of an AUC: all areas that lie within 1.96 of the standard errors that they would have themselves. (A Wald interval
 * uses the error at the area found. That is too small near 1, and 0 where all positives are above all negatives.) The error at an
 * area t is DeLong's, scaled by how Hanley and McNeil's variance at t compares to that at the area found. From few placements, or
 * those of an area near 0 or 1, DeLong's variance is itself uncertain: there it is drawn towards Hanley and McNeil's. In large
 * samples the interval is DeLong's. With fewer than two on a side the variance cannot be known, and the interval is from 0 to 1.
 * Simulated, it holds the area in 93 to 98 % from 5 positives on, ties too. It does so less often, in 86 to 93 %, where 5 positives
 * spread far wider than many negatives: so few cannot show it.
 * @see Newcombe 2006, part 2, method 5 (the variance at the bound); Hanley, McNeil 1982, equations 1 and 2, the mean over both
 * orders of the sides; DeLong, DeLong, Clarke-Pearson 1988, equations 3 to 6
 */
export function areaInterval(value: number, positives: Side, negatives: Side): Interval {
  if (positives.count < 2 || negatives.count < 2) return { value, lower: 0, upper: 1 };
  const [m, n] = [positives.count, negatives.count];
  const scales = [
    scaleOf(positives, placementVariance(value, n), value),
    scaleOf(negatives, placementVariance(value, m), value),
  ];
  const variance = (t: number) => (scales[0] * placementVariance(t, n)) / m + (scales[1] * placementVariance(t, m)) / n;
  const isWithin = (t: number) => Math.abs(t - value) <= Z * Math.sqrt(variance(t));
  return { value, lower: farthest(value, 0, isWithin), upper: farthest(value, 1, isWithin) };
}

/** Share of the others that each score is on the right side of, ties half; of positives, then of negatives. */
export function placements(
  positives: ArrayLike<number>,
  negatives: ArrayLike<number>,
): [ofPositives: Float64Array, ofNegatives: Float64Array] {
  const below = (scores: ArrayLike<number>, others: ArrayLike<number>) => {
    const sorted = Float64Array.from(others).sort();
    return Float64Array.from(scores, (score) => {
      const less = countWhere(sorted, (other) => other < score);
      const notMore = countWhere(sorted, (other) => other <= score);
      return (less + notMore) / 2 / sorted.length;
    });
  };
  return [below(positives, negatives), below(negatives, positives).map((share) => 1 - share)];
}

/** How many lead a sorted array for which something holds that, where it ends, never holds again. */
function countWhere(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(sorted[middle])) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Hanley and McNeil's variance of the placement of one score among so many others, where the area is t. */
function placementVariance(t: number, others: number): number {
  const spread = t * (1 - t);
  const shared = (spread * ((1 - t) / (2 - t) + t / (1 + t))) / 2;
  return shared + (spread - 2 * shared) / (2 * others);
}

/** How many times the model's variance the placements have, drawn towards 1 where they say little. */
function scaleOf({ count, variance }: Side, modelled: number, value: number): number {
  if (modelled === 0) return 1;
  const telling = (count - 1) * 4 * value * (1 - value);
  const weight = telling / (telling + SHRINKAGE);
  return weight * (variance / modelled) + 1 - weight;
}

/** How far one can go from a value towards an end and still be within. */
function farthest(value: number, end: number, isWithin: (t: number) => boolean): number {
  if (isWithin(end)) return end;
  let [inside, outside] = [value, end];
  for (let step = 0; step < 40; step++) {
    const middle = (inside + outside) / 2;
    if (isWithin(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}
