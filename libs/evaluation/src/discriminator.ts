import type { CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import {
  boostedTrees,
  byLabel,
  crossValidatedAuc,
  type Interval,
  labelled,
  type Learner,
  logisticRegression,
  sampleRows,
} from '@ehrsynth/statistics';

const FOLDS = 5;
const MOST_ROWS = 20_000;
/** Two rows of each side in each fold. */
const MIN_ROWS = 2 * FOLDS;

export interface Discrimination {
  /**
   * Area under the ROC curve, the mean over the folds; 0.5 where the rows cannot be distinguished. Undefined where a side has fewer than
   * ten rows.
   */
  logisticRegression?: Interval;
  boostedTrees?: Interval;
  /** Rows of each side. */
  rows: number;
}

/**
 * How well classifiers distinguish the rows of two matrices by their codes and demographics, as many of each; five-fold
 * cross-validation.
 */
export function discriminate(reference: CodeMatrix, other: CodeMatrix, rng: Rng): Discrimination {
  const rows = Math.min(reference.rows, other.rows, MOST_ROWS);
  if (rows < MIN_ROWS) return { rows };
  const all = labelled(sampleRows(reference, rows, rng.fork('reference')), sampleRows(other, rows, rng.fork('other')));
  // As many rows of each side in each fold.
  const dealt = rng.fork('folds');
  const deal = () => dealt.shuffle(Int32Array.from({ length: rows }, (_, row) => row % FOLDS));
  const foldOf = [...deal(), ...deal()];
  const scoresOf = (learn: Learner, fold: number) => {
    const part = (isIn: boolean) => foldOf.flatMap((one, row) => ((one === fold) === isIn ? [row] : []));
    const labelsOf = (chosen: number[]) => Uint8Array.from(chosen, (row) => all.labels[row]);
    const [inFold, outside] = [part(true), part(false)];
    const found = learn(all.rows.pick(outside), labelsOf(outside));
    return byLabel(found.score(all.rows.pick(inFold)), labelsOf(inFold));
  };
  const area = (learn: Learner) => crossValidatedAuc(Array.from({ length: FOLDS }, (_, fold) => scoresOf(learn, fold)));
  return { logisticRegression: area(logisticRegression), boostedTrees: area(boostedTrees), rows };
}
