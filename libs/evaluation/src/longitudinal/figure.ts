import { type Interval, jackknifeVariance, withVariance } from '@ehrsynth/statistics';
import type { Both } from '../sides.ts';

/** Groups of patients that are left out in turn to know how sure a figure is. */
export const GROUPS = 20;
/** A figure without each of the groups, and at `GROUPS` that of all. */
export const WITHOUT = GROUPS + 1;

/**
 * A figure of synthetic against held-out histories, and the floor: the same of training against held-out histories, as many of each.
 * What is missing was not measured, and `notMeasured` says why.
 */
export interface Figure {
  synthetic?: Interval;
  floor?: Interval;
  notMeasured?: string;
}

/** A figure of all patients of two sides, and without each group of both sides; undefined where it cannot be had. */
export type Jackknifed = ArrayLike<number> | undefined;

/**
 * A figure with its 95% interval by the delete-a-group jackknife over patients: 20 random groups, the same one left out of both sides.
 * (A bootstrap would draw patients twice. That adds noise to both sides, and figures that measure distances between sides would all
 * come out worse than the figure itself.)
 * @param least what the figure can be at least; at most it is 1
 * @see Kott 2001, The delete-a-group jackknife
 */
export function figureOf({ synthetic, floor }: Both<Jackknifed>, reason: string, least = 0): Figure {
  const found = { synthetic: intervalOf(synthetic, least), floor: intervalOf(floor, least) };
  return found.synthetic && found.floor ? found : { ...found, notMeasured: reason };
}

/** The interval of a figure, between `least` and 1, that was had without each group. */
export function intervalOf(values: Jackknifed, least = 0): Interval | undefined {
  if (values === undefined || !Number.isFinite(values[GROUPS])) return undefined;
  const without = Array.from(values).slice(0, GROUPS);
  // Where a group holds all that can be measured, how sure the figure is cannot be known.
  if (!without.every(Number.isFinite)) return undefined;
  const { value, lower, upper } = withVariance(values[GROUPS], jackknifeVariance(without));
  return { value, lower: Math.max(least, lower), upper: Math.min(1, upper) };
}

/** A figure of synthetic, then of training histories. */
export function both<T>(figure: (other: 'synthetic' | 'training') => T): Both<T> {
  return { synthetic: figure('synthetic'), floor: figure('training') };
}
