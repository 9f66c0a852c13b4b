import type { Rng } from '@ehrsynth/random';
import { type Interval, moments, withVariance } from '@ehrsynth/statistics';
import type { Both, SideName } from '../sides.ts';

/** Samples drawn again; the error of a standard error from so many is 7%. */
export const REPLICATES = 100;
/** Groups of patients that are drawn together; a patient is a group where there are no more patients. */
const GROUPS = 200;

/** How often each group of each side is in a sample that was drawn again. */
export type Draw = Record<SideName, Float64Array>;

/** A figure in each draw, that of the sample itself first; NaN where it cannot be measured. */
export type Estimates = Float64Array;

/** Room for estimates of a figure. */
export function emptyEstimates(draws: Draw[]): Both<Estimates> {
  return { synthetic: new Float64Array(draws.length), floor: new Float64Array(draws.length) };
}

export interface Resampling {
  /** Group of each patient; as many patients on each side. */
  groups: Uint8Array;
  /** All patients, in a random order that takes one of each group in turn. */
  order: Int32Array;
  /** The first holds each group once: the sample itself. */
  draws: Draw[];
}

/**
 * Bootstrap over patients, who are drawn in random groups: a figure then has to be added up over groups only, and sums over groups vary
 * between draws as sums over patients do. Each side is drawn for itself.
 * @param patients on each side
 */
export function resampling(patients: number, rng: Rng): Resampling {
  const count = Math.max(1, Math.min(GROUPS, patients));
  const order = rng.fork('groups').shuffle(Int32Array.from({ length: patients }, (_, i) => i));
  const groups = new Uint8Array(patients);
  order.forEach((patient, place) => (groups[patient] = place % count));
  const own = rng.fork('draws');
  const draw = (): Float64Array => {
    const weights = new Float64Array(count);
    for (let i = 0; i < count; i++) weights[own.int(count)]++;
    return weights;
  };
  const itself = new Float64Array(count).fill(1);
  const draws: Draw[] = [{ holdout: itself, training: itself, synthetic: itself }];
  for (let i = 0; i < REPLICATES; i++) draws.push({ holdout: draw(), training: draw(), synthetic: draw() });
  return { groups, order, draws };
}

/** Estimates of a figure of the synthetic and of the training side against the held-out one. */
export function estimatesOf(
  draws: Draw[],
  figure: (draw: Draw, other: 'synthetic' | 'training') => number,
): Both<Estimates> {
  const of = (other: 'synthetic' | 'training') => Float64Array.from(draws, (draw) => figure(draw, other));
  return { synthetic: of('synthetic'), floor: of('training') };
}

/**
 * Value ± 1.96 standard errors, cut at the figure's limits; undefined where it is not measured. The quantiles of the draws are no
 * interval here: a distance between two samples that were drawn again is greater than that between the samples.
 */
export function intervalOf(estimates: Estimates, least = 0, most = Infinity): Interval | undefined {
  const value = estimates[0];
  if (!Number.isFinite(value)) return undefined;
  const { variance } = moments(estimates.subarray(1).filter(Number.isFinite));
  const { lower, upper } = withVariance(value, variance);
  if (!Number.isFinite(upper)) return undefined;
  return { value, lower: Math.max(least, lower), upper: Math.min(most, upper) };
}

/** A mean over units (labs, pairs, codes), with how many of them could be measured. */
export type MeasuredMean = Interval & { measured: number };

export interface ValueFigure {
  /** Units that held-out patients have enough of. */
  of: number;
  /** Undefined where no unit could be measured. */
  synthetic?: MeasuredMean;
  floor?: MeasuredMean;
}

/** The mean of a figure over units, of each side over those that it could be measured in. */
export function meanFigure(units: readonly Both<Estimates>[], most = Infinity): ValueFigure {
  const side = (name: keyof Both<Estimates>): MeasuredMean | undefined => {
    const found = units.map((unit) => unit[name]).filter((estimates) => Number.isFinite(estimates[0]));
    const interval = found.length > 0 ? intervalOf(meanEstimates(found), 0, most) : undefined;
    return interval && { ...interval, measured: found.length };
  };
  return { of: units.length, synthetic: side('synthetic'), floor: side('floor') };
}

function meanEstimates(units: readonly Estimates[]): Estimates {
  return Float64Array.from(units[0], (_, draw) => {
    let [sum, count] = [0, 0];
    for (const estimates of units) {
      if (!Number.isFinite(estimates[draw])) continue;
      sum += estimates[draw];
      count++;
    }
    return sum / count;
  });
}

/** Weighted sum of each column of sums that were added up by group: groups × columns. */
export function weightedSums(sums: ArrayLike<number>, columns: number, weights: Float64Array): Float64Array {
  const total = new Float64Array(columns);
  for (let group = 0; group < weights.length; group++) {
    const weight = weights[group];
    if (weight === 0) continue;
    const from = group * columns;
    for (let column = 0; column < columns; column++) total[column] += weight * sums[from + column];
  }
  return total;
}
