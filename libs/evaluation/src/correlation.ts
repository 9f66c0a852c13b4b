import { sampleCorrelation } from 'simple-statistics';

/** Pearson's r; undefined where there are fewer than `fewest` pairs, or one side is the same for all. */
export function correlationOf(a: number[], b: number[], fewest = 2): number | undefined {
  if (a.length < fewest) return undefined;
  const r = sampleCorrelation(a, b);
  return Number.isFinite(r) ? r : undefined;
}
