import type { Comparison } from '@ehrsynth/evaluation';
import type { CodeMatrix } from '@ehrsynth/matrix';
import type { KAnonymity } from '@ehrsynth/privacy';
import type { Figures } from './gate.ts';
import type { Verdict } from './verdict.ts';

/** What is shown of a release of a private model: figures of the synthetic rows alone. Any figure of a real row is outside of the budget. */
export interface WithheldReport {
  withheld: true;
  synthetic: SyntheticFigures;
  records?: Figures['records'];
  dated?: boolean;
  kAnonymity?: KAnonymity;
  /** Without the values of gates that depend on real rows. */
  verdict: Verdict;
}

export interface SyntheticFigures {
  rows: number;
  /** Codes that some row has. */
  codes: number;
  /** Share of the rows that have each code, the commonest first. */
  byCode: { code: string; display?: string; synthetic: number }[];
  /** Rows by the number of their different codes: of 0, 1, 2 … */
  lengths: number[];
  /** Rows with codes that are impossible for their sex or age. */
  violations: Comparison['violations']['synthetic'];
}

/** Gates whose figure follows from the synthetic records alone. */
const OF_SYNTHETIC = ['impossible-rows', 'valid-records', 'k-anonymity'];

export function withheldReport(
  matrix: CodeMatrix,
  { comparison, records, dated, kAnonymity }: Figures,
  verdict: Verdict,
): WithheldReport {
  return {
    withheld: true,
    synthetic: syntheticFigures(matrix, comparison.violations.synthetic),
    records,
    dated,
    kAnonymity,
    verdict: withoutValues(verdict),
  };
}

/** A verdict without the values of gates that depend on real rows. */
export function withoutValues({ passed, gates, off, loosened, accepted }: Verdict): Verdict {
  const shown = gates.map(({ name, section, title, bound, source, threshold, value, outcome }) => {
    const gate = { name, section, title, bound, source, threshold, outcome };
    return OF_SYNTHETIC.includes(name) && value !== undefined ? { ...gate, value } : gate;
  });
  return { passed, gates: shown, off, loosened, accepted, advice: [] };
}

function syntheticFigures(matrix: CodeMatrix, violations: SyntheticFigures['violations']): SyntheticFigures {
  const { rows, columns, firstCode } = matrix;
  const byCode = [...matrix.carriers()]
    .map((carriers, column) => ({ carriers, column }))
    .filter(({ carriers, column }) => column >= firstCode && carriers > 0)
    .sort((a, b) => b.carriers - a.carriers || a.column - b.column)
    .map(({ carriers, column }) => ({
      code: columns[column].code,
      display: columns[column].display,
      synthetic: carriers / rows,
    }));
  const lengths: number[] = [];
  for (const size of matrix.rowSizes()) {
    while (lengths.length <= size) lengths.push(0);
    lengths[size]++;
  }
  return { rows, codes: byCode.length, byCode, lengths, violations };
}
