import type { CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import {
  aucOf,
  boostedTrees,
  type Interval,
  labelled,
  type Learner,
  logisticRegression,
  sampleRows,
} from '@ehrsynth/statistics';

const FOLDS = 5;
const MOST_ROWS = 20_000;

export interface Discrimination {
  /** Area under the ROC curve, 0.5 where the rows cannot be told apart. */
  logisticRegression: Interval;
  boostedTrees: Interval;
  /** Rows of each side. */
  rows: number;
}

/** How well classifiers tell the rows of two matrices by their codes and demographics, as many of each; five-fold cross-validation. */
export function discriminate(reference: CodeMatrix, other: CodeMatrix, rng: Rng): Discrimination {
  const rows = Math.min(reference.rows, other.rows, MOST_ROWS);
  const all = labelled(
    sampleRows(reference, rows, rng.fork('reference')),
    sampleRows(other, rows, rng.fork('other')),
  );
  const folds = rng.fork('folds').shuffle(Int32Array.from(all.labels, (_, row) => row % FOLDS));
  const area = (learn: Learner) => {
    const scores = new Float64Array(all.rows.rows);
    for (let fold = 0; fold < FOLDS; fold++) {
      const inFold = [...folds.keys()].filter((row) => folds[row] === fold);
      const outside = [...folds.keys()].filter((row) => folds[row] !== fold);
      const labels = Uint8Array.from(outside, (row) => all.labels[row]);
      const found = learn(all.rows.pick(outside), labels).score(all.rows.pick(inFold));
      inFold.forEach((row, i) => (scores[row] = found[i]));
    }
    return aucOf(scores, all.labels);
  };
  return { logisticRegression: area(logisticRegression), boostedTrees: area(boostedTrees), rows };
}
