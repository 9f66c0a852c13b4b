export { auc } from './auc.ts';
export { crossValidatedAuc, type FoldScores } from './cross-validated-auc.ts';
export {
  type Interval,
  jackknifeVariance,
  meanOf,
  moments,
  proportion,
  widened,
  withVariance,
  Z,
} from './intervals.ts';
export { bestF1Threshold, f1At, rocCurve, type RocPoint, rocPoints } from './roc.ts';
export { type Classifier, type Learner, type Rows, topColumns } from './classifier.ts';
export { logisticRegression } from './logistic-regression.ts';
export { boostedTrees } from './boosted-trees.ts';
export { sampleRows, splitRows } from './sample-rows.ts';
export { aucOf, byLabel, labelled, type Labelled, labelsOf } from './labelled.ts';
export { fixed, intervalText, numberText, percent, shareText } from './format.ts';
export { clusteredProportion, differenceOf, scaled, type Share } from './difference.ts';
export { observedToExpected } from './observed-to-expected.ts';
export { ratioOfTotals } from './ratio-of-totals.ts';
