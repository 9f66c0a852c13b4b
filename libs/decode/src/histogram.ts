import type { Rng } from '@ehrsynth/random';
import { z } from 'zod';

/** Counts of whole numbers in [edges[i], edges[i + 1]); `log` where small ones are likelier within a bin. */
export const Histogram = z.object({
  edges: z.array(z.number()),
  counts: z.array(z.number()),
  log: z.boolean().optional(),
});
export type Histogram = z.infer<typeof Histogram>;

/**
 * A histogram over the given edges in which every bin that is not empty has values of at least k patients: a smaller one
 * is joined with its neighbour, and values that fewer than k patients reach count as the largest that k do. Undefined
 * where there are fewer than k patients in all.
 * @param patients whose each value is; by default each is of another patient
 */
export function histogram(
  values: readonly number[],
  edges: readonly number[],
  k: number,
  { patients = values.map((_, i) => i), log = false }: { patients?: ArrayLike<number>; log?: boolean } = {},
): Histogram | undefined {
  const largest = reachedBy(k, values, patients);
  if (largest === undefined) return undefined;
  const limits = [...edges.filter((edge, i) => i === 0 || edge <= largest), largest + 1];
  const bins = Array.from({ length: limits.length - 1 }, () => ({ count: 0, patients: new Set<number>() }));
  values.forEach((value, i) => {
    const bin = bins[binOf(Math.min(value, largest), limits)];
    bin.count++;
    bin.patients.add(patients[i]);
  });
  const joined: { upTo: number; count: number; patients: Set<number> }[] = [];
  for (const [i, { count, patients: owners }] of bins.entries()) {
    const last = joined.at(-1);
    const isOpen = last && last.count > 0 && last.patients.size < k;
    if (!isOpen) joined.push({ upTo: limits[i + 1], count, patients: owners });
    else
      Object.assign(last, {
        upTo: limits[i + 1],
        count: last.count + count,
        patients: union(last.patients, owners),
      });
  }
  // What is too small at the end goes to the bins before it.
  while (joined.length > 1 && joined.at(-1)!.count > 0 && joined.at(-1)!.patients.size < k) {
    const { upTo, count, patients: owners } = joined.pop()!;
    const last = joined.at(-1)!;
    Object.assign(last, { upTo, count: last.count + count, patients: union(last.patients, owners) });
  }
  return {
    edges: [edges[0], ...joined.map(({ upTo }) => upTo)],
    counts: joined.map(({ count }) => count),
    ...(log && { log }),
  };
}

/** The largest value that at least k patients reach. */
function reachedBy(k: number, values: readonly number[], patients: ArrayLike<number>): number | undefined {
  const highest = new Map<number, number>();
  values.forEach((value, i) =>
    highest.set(patients[i], Math.max(value, highest.get(patients[i]) ?? -Infinity)),
  );
  return [...highest.values()].sort((a, b) => b - a)[k - 1];
}

/** A whole number drawn from the histogram: within a bin uniformly, or uniformly in its logarithm. */
export function drawFrom({ edges, counts, log }: Histogram, rng: Rng): number {
  const bin = rng.weighted(counts);
  const [from, to] = [edges[bin], edges[bin + 1]];
  if (!log) return from + rng.int(to - from);
  return Math.floor((from + 1) * ((to + 1) / (from + 1)) ** rng.next()) - 1;
}

/** Values per unit of width at a place; 0 outside. */
export function densityAt({ edges, counts }: Histogram, value: number): number {
  if (value < edges[0] || value >= edges.at(-1)!) return 0;
  const bin = binOf(value, edges);
  return counts[bin] / (edges[bin + 1] - edges[bin]);
}

function binOf(value: number, edges: readonly number[]): number {
  let bin = 0;
  while (bin < edges.length - 2 && value >= edges[bin + 1]) bin++;
  return bin;
}

function union(a: Set<number>, b: Set<number>): Set<number> {
  return new Set([...a, ...b]);
}
