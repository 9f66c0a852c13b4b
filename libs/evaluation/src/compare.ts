import { type CodeMatrix, type Column, haveSameColumns } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import type { Interval } from '@ehrsynth/statistics';
import { conceptAbundance } from './concept-abundance.ts';
import { type CountFit, countDispersion } from './count-dispersion.ts';
import { type DemographicShares, demographicShares } from './demographic-shares.ts';
import { type Coverage, coverage } from './coverage.ts';
import { requireRows } from './errors.ts';
import { dimensionWisePrediction, type Prediction } from './dimension-wise-prediction.ts';
import { type Discrimination, discriminate } from './discriminator.ts';
import { learnedLimits } from './learned-limits.ts';
import { knowledgeViolation, type Limits, type Violations } from './knowledge-violation.ts';
import { type ClusterFit, latentClusters } from './latent-clusters.ts';
import { type PairFit, pairFit } from './pairs.ts';
import { type PrevalenceFit, prevalence, prevalenceShortfall } from './prevalence.ts';
import { type LengthFit, recordLength } from './record-length.ts';
import {
  type CorrelationMatrices,
  correlationMatrices,
  isSmallCell,
  type LengthHistogram,
  lengthHistogram,
  shownShare,
  SMALL_CELL,
  type Withheld,
  withheld,
} from './small-cells.ts';
import { type OutcomeTask, trainOnSynthetic } from './train-on-synthetic.ts';

export interface Comparison {
  seed: number;
  smallCell: number;
  rows: { training: number; holdout: number; synthetic: number };
  codes: number;
  /** Held-out against synthetic rows, and the floor: held-out against training rows. */
  prevalence: {
    synthetic: PrevalenceFit;
    floor: PrevalenceFit;
    /** r of the floor less that of synthetic rows. */
    shortfall?: Interval;
  };
  recordLength: { synthetic: LengthFit; floor: LengthFit };
  counts: { synthetic: CountFit; floor: CountFit };
  /** Correlation and lift of pairs of codes. */
  pairs: { synthetic: PairFit; floor: PairFit };
  conceptAbundance: { synthetic: number; floor: number };
  clusters: { synthetic: ClusterFit; floor: ClusterFit };
  discriminator: { synthetic: Discrimination; floor: Discrimination };
  /** Rows with codes that are impossible for their sex or age; of training rows without small cells. */
  violations: { synthetic: Violations; training: Violations & { withheld?: Withheld } };
  coverage: Coverage;
  prediction: Prediction;
  /** Of one outcome; undefined where there are no codes. */
  outcome?: OutcomeTask;
  /** Prevalence of each code, the commonest of the held-out patients first. */
  byCode: CodePrevalence[];
  lengths: LengthHistogram;
  /** Patients by sex, age and race. */
  demographics: DemographicShares[];
  correlations: CorrelationMatrices;
}

/** Shares of the patients that have a code; undefined where the count is a small cell, and `withheld` says of which kind. */
export interface CodePrevalence {
  code: string;
  display?: string;
  training?: number;
  holdout?: number;
  synthetic: number;
  withheld?: { training?: Withheld; holdout?: Withheld };
}

export interface CompareOptions {
  /**
   * Whom a record may hold a code of: `{}` for anybody, undefined for a code that no rule covers. Of such a one the sex is what the training
   * patients show. @see learnedLimits
   */
  limitsOf?: (column: Column) => Limits | undefined;
  /** Of training and synthetic patients, whether one is known to have had a code at an age that may have it. @see knowledgeViolation */
  atPossibleAge?: Partial<Record<'training' | 'synthetic', (id: string, column: number) => boolean>>;
  /** Column of the outcome that is predicted; by default the code whose prevalence is nearest to 15%. */
  outcome?: number;
  seed?: number;
  /** Counts of real patients below this are not given, but for none. */
  smallCell?: number;
  /** Called with the name of each step before it, COMPARISON_STEPS times. */
  onStep?: (name: string) => void;
}

/** Steps that take a while. */
export const COMPARISON_STEPS = 9;

/**
 * Fidelity and utility of synthetic rows, each figure beside the one that the real training rows reach against the held-out ones.
 * A figure that so few rows or codes cannot give is undefined.
 * @throws NoRowsError where one of the three has no rows
 */
