import { type CodeMatrix, stacked } from '@ehrsynth/matrix';
import { auc } from './auc.ts';
import type { Interval } from './intervals.ts';

/** Rows with a label each. */
export interface Labelled {
  rows: CodeMatrix;
  labels: Uint8Array;
}

/** Rows labelled 1, and below them rows labelled 0. */
export function labelled(ones: CodeMatrix, zeros: CodeMatrix): Labelled {
  const labels = new Uint8Array(ones.rows + zeros.rows).fill(1, 0, ones.rows);
  return { rows: stacked(ones, zeros), labels };
}

/** Labels of rows by whether they have a column. */
export function labelsOf({ rows, indptr, indices }: CodeMatrix, column: number): Uint8Array {
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++)
    if (indices.subarray(indptr[row], indptr[row + 1]).includes(column)) labels[row] = 1;
  return labels;
}

/** Scores of the rows labelled 1, and of those labelled 0. */
export function byLabel(scores: Float64Array, labels: Uint8Array): [ones: Float64Array, zeros: Float64Array] {
  return [scores.filter((_, row) => labels[row] === 1), scores.filter((_, row) => labels[row] === 0)];
}

/** AUC of scores that should be higher for the rows labelled 1. */
export function aucOf(scores: Float64Array, labels: Uint8Array): Interval {
  return auc(...byLabel(scores, labels));
}
