import { CodeMatrix, MatrixBuilder, type Column } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { type Interval, meanOf } from '@ehrsynth/statistics';
import { nearest } from './nearest.ts';

/** Mean exposure of what was never planted: the mean of −log₂ of a uniform rank, log₂ e bits. */
export const UNPLANTED_EXPOSURE = Math.LOG2E;

export interface Exposure {
  /** Rows drawn as the canaries were, among which they are ranked. */
  candidates: number;
  /** Bits: log₂ candidates − log₂ rank, of each canary. */
  canaries: number[];
  /** Their mean; safe where 1.44, which rows that were never planted have, is in the interval. */
  mean: Interval;
}

/**
 * Random rows that no patient is like: one value of each demographic group, and so many different codes, each as likely as any other.
 */
export function drawCanaries(columns: readonly Column[], count: number, codes: number, rng: Rng): CodeMatrix {
  const { groups, firstCode } = new CodeMatrix(columns, new Int32Array(1), new Int32Array(0), new Int32Array(0), []);
  const builder = new MatrixBuilder(columns);
  for (let row = 0; row < count; row++) {
    const own = new Set(groups.map(({ start, end }) => start + rng.int(end - start)));
    const wanted = own.size + Math.min(codes, columns.length - firstCode);
    while (own.size < wanted) own.add(firstCode + rng.int(columns.length - firstCode));
    builder.add(`canary-${row + 1}`, [...own].map((column): [Column, number] => [columns[column], 1]));
  }
  return builder.build();
} // prettier-ignore

/**
 * Exposure of planted canaries by the rank of each among candidates that were drawn as they were, ties counting half; a smaller score is a
 * better memory of the row.
 * @see Carlini et al. 2019, definitions 4 and 5, the rank estimated by sampling
 */
export function exposure(canaries: ArrayLike<number>, candidates: ArrayLike<number>): Exposure {
  const bits = Array.from(canaries, (score) => {
    let rank = 1;
    for (let i = 0; i < candidates.length; i++) rank += candidates[i] < score ? 1 : candidates[i] === score ? 0.5 : 0;
    return Math.log2(candidates.length + 1) - Math.log2(rank);
  });
  return { candidates: candidates.length, canaries: bits, mean: meanOf(bits) };
} // prettier-ignore

/** Exposure through synthetic rows: a canary or candidate is the better remembered the closer a synthetic row is to it. */
export function exposureBySamples(
  canaries: CodeMatrix,
  candidates: CodeMatrix,
  synthetic: CodeMatrix,
): Exposure {
  return exposure(nearest(canaries, synthetic).first, nearest(candidates, synthetic).first);
}
