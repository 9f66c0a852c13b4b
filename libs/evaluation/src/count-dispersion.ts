import type { CodeMatrix } from '@ehrsynth/matrix';
import { rootMeanSquare } from 'simple-statistics';
import { correlationOf } from './correlation.ts';

/** Codes with fewer carriers have means and variances that are mostly noise. */
const MIN_PATIENTS = 30;

/** How one matrix's figure of each code fits the other's. */
export interface Fit {
  /** Pearson's r over the codes; undefined where one side is the same for all. */
  r?: number;
  /** Undefined where there are no codes. */
  rmse?: number;
}

export interface CountFit {
  /** Codes with at least 30 carriers in the reference and 2 in the other. */
  codes: number;
  /** Mean and variance of a code's counts over its carriers; then of log (1 + count). */
  mean: Fit;
  variance: Fit;
  log1p: { mean: Fit; variance: Fit };
  /** Mean count of each of the codes. */
  means: { code: string; display?: string; reference: number; other: number }[];
}

/** Counts: how often carriers of a code have it, by the mean and variance of each code. */
export function countDispersion(reference: CodeMatrix, other: CodeMatrix): CountFit {
  const plain = [reference, other].map((matrix) => moments(matrix, (count) => count));
  const logs = [reference, other].map((matrix) => moments(matrix, Math.log1p));
  const codes = plain[0].flatMap(({ carriers }, i) =>
    carriers >= MIN_PATIENTS && plain[1][i].carriers >= 2 ? [i] : [],
  );
  const fits = ([a, b]: Moments[][]) => ({
    mean: fit(codes.map((i) => [a[i].mean, b[i].mean])),
    variance: fit(codes.map((i) => [a[i].variance, b[i].variance])),
  });
  const means = codes.map((i) => {
    const { code, display } = reference.columns[reference.firstCode + i];
    return { code, display, reference: plain[0][i].mean, other: plain[1][i].mean };
  });
  return { codes: codes.length, ...fits(plain), log1p: fits(logs), means };
}

interface Moments {
  carriers: number;
  mean: number;
  /** Unbiased. */
  variance: number;
}

/** Of each code, over the rows that have it. */
function moments({ indices, values, columns, firstCode }: CodeMatrix, scale: (count: number) => number): Moments[] {
  const carriers = new Float64Array(columns.length);
  const means = new Float64Array(columns.length);
  const squares = new Float64Array(columns.length);
  // Welford's updates.
  indices.forEach((column, at) => {
    const value = scale(values[at]);
    const off = value - means[column];
    means[column] += off / ++carriers[column];
    squares[column] += off * (value - means[column]);
  });
  return Array.from(carriers.subarray(firstCode), (count, i) => ({
    carriers: count,
    mean: means[firstCode + i],
    variance: count > 1 ? squares[firstCode + i] / (count - 1) : 0,
  }));
}

function fit(pairs: [number, number][]): Fit {
  if (pairs.length === 0) return {};
  const r = correlationOf(
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
  );
  return { ...(r !== undefined && { r }), rmse: rootMeanSquare(pairs.map(([a, b]) => a - b)) };
}
