import type { CodeMatrix } from '@ehrsynth/matrix';
import { type Interval, jackknifeVariance, withVariance } from '@ehrsynth/statistics';
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

/** Groups of the jackknife, or as many as there are rows. */
const GROUPS = 20;

/**
 * How much less Pearson's r of the prevalences is between synthetic and held-out rows than between training and held-out rows. The interval is that of
 * the delete-a-group jackknife over the rows of all three. Undefined where one of the two r is.
 * @see Kott 2001
 */
export function prevalenceShortfall(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
): Interval | undefined {
  const sides = [training, holdout, synthetic];
  const groups = Math.min(GROUPS, ...sides.map(({ rows }) => rows));
  if (groups < 2) return undefined;
  const counts = sides.map((side) => groupCarriers(side, groups));
  const without = (group?: number) => {
    const [real, held, drawn] = counts.map((byGroup) => sumOf(byGroup.filter((_, i) => i !== group)));
    const [floor, found] = [correlationOf(held, real), correlationOf(held, drawn)];
    return floor === undefined || found === undefined ? NaN : floor - found;
  };
  const value = without();
  const variance = jackknifeVariance(Array.from({ length: groups }, (_, group) => without(group)));
  return Number.isFinite(value) && Number.isFinite(variance) ? withVariance(value, variance) : undefined;
}

/** Rows of each group, every twentieth, that have each code. */
function groupCarriers({ rows, indptr, indices, firstCode, columns }: CodeMatrix, groups: number): Float64Array[] {
  const counts = Array.from({ length: groups }, () => new Float64Array(columns.length - firstCode));
  for (let row = 0; row < rows; row++)
    for (let at = indptr[row]; at < indptr[row + 1]; at++)
      if (indices[at] >= firstCode) counts[row % groups][indices[at] - firstCode]++;
  return counts;
}

/** Counts stand in for shares: r is the same. */
function sumOf(counts: Float64Array[]): number[] {
  return Array.from(counts[0], (_, code) => counts.reduce((sum, own) => sum + own[code], 0));
}

/** Share of the rows that have each code, in the order of the columns; demographics are left out. */
export function codePrevalence(matrix: CodeMatrix): number[] {
  return Array.from(matrix.carriers().subarray(matrix.firstCode), (carriers) => carriers / matrix.rows);
}
