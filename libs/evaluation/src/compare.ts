import { type CodeMatrix, columnKey } from '@ehrsynth/matrix';
import { type Coverage, coverage } from './coverage.ts';
import { type PrevalenceFit, prevalence } from './prevalence.ts';
import { type LengthFit, recordLength } from './record-length.ts';

export interface Comparison {
  rows: { training: number; holdout: number; synthetic: number };
  codes: number;
  /** Held-out against synthetic rows, and the floor: held-out against training rows. */
  prevalence: { synthetic: PrevalenceFit; floor: PrevalenceFit };
  recordLength: { synthetic: LengthFit; floor: LengthFit };
  coverage: Coverage;
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
  };
}
