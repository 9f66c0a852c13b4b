import type { Rng } from '@ehrsynth/random';
import { z } from 'zod';

/** Counts of whole numbers in [edges[i], edges[i + 1]). */
export const Histogram = z.object({ edges: z.array(z.number()), counts: z.array(z.number()) });
export type Histogram = z.infer<typeof Histogram>;

/**
 * A histogram over the given edges in which every bin that is not empty holds at least k values: a smaller one is joined
 * with its neighbour. Undefined where there are fewer than k values in all.
 */
export function histogram(
  values: readonly number[],
  edges: readonly number[],
  k: number,
): Histogram | undefined {
  if (values.length < k) return undefined;
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) counts[binOf(value, edges)]++;
  const joined: Histogram = { edges: [edges[0]], counts: [] };
  let pending = 0;
  counts.forEach((count, i) => {
    pending += count;
    const rest = counts.slice(i + 1).reduce((sum, later) => sum + later, 0);
    const mayClose = pending === 0 || (pending >= k && (rest === 0 || rest >= k));
    if (!mayClose && i < counts.length - 1) return;
    joined.edges.push(edges[i + 1]);
    joined.counts.push(pending);
    pending = 0;
  });
  return joined;
}

/** A whole number drawn from the histogram. */
export function drawFrom({ edges, counts }: Histogram, rng: Rng): number {
  const bin = rng.weighted(counts);
  return edges[bin] + rng.int(edges[bin + 1] - edges[bin]);
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
