import { type CodeMatrix, type Column, columnGroups, firstCodeOf, MatrixBuilder } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { type Interval, meanOf, moments } from '@ehrsynth/statistics';
import { nearest } from './nearest.ts';

export interface Exposure {
  /** Rows drawn as the canaries were, among which they are ranked. */
  candidates: number;
  /** Bits: log₂ candidates − log₂ rank, of each canary. */
  canaries: number[];
  mean: Interval;
  /** Mean of the candidates ranked among themselves, which were never planted: 1.44 bits, less where many have the same score. */
  unplanted: number;
}

/**
 * Random rows that no patient is like: one value of each demographic group, and so many different codes, each as likely as any other.
 */
export function drawCanaries(columns: readonly Column[], count: number, codes: number, rng: Rng): CodeMatrix {
  const [groups, firstCode] = [columnGroups(columns), firstCodeOf(columns)];
  const builder = new MatrixBuilder(columns);
  for (let row = 0; row < count; row++) {
    const own = new Set(groups.map(({ start, end }) => start + rng.int(end - start)));
    const wanted = own.size + Math.min(codes, columns.length - firstCode);
    while (own.size < wanted) own.add(firstCode + rng.int(columns.length - firstCode));
    builder.add(
      `canary-${row + 1}`,
      [...own].map((column): [Column, number] => [columns[column], 1]),
    );
  }
  return builder.build();
}

/**
 * Exposure of planted canaries by the rank of each among candidates that were drawn as they were, ties counting half; a smaller score is a
 * better memory of the row.
 * @see Carlini et al. 2019, definitions 4 and 5, the rank estimated by sampling
 */
export function exposure(canaries: ArrayLike<number>, candidates: ArrayLike<number>): Exposure {
  const sorted = Float64Array.from(candidates).sort();
  const before = (score: number, isAfterTies: boolean) => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (sorted[middle] < score || (isAfterTies && sorted[middle] === score)) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  /** Bits of a score whose rank is among `rows`, with as many others of the same score. */
  const bits = (score: number, rows: number, own: number) => {
    const less = before(score, false);
    return Math.log2(rows) - Math.log2(1 + less + (before(score, true) - less - own) / 2);
  };
  const ofCanaries = Array.from(canaries, (score) => bits(score, sorted.length + 1, 0));
  const ofCandidates = Array.from(sorted, (score) => bits(score, sorted.length, 1));
  return {
    candidates: sorted.length,
    canaries: ofCanaries,
    mean: meanOf(ofCanaries),
    unplanted: moments(ofCandidates).mean,
  };
}

/** Exposure through synthetic rows: a canary or candidate is the better remembered the closer a synthetic row is to it. */
export function exposureBySamples(canaries: CodeMatrix, candidates: CodeMatrix, synthetic: CodeMatrix): Exposure {
  return exposure(nearest(canaries, synthetic).first, nearest(candidates, synthetic).first);
}
