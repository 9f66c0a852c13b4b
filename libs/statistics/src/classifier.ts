import type { CodeMatrix } from '@ehrsynth/matrix';

/** Rows of a CodeMatrix seen as sets: a column is there or not. */
export type Rows = Pick<CodeMatrix, 'rows' | 'columns' | 'indptr' | 'indices' | 'values'>;

export interface Classifier {
  /** Log odds of label 1, a row. */
  score(rows: Rows): Float64Array;
  /** Importance of each column: 0 where it is not used. */
  importance: Float64Array;
}

/**
 * Learns to distinguish rows with label 1 from those with 0 by which columns they have.
 * @param hidden columns that it must not look at
 */
export type Learner = (rows: Rows, labels: Uint8Array, hidden?: ReadonlySet<number>) => Classifier;

/** Log odds of label 1 in all; half a row is added to each label, for labels that none has. */
export function logOdds(labels: Uint8Array): number {
  let ones = 0;
  for (const label of labels) ones += label;
  return Math.log((ones + 0.5) / (labels.length - ones + 0.5));
}

/** The `count` most important columns, those of no importance left out. */
export function topColumns({ importance }: Classifier, count: number): number[] {
  return [...importance.keys()]
    .filter((column) => importance[column] > 0)
    .sort((a, b) => importance[b] - importance[a] || a - b)
    .slice(0, count);
}
