import { type SideName, SIDES } from '../sides.ts';
import type { LabValues } from './lab-values.ts';

/** What one side has in bins of values. */
export interface BinCounts {
  /** Values by bin. */
  values: Float64Array;
  /** The first patients who have a value in each bin, as many as matter. */
  people: number[][];
}

/**
 * Counts the values of one side by bin; those whose bin is −1 are left out.
 * @param matter patients from which on it does not matter how many more a bin has
 */
export function countBins(
  { patient, value }: LabValues,
  bins: number,
  matter: number,
  binOf: (i: number) => number,
): BinCounts {
  const values = new Float64Array(bins);
  const people = Array.from({ length: bins }, (): number[] => []);
  for (let i = 0; i < value.length; i++) {
    const bin = binOf(i);
    if (bin === -1) continue;
    values[bin]++;
    if (people[bin].length < matter && people[bin].at(-1) !== patient[i]) people[bin].push(patient[i]);
  }
  return { values, people };
}

/** Share of a side's values in some bins; 0 of a side without values. */
export function shareIn({ values }: BinCounts, bins: readonly number[]): number {
  const total = values.reduce((sum, count) => sum + count, 0);
  return bins.reduce((sum, bin) => sum + values[bin], 0) / Math.max(1, total);
}

/** The shares of each side. */
export function sharesIn(sides: Record<SideName, BinCounts>, bins: readonly number[]): Record<SideName, number> {
  return Object.fromEntries(SIDES.map((side) => [side, shareIn(sides[side], bins)])) as Record<SideName, number>;
}

/** Whether at least so many held-out and as many training patients each have a value in one of some bins. */
export function hasPeople(
  { holdout, training }: Record<SideName, BinCounts>,
  bins: readonly number[],
  minPatients: number,
): boolean {
  return [holdout, training].every(({ people }) => new Set(bins.flatMap((bin) => people[bin])).size >= minPatients);
}
