import type { CodeMatrix } from '@ehrsynth/matrix';
import { mean, rootMeanSquare } from 'simple-statistics';
import { correlationOf } from './correlation.ts';

/** Undefined where there are no codes. */
export interface PrevalenceFit {
  /** Also undefined where one side is the same for all codes. */
  r?: number;
  rmse?: number;
  meanAbsoluteDifference?: number;
  maxAbsoluteDifference?: number;
}

/** Dimension-wise prevalence (Choi et al. 2017): share of the rows that have each code, in one matrix and the other. */
export function prevalence(reference: CodeMatrix, other: CodeMatrix): PrevalenceFit {
  const [p, q] = [codePrevalence(reference), codePrevalence(other)];
  if (p.length === 0) return {};
  const differences = p.map((value, i) => Math.abs(value - q[i]));
  return {
    r: correlationOf(p, q),
    rmse: rootMeanSquare(differences),
    meanAbsoluteDifference: mean(differences),
    maxAbsoluteDifference: differences.reduce((a, b) => Math.max(a, b), 0),
  };
}

/** Share of the rows that have each code, in the order of the columns; demographics are left out. */
export function codePrevalence(matrix: CodeMatrix): number[] {
  return Array.from(matrix.carriers().subarray(matrix.firstCode), (carriers) => carriers / matrix.rows);
}
