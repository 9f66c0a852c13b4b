import { type CodeMatrix, type Column, columnKey } from '@ehrsynth/matrix';
import { conceptAbundance } from './concept-abundance.ts';
import { type Coverage, coverage } from './coverage.ts';
import { knowledgeViolation, type Limits, type Violations } from './knowledge-violation.ts';
import { type PairFit, pairFit } from './pairs.ts';
import { codePrevalence, type PrevalenceFit, prevalence } from './prevalence.ts';
import { type LengthFit, recordLength } from './record-length.ts';

export interface Comparison {
  rows: { training: number; holdout: number; synthetic: number };
  codes: number;
  /** Held-out against synthetic rows, and the floor: held-out against training rows. */
  prevalence: { synthetic: PrevalenceFit; floor: PrevalenceFit };
  recordLength: { synthetic: LengthFit; floor: LengthFit };
  /** Correlation and lift of pairs of codes. */
  pairs: { synthetic: PairFit; floor: PairFit };
  conceptAbundance: { synthetic: number; floor: number };
  /** Rows with codes that are impossible for their sex or age. */
  violations: { synthetic: Violations; training: Violations };
  coverage: Coverage;
  /** Prevalence of each code, the commonest of the held-out patients first. */
  byCode: { code: string; display?: string; training: number; holdout: number; synthetic: number }[];
}

/** Fidelity of synthetic rows, each figure beside the one that the real training rows reach against the held-out ones. @param limitsOf whom a code is possible in */
export function compare(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
  limitsOf: (column: Column) => Limits | undefined = () => undefined,
): Comparison {
  const keys = (matrix: CodeMatrix) => matrix.columns.map(columnKey).join('\n');
  if (keys(training) !== keys(synthetic) || keys(training) !== keys(holdout)) {
    throw new Error('the matrices have different columns');
  }
  return {
    rows: { training: training.rows, holdout: holdout.rows, synthetic: synthetic.rows },
    codes: training.columns.length - training.firstCode,
    prevalence: { synthetic: prevalence(holdout, synthetic), floor: prevalence(holdout, training) },
    recordLength: { synthetic: recordLength(holdout, synthetic), floor: recordLength(holdout, training) },
    pairs: { synthetic: pairFit(holdout, synthetic), floor: pairFit(holdout, training) },
    conceptAbundance: {
      synthetic: conceptAbundance(holdout, synthetic),
      floor: conceptAbundance(holdout, training),
    },
    violations: {
      synthetic: knowledgeViolation(synthetic, limitsOf),
      training: knowledgeViolation(training, limitsOf),
    },
    coverage: coverage(training, synthetic),
    byCode: byCode(training, holdout, synthetic),
  };
}

function byCode(training: CodeMatrix, holdout: CodeMatrix, synthetic: CodeMatrix): Comparison['byCode'] {
  const [p, q, r] = [training, holdout, synthetic].map(codePrevalence);
  return training.columns
    .slice(training.firstCode)
    .map(({ code, display }, i) => ({ code, display, training: p[i], holdout: q[i], synthetic: r[i] }))
    .sort((a, b) => b.holdout - a.holdout);
}
