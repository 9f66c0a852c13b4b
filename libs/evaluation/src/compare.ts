import { type CodeMatrix, columnKey } from '@ehrsynth/matrix';
import { type Coverage, coverage } from './coverage.ts';
import { codePrevalence, type PrevalenceFit, prevalence } from './prevalence.ts';
import { type LengthFit, recordLength } from './record-length.ts';

export interface Comparison {
  rows: { training: number; holdout: number; synthetic: number };
  codes: number;
  /** Held-out against synthetic rows, and the floor: held-out against training rows. */
  prevalence: { synthetic: PrevalenceFit; floor: PrevalenceFit };
  recordLength: { synthetic: LengthFit; floor: LengthFit };
  coverage: Coverage;
  /** Prevalence of each code, the commonest of the held-out patients first. */
  byCode: { code: string; display?: string; training: number; holdout: number; synthetic: number }[];
}

/** Fidelity of synthetic rows, each figure beside the one that the real training rows reach against the held-out ones. */
export function compare(training: CodeMatrix, holdout: CodeMatrix, synthetic: CodeMatrix): Comparison {
  const keys = (matrix: CodeMatrix) => matrix.columns.map(columnKey).join('\n');
  if (keys(training) !== keys(synthetic) || keys(training) !== keys(holdout)) {
    throw new Error('the matrices have different columns');
  }
  return {
    rows: { training: training.rows, holdout: holdout.rows, synthetic: synthetic.rows },
    codes: training.columns.length - training.firstCode,
    prevalence: { synthetic: prevalence(holdout, synthetic), floor: prevalence(holdout, training) },
    recordLength: { synthetic: recordLength(holdout, synthetic), floor: recordLength(holdout, training) },
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
