import { areaInterval, placements } from './auc.ts';
import { type Interval, moments } from './intervals.ts';

/** Scores of the positives and the negatives of one fold, by what was trained on all others. */
export type FoldScores = readonly [positives: ArrayLike<number>, negatives: ArrayLike<number>];

/**
 * The mean of the folds' AUCs, with an interval that counts that folds are not independent: each is trained on the others.
 * Scores are compared within their fold only. Those of different folds come from different classifiers, and pooling them pulls the
 * AUC of rows that cannot be distinguished below 0.5. Within a fold the variance is DeLong's, σ²; the mean over K folds has
 * (1/K + n_test/n_train) σ² in place of σ²/K, so that the interval is that of fewer rows. Each fold needs two of either side.
 * @see Nadeau, Bengio 2003, Inference for the Generalization Error (the corrected resampled variance); LeDell, Petersen, van der Laan 2015 (the mean over folds)
 */
export function crossValidatedAuc(folds: readonly FoldScores[]): Interval {
  const each = folds.map(([positives, negatives]) => placements(positives, negatives).map(moments));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const inflation = 1 + folds.length / (folds.length - 1);
  const side = (which: 0 | 1) => ({
    count: folds.reduce((sum, scores) => sum + scores[which].length, 0) / inflation,
    variance: mean(each.map((sides) => sides[which].variance)),
  });
  return areaInterval(mean(each.map(([ofPositives]) => ofPositives.mean)), side(0), side(1));
}
