import type { Rng } from '@ehrsynth/random';
import { z } from 'zod';

/** Larger than any age, distance in days or number of events of a patient. */
const LARGEST = 1_000_000;

/** Whole numbers in [edges[i], edges[i + 1]), and the mean in each bin (0 in an empty one). */
export const Histogram = z
  .object({
    edges: z.array(z.number().int().min(-LARGEST).max(LARGEST)),
    /** Counts, rounded to a multiple of k: how many there are in all, and so who is in none of them, does not follow. */
    counts: z.array(z.number().min(0)),
    means: z.array(z.number()),
  })
  .refine(
    ({ edges, counts, means }) => edges.length === counts.length + 1 && means.length === counts.length,
    'bins, edges and means do not match',
  )
  .refine(({ edges }) => edges.every((edge, i) => i === 0 || edge > edges[i - 1]), 'edges are not in ascending order')
  .refine(({ counts }) => counts.some((count) => count > 0), 'all bins are empty');
export type Histogram = z.infer<typeof Histogram>;

/**
 * A histogram over the given edges in which every bin that is not empty has values of at least k patients: a smaller one
 * is joined with its neighbour, and values that fewer than k patients reach count as the largest that k do. Undefined
 * where there are fewer than k patients in all.
 * @param patients whose each value is; by default each is of another patient
 */
export function histogram(
  values: ArrayLike<number>,
  edges: readonly number[],
  k: number,
  patients?: ArrayLike<number>,
): Histogram | undefined {
  const largest = reachedBy(k, values, patients);
  if (largest === undefined) return undefined;
  const limits = [...edges.filter((edge, i) => i === 0 || edge <= largest), largest + 1];
  const bins = Array.from({ length: limits.length - 1 }, () => ({
    count: 0,
    sum: 0,
    patients: new Set<number>(),
  }));
  for (let i = 0; i < values.length; i++) {
    const counted = Math.min(values[i], largest);
    const bin = bins[binOf(counted, limits)];
    bin.count++;
    bin.sum += counted;
    // Whether there are k is all that is asked.
    if (bin.patients.size < k) bin.patients.add(patients ? patients[i] : i);
  }
  const joined: (Bin & { upTo: number })[] = [];
  for (const [i, bin] of bins.entries()) {
    const last = joined.at(-1);
    const isOpen = last && last.count > 0 && last.patients.size < k;
    if (isOpen) joined.pop();
    joined.push({ ...(isOpen ? together(last, bin) : bin), upTo: limits[i + 1] });
  }
  // What is too small at the end goes to the bins before it.
  while (joined.length > 1 && joined.at(-1)!.count > 0 && joined.at(-1)!.patients.size < k) {
    const last = joined.pop()!;
    joined.push({ ...together(joined.pop()!, last), upTo: last.upTo });
  }
  return {
    edges: [edges[0], ...joined.map(({ upTo }) => upTo)],
    counts: joined.map(({ count }) => k * Math.round(count / k)),
    means: joined.map(({ sum, count }) => (count === 0 ? 0 : Math.round((100 * sum) / count) / 100)),
  };
}

/** The largest value that at least k patients reach. @param patients whose each value is; by default each is of another patient */
export function reachedBy(k: number, values: ArrayLike<number>, patients?: ArrayLike<number>): number | undefined {
  if (!patients) return descending(values)[k - 1];
  const highest = new Map<number, number>();
  for (let i = 0; i < values.length; i++)
    highest.set(patients[i], Math.max(values[i], highest.get(patients[i]) ?? -Infinity));
  return descending(Array.from(highest.values()))[k - 1];
}

function descending(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort().reverse();
}

/** A whole number drawn from the histogram, within a bin from a power of a uniform draw that has the bin's mean. */
export function drawFrom({ edges, counts, means }: Histogram, rng: Rng): number {
  const bin = rng.weighted(counts);
  const [from, width] = [edges[bin], edges[bin + 1] - edges[bin]];
  // Rounding down takes half a unit off the mean of x; E[uᵖ] = 1 / (p + 1). Above the middle, counted from the other end.
  const share = Math.min(0.999, Math.max(0.001, (means[bin] + 0.5 - from) / width));
  const u = rng.next();
  const x = share <= 0.5 ? u ** (1 / share - 1) : 1 - u ** (1 / (1 - share) - 1);
  return from + Math.min(width - 1, Math.floor(width * x));
}

/** Values per unit of width at a place; 0 outside. */
export function densityAt({ edges, counts }: Pick<Histogram, 'edges' | 'counts'>, value: number): number {
  if (value < edges[0] || value >= edges.at(-1)!) return 0;
  const bin = binOf(value, edges);
  return counts[bin] / (edges[bin + 1] - edges[bin]);
}

function binOf(value: number, edges: readonly number[]): number {
  let bin = 0;
  while (bin < edges.length - 2 && value >= edges[bin + 1]) bin++;
  return bin;
}

interface Bin {
  count: number;
  sum: number;
  patients: Set<number>;
}

function together(a: Bin, b: Bin): Bin {
  return { count: a.count + b.count, sum: a.sum + b.sum, patients: new Set([...a.patients, ...b.patients]) };
}
