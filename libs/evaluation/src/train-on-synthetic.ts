import { type CodeMatrix, stacked } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import {
  aucOf,
  boostedTrees,
  type Classifier,
  type Interval,
  labelsOf,
  sampleRows,
  topColumns,
} from '@ehrsynth/statistics';

/** Prevalence that the outcome is nearest to where none is named. */
const USUAL_PREVALENCE = 0.15;
const TOP = 20;

export interface OutcomeTask {
  outcome: { code: string; display?: string };
  /**
   * Area under the ROC curve by what the trees were trained on and what they were tested on; held-out rows are the real test.
   * Undefined where the rows tested on do not have both: with the outcome and without.
   */
  trainRealTestReal?: Interval;
  trainSyntheticTestReal?: Interval;
  trainRealTestSynthetic?: Interval;
  /** Trained on real and synthetic rows together. */
  trainBothTestReal?: Interval;
  features: FeatureAgreement;
}

/**
 * Share of the 20 most important columns for the outcome which are the same, trained on training rows and on others. Undefined where
 * no column of the training rows predicts it.
 */
export interface FeatureAgreement {
  top: number;
  synthetic?: number;
  /** Trained on held-out rows. */
  floor?: number;
}

/**
 * One outcome predicted from all other columns by boosted trees: train on synthetic, test on real (TSTR), the reverse (TRTS), and with
 * synthetic rows added to the real ones (TSRTR).
 * @param outcome its column; by default the code whose prevalence is nearest to 15%
 * @see Yan et al. 2022
 */
export function trainOnSynthetic(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
  rng: Rng,
  outcome = usualOutcome(training),
): OutcomeTask | undefined {
  if (outcome >= training.columns.length) return undefined;
  const train = (rows: CodeMatrix) => boostedTrees(rows, labelsOf(rows, outcome), new Set([outcome]));
  const test = (model: Classifier, rows: CodeMatrix) => {
    const labels = labelsOf(rows, outcome);
    return new Set(labels).size === 2 ? aucOf(model.score(rows), labels) : undefined;
  };
  const real = train(training);
  const other = train(synthetic);
  // Importance is compared among as many rows each.
  const size = Math.min(training.rows, holdout.rows, synthetic.rows);
  const [ofTraining, ofHoldout, ofSynthetic] = [training, holdout, synthetic].map((rows, i) =>
    topColumns(train(sampleRows(rows, size, rng.fork(i))), TOP),
  );
  const { code, display } = training.columns[outcome];
  return {
    outcome: { code, display },
    trainRealTestReal: test(real, holdout),
    trainSyntheticTestReal: test(other, holdout),
    trainRealTestSynthetic: test(real, synthetic),
    trainBothTestReal: test(train(stacked(training, synthetic)), holdout),
    features: {
      top: TOP,
      synthetic: overlap(ofTraining, ofSynthetic),
      floor: overlap(ofTraining, ofHoldout),
    },
  };
}

function usualOutcome(training: CodeMatrix): number {
  const carriers = training.carriers();
  const off = (column: number) => Math.abs(carriers[column] / training.rows - USUAL_PREVALENCE);
  let best = training.firstCode;
  for (let column = best; column < carriers.length; column++) if (off(column) < off(best)) best = column;
  return best;
}

/** Share of the first that is in the second. */
function overlap(a: number[], b: number[]): number | undefined {
  return a.length === 0 ? undefined : a.filter((column) => b.includes(column)).length / a.length;
}
