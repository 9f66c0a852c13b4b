import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';

export interface RowsShape {
  rows: number;
  codes: number;
  /** Mean of the codes a row. */
  perRow: number;
  /** How unlike real rows these are: 0 for rows of the same distribution. */
  off: number;
  seed: number;
}

const FLATNESS = 20;

/** Rows in which codes come together, since half of the patients have some of them oftener and others more rarely. */
export function benchRows({ rows, codes, perRow, off, seed }: RowsShape): CodeMatrix {
  const columns = Array.from({ length: codes }, (_, i): Column => ({
    kind: 'condition',
    system: 'urn:bench',
    code: `c${i}`,
    level: 'code',
  }));
  const weights = columns.map((_, rank) => 1 / (rank + FLATNESS));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rng = new Rng(seed);
  const shift = new Rng(97);
  const prevalence = weights.map((weight) => ((perRow * weight) / total) * (1 + off * (shift.next() - 0.5)));
  const builder = new MatrixBuilder(columns);
  for (let row = 0; row < rows; row++) {
    const strength = (rng.chance(0.5) ? 0.5 : -0.5) * (1 - off);
    const entries: [number, number][] = [];
    for (let column = 0; column < codes; column++) {
      const p = Math.min(0.9, prevalence[column] * (1 + (column % 2 === 0 ? strength : -strength)));
      if (rng.next32() < p) entries.push([column, 1 + Math.floor(3 * rng.next32() ** 2)]);
    }
    builder.addEntries(String(row), entries);
  }
  return builder.build();
}

export type ThreeSides = Record<'training' | 'holdout' | 'synthetic', CodeMatrix>;

/** Codes of the rows that are evaluated beside scikit-learn. */
export const EVALUATED_CODES = 500;
/** Codes of the rows that grow to a million, and how many of them a row has. */
export const GROWN = { codes: 200, perRow: 10 };

/** Three matrices of so many rows each. */
export function evaluatedRows(rows: number): ThreeSides {
  const of = (seed: number, off: number) => benchRows({ rows, codes: EVALUATED_CODES, perRow: 20, off, seed });
  return { training: of(1, 0), holdout: of(2, 0), synthetic: of(3, 0.4) };
}

/** So many real rows, in the usual parts of seven tenths and three, and as many synthetic ones as are trained on. */
export function grownRows(rows: number): ThreeSides {
  const training = Math.round(0.7 * rows);
  const of = (count: number, seed: number, off: number) => benchRows({ rows: count, ...GROWN, off, seed });
  return { training: of(training, 1, 0), holdout: of(rows - training, 2, 0), synthetic: of(training, 3, 0.1) };
}
