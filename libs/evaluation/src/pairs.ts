import type { CodeMatrix } from '@ehrsynth/matrix';
import { mean, rootMeanSquare } from 'simple-statistics';
import { correlationOf } from './correlation.ts';

/** Codes with fewer patients than this have correlations that are mostly noise. */
const MIN_PATIENTS = 30;
/** Pairs that fewer patients have together say little of how often they come together. */
const MIN_TOGETHER = 30;

export interface PairFit {
  /** Codes with at least 30 patients in the reference. */
  codes: number;
  /**
   * Mean absolute difference of φ over the pairs, and Pearson's r of the pairs' φ (undefined where one side is the same for all).
   * Undefined where there are fewer than two such codes.
   */
  correlation?: { meanAbsoluteDifference: number; r?: number };
  /** log lift of the pairs that at least 30 patients of the reference have; undefined where there are fewer than two. */
  lift?: { pairs: number; r?: number; rmse: number };
}

/** Column-wise correlation (Yan et al. 2022) and co-occurrence lift of the codes that are common in the reference. */
export function pairFit(reference: CodeMatrix, other: CodeMatrix): PairFit {
  const carriers = reference.carriers();
  const columns = [...carriers.keys()].filter(
    (column) => column >= reference.firstCode && carriers[column] >= MIN_PATIENTS,
  );
  const [a, b] = [pairCounts(reference, columns), pairCounts(other, columns)];
  const phis: [number[], number[]] = [[], []];
  const lifts: [number[], number[]] = [[], []];
  for (let i = 0; i < columns.length; i++) {
    for (let j = i + 1; j < columns.length; j++) {
      phis[0].push(phi(a, i, j));
      phis[1].push(phi(b, i, j));
      if (a.both[i * columns.length + j] < MIN_TOGETHER) continue;
      lifts[0].push(logLift(a, i, j));
      lifts[1].push(logLift(b, i, j));
    }
  }
  const differences = (values: [number[], number[]]) => values[0].map((value, i) => Math.abs(value - values[1][i]));
  return {
    codes: columns.length,
    ...(phis[0].length > 0 && {
      correlation: { meanAbsoluteDifference: mean(differences(phis)), r: correlationOf(...phis) },
    }),
    ...(lifts[0].length > 1 && {
      lift: { pairs: lifts[0].length, r: correlationOf(...lifts), rmse: rootMeanSquare(differences(lifts)) },
    }),
  };
}

/** Rows that have each of some columns, and each two of them. */
export interface PairCounts {
  rows: number;
  alone: Int32Array;
  /** Rows that have both, columns × columns, the first index less than the second. */
  both: Int32Array;
}

export function pairCounts({ rows, columns, indptr, indices }: CodeMatrix, chosen: number[]): PairCounts {
  const place = new Int32Array(columns.length).fill(-1);
  chosen.forEach((column, i) => (place[column] = i));
  const alone = new Int32Array(chosen.length);
  const both = new Int32Array(chosen.length ** 2);
  for (let row = 0; row < rows; row++) {
    const own = indices.subarray(indptr[row], indptr[row + 1]);
    for (let x = 0; x < own.length; x++) {
      const i = place[own[x]];
      if (i === -1) continue;
      alone[i]++;
      for (let y = x + 1; y < own.length; y++) {
        const j = place[own[y]];
        if (j !== -1) both[i * chosen.length + j]++;
      }
    }
  }
  return { rows, alone, both };
}

/** So many codes that most rows have, the commonest first. */
export function commonest(matrix: CodeMatrix, count: number): number[] {
  const carriers = matrix.carriers();
  return [...carriers.keys()]
    .slice(matrix.firstCode)
    .filter((column) => carriers[column] > 0)
    .sort((a, b) => carriers[b] - carriers[a] || a - b)
    .slice(0, count);
}

/** φ of two codes; 0 where one is in no row or in all. */
export function phi({ rows, alone, both }: PairCounts, i: number, j: number): number {
  const [p, q, pq] = [alone[i] / rows, alone[j] / rows, both[i * alone.length + j] / rows];
  const spread = Math.sqrt(p * (1 - p) * q * (1 - q));
  return spread === 0 ? 0 : (pq - p * q) / spread;
}

/** log of how much more often two codes come together than by chance; half a patient is added, for pairs that never do. */
function logLift({ rows, alone, both }: PairCounts, i: number, j: number): number {
  return Math.log(((both[i * alone.length + j] + 0.5) * rows) / ((alone[i] + 0.5) * (alone[j] + 0.5)));
}
