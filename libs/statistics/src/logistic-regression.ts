import { byColumn } from '@ehrsynth/matrix';
import { type Classifier, logOdds, type Rows } from './classifier.ts';

const PASSES = 100;
/** Stops when the scores of all rows together change by less than this share. */
const TOLERANCE = 1e-4;

/**
 * Logistic regression with an L2 penalty of ½ Σ w², on which columns a row has, by cyclic coordinate descent: one column after another
 * takes a Newton step within its trust region, over the rows that have it. The intercept has no penalty. The odds of rows
 * are multiplied by those of a step, and taken from the scores once a pass: a pass then takes a few nanoseconds an entry.
 * @param passes over all columns, at most
 * @see Genkin, Lewis, Madigan 2007, figure 2; the method of OHDSI's Cyclops
 */
export function logisticRegression(
  rows: Rows,
  labels: Uint8Array,
  hidden: ReadonlySet<number> = new Set(),
  passes = PASSES,
): Classifier {
  const lists = byColumn(rows);
  const columns = [...rows.columns.keys()].filter((column) => !hidden.has(column));
  const weights = new Float64Array(rows.columns.length);
  const trust = new Float64Array(rows.columns.length).fill(1);
  const scores = new Float64Array(rows.rows).fill(logOdds(labels));
  const all = Int32Array.from(scores.keys());
  const odds = new Float64Array(rows.rows);
  let [intercept, interceptTrust] = [logOdds(labels), 1];
  for (let pass = 0; pass < passes; pass++) {
    // Anew in each pass, so that errors of rounding do not add up.
    for (let row = 0; row < odds.length; row++) odds[row] = Math.exp(scores[row]);
    let change = 0;
    const move = (members: Int32Array, weight: number, region: number, penalty: number) => {
      const step = newtonStep(odds, labels, members, weight, region, penalty);
      const factor = Math.exp(step);
      for (let i = 0; i < members.length; i++) {
        scores[members[i]] += step;
        odds[members[i]] *= factor;
      }
      change += Math.abs(step) * members.length;
      return step;
    };
    const step = move(all, intercept, interceptTrust, 0);
    intercept += step;
    interceptTrust = Math.max(2 * Math.abs(step), interceptTrust / 2);
    for (const column of columns) {
      const members = lists.rows.subarray(lists.starts[column], lists.starts[column + 1]);
      if (members.length === 0) continue;
      const moved = move(members, weights[column], trust[column], 1);
      weights[column] += moved;
      trust[column] = Math.max(2 * Math.abs(moved), trust[column] / 2);
    }
    let total = 1;
    for (const score of scores) total += Math.abs(score);
    if (change / total < TOLERANCE) break;
  }
  return {
    score: (others) => scoresOf(others, weights, intercept),
    // What a column adds to the scores of rows like these: its weight times the standard deviation of having it.
    importance: weights.map((weight, column) => {
      const share = (lists.starts[column + 1] - lists.starts[column]) / Math.max(1, rows.rows);
      return Math.abs(weight) * Math.sqrt(share * (1 - share));
    }),
  };
}

function newtonStep(
  odds: Float64Array,
  labels: Uint8Array,
  members: Int32Array,
  weight: number,
  region: number,
  penalty: number,
): number {
  let slope = -penalty * weight;
  let bend = penalty;
  const bound = Math.exp(-region);
  for (let i = 0; i < members.length; i++) {
    const row = members[i];
    const own = odds[row];
    const inverse = 1 / own;
    slope += labels[row] - 1 / (1 + inverse);
    // The greatest that p (1 − p) can be within the region.
    const far = (own > inverse ? own : inverse) * bound;
    bend += far <= 1 ? 0.25 : 1 / (2 + far + 1 / far);
  }
  return Math.max(-region, Math.min(region, slope / bend));
}

function scoresOf({ rows, indptr, indices }: Rows, weights: Float64Array, intercept: number): Float64Array {
  const scores = new Float64Array(rows).fill(intercept);
  for (let row = 0; row < rows; row++)
    for (let at = indptr[row]; at < indptr[row + 1]; at++) scores[row] += weights[indices[at]];
  return scores;
}
