import type { CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import {
  aucOf,
  bestF1Threshold,
  f1At,
  type Interval,
  labelsOf,
  logisticRegression,
  meanOf,
  sampleRows,
  splitRows,
} from '@ehrsynth/statistics';
import { mean } from 'simple-statistics';
import { correlationOf } from './correlation.ts';
import { commonest } from './pairs.ts';

const MOST_CODES = 50;
const MOST_ROWS = 10_000;
/** Codes with fewer held-out carriers are too few to test on. */
const MIN_PATIENTS = 20;

/** How well a code is predicted from the other columns on held-out rows. */
export interface Skill {
  auc: Interval;
  /** At the score that has the best F1 on the rows it was trained on. */
  f1: number;
}

export interface Prediction {
  /** Rows that each classifier was trained on. */
  rows: number;
  codes: { code: string; display?: string; real: Skill; synthetic: Skill }[];
  synthetic: PredictionFit;
  /** Trained on one half of the training rows against the other half. */
  floor: PredictionFit;
}

export interface PredictionFit {
  /** Mean of the AUC of real-trained classifiers less that of the others; the same of F1. Undefined where no code is predicted. */
  aucGap?: number;
  /** The same with the interval of a mean over codes, by Student's t; undefined of fewer than two codes. */
  auc?: Interval;
  f1Gap?: number;
  /** Pearson's r of the AUCs, and of the F1s; undefined where there are fewer than three codes. */
  aucR?: number;
  f1R?: number;
}

/**
 * Dimension-wise prediction: of each of the 50 commonest codes a logistic regression on all other columns, trained on real and on as
 * many synthetic rows, tested on held-out ones.
 * @see Choi et al. 2017, section 4.3
 */
export function dimensionWisePrediction(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
  rng: Rng,
): Prediction {
  const rows = Math.min(Math.floor(training.rows / 2), synthetic.rows, MOST_ROWS);
  const [first, rest] = splitRows(training, rows, rng.fork('training'));
  const second = sampleRows(rest, rows, rng.fork('second half'));
  const other = sampleRows(synthetic, rows, rng.fork('synthetic'));
  const carriers = holdout.carriers();
  const columns = commonest(training, MOST_CODES).filter(
    (column) => carriers[column] >= MIN_PATIENTS && carriers[column] <= holdout.rows - MIN_PATIENTS,
  );
  const skills = columns.map((column) => ({
    real: skill(first, holdout, column),
    again: skill(second, holdout, column),
    synthetic: skill(other, holdout, column),
  }));
  const real = skills.map((one) => one.real);
  return {
    rows,
    codes: columns.map((column, i) => {
      const { code, display } = training.columns[column];
      return { code, display, real: real[i], synthetic: skills[i].synthetic };
    }),
    synthetic: fit(
      real,
      skills.map((one) => one.synthetic),
    ),
    floor: fit(
      real,
      skills.map((one) => one.again),
    ),
  };
}

function skill(rows: CodeMatrix, test: CodeMatrix, column: number): Skill {
  const labels = labelsOf(rows, column);
  const model = logisticRegression(rows, labels, new Set([column]));
  const [scores, truth] = [model.score(test), labelsOf(test, column)];
  return {
    auc: aucOf(scores, truth),
    f1: f1At(bestF1Threshold(model.score(rows), labels), scores, truth),
  };
}

function fit(real: Skill[], other: Skill[]): PredictionFit {
  if (real.length === 0) return {};
  const areas = [real, other].map((skills) => skills.map(({ auc }) => auc.value));
  const f1s = [real, other].map((skills) => skills.map(({ f1 }) => f1));
  const r = ([a, b]: number[][]) => correlationOf(a, b, 3);
  const gap = ([a, b]: number[][]) => mean(a) - mean(b);
  const each = areas[0].map((own, i) => own - areas[1][i]);
  return {
    ...(each.length > 1 && { auc: meanOf(each) }),
    aucGap: gap(areas),
    f1Gap: gap(f1s),
    aucR: r(areas),
    f1R: r(f1s),
  };
}