export async function compare(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
  {
    limitsOf = () => undefined,
    atPossibleAge = {},
    outcome,
    seed = 1,
    smallCell = SMALL_CELL,
    onStep,
  }: CompareOptions = {},
): Promise<Comparison> {
  if (!haveSameColumns(training, synthetic) || !haveSameColumns(training, holdout)) {
    throw new Error('the matrices have different columns');
  }
  requireRows({ training: training.rows, holdout: holdout.rows, synthetic: synthetic.rows });
  const rng = new Rng(seed);
  /** The figure of synthetic rows against held-out ones, and of training rows. */
  const both = async <T>(
    name: string,
    figure: (reference: CodeMatrix, other: CodeMatrix, rng: Rng) => T | Promise<T>,
  ) => {
    onStep?.(name);
    return {
      synthetic: await figure(holdout, synthetic, rng.fork(name)),
      floor: await figure(holdout, training, rng.fork(name)),
    };
  };
  /** A figure of all three. */
  const whole = <T>(name: string, figure: (a: CodeMatrix, b: CodeMatrix, c: CodeMatrix, rng: Rng) => T) => {
    onStep?.(name);
    return figure(training, holdout, synthetic, rng.fork(name));
  };
  const learned = learnedLimits(training);
  const limits = (column: Column, index: number) => limitsOf(column) ?? learned.get(index);
  return {
    seed,
    smallCell,
    rows: { training: training.rows, holdout: holdout.rows, synthetic: synthetic.rows },
    codes: training.columns.length - training.firstCode,
    prevalence: {
      ...(await both('prevalence', prevalence)),
      shortfall: prevalenceShortfall(training, holdout, synthetic),
    },
    recordLength: shownEmptyRows(await both('length', recordLength), training.rows, holdout.rows, smallCell),
    counts: await both('counts', countDispersion),
    pairs: await both('pairs', pairFit),
    conceptAbundance: await both('abundance', conceptAbundance),
    clusters: await both('clusters', latentClusters),
    discriminator: await both('discriminator', discriminate),
    violations: {
      synthetic: knowledgeViolation(synthetic, limits, atPossibleAge.synthetic),
      training: shownViolations(knowledgeViolation(training, limits, atPossibleAge.training), smallCell),
    },
    coverage: coverage(training, synthetic, smallCell),
    prediction: whole('prediction', dimensionWisePrediction),
    outcome: whole('outcome', (...given) => trainOnSynthetic(...given, outcome)),
    byCode: byCode(training, holdout, synthetic, smallCell),
    lengths: lengthHistogram(training, holdout, synthetic, smallCell),
    demographics: demographicShares(training, holdout, synthetic, smallCell),
    correlations: correlationMatrices(holdout, synthetic, smallCell),
  };
}

function byCode(training: CodeMatrix, holdout: CodeMatrix, synthetic: CodeMatrix, k: number): CodePrevalence[] {
  const [p, q, r] = [training, holdout, synthetic].map((matrix) => matrix.carriers());
  return [...q.keys()]
    .slice(training.firstCode)
    .sort((a, b) => q[b] - q[a] || a - b)
    .map((column) => {
      const { code, display } = training.columns[column];
      const kinds = {
        training: withheld(p[column], training.rows, k),
        holdout: withheld(q[column], holdout.rows, k),
      };
      return {
        code,
        display,
        training: shownShare(p[column], training.rows, k),
        holdout: shownShare(q[column], holdout.rows, k),
        synthetic: r[column] / synthetic.rows,
        ...((kinds.training || kinds.holdout) && { withheld: kinds }),
      };
    });
}

/** What training rows break, without small cells. */
function shownViolations(
  { rules, judged, share, rows, byCode }: Violations,
  k: number,
): Comparison['violations']['training'] {
  const kind = rows === undefined ? undefined : withheld(rows, judged, k);
  return {
    rules,
    judged,
    ...(kind ? { withheld: kind } : { share, rows }),
    byCode: byCode.filter((one) => !isSmallCell(one.rows, judged, k)),
  };
}

/** Shares of empty rows, without small cells. */
function shownEmptyRows(
  { synthetic, floor }: Comparison['recordLength'],
  trainingRows: number,
  holdoutRows: number,
  k: number,
): Comparison['recordLength'] {
  const shown = (share: Interval | undefined, rows: number) =>
    share && isSmallCell(Math.round(share.value * rows), rows, k) ? undefined : share;
  const reference = shown(floor.emptyRows.reference, holdoutRows);
  return {
    synthetic: { ...synthetic, emptyRows: { reference, other: synthetic.emptyRows.other } },
    floor: { ...floor, emptyRows: { reference, other: shown(floor.emptyRows.other, trainingRows) } },
  };
}
