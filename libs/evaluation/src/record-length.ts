import type { CodeMatrix } from '@ehrsynth/matrix';
import { type Interval, proportion } from '@ehrsynth/statistics';
import { mean, standardDeviation } from 'simple-statistics';

export interface LengthFit {
  /** Distinct codes per patient. */
  mean: { reference: number; other: number };
  /** Undefined where there is one row. */
  sd: { reference?: number; other?: number };
  /** Kolmogorov–Smirnov distance: the largest difference of the cumulative shares. */
  ks: number;
  emptyRows: { reference?: Interval; other?: Interval };
}

/** Record length: distinct codes per patient, in one matrix and the other. */
export function recordLength(reference: CodeMatrix, other: CodeMatrix): LengthFit {
  const [a, b] = [[...reference.rowSizes()], [...other.rowSizes()]];
  const empty = (values: number[]) => proportion(values.filter((value) => value === 0).length, values.length);
  return {
    mean: { reference: mean(a), other: mean(b) },
    sd: { reference: spread(a), other: spread(b) },
    ks: ksDistance(a, b),
    emptyRows: { reference: empty(a), other: empty(b) },
  };
}

function spread(values: number[]): number | undefined {
  return values.length < 2 ? undefined : standardDeviation(values);
}

function ksDistance(a: number[], b: number[]): number {
  const longest = [...a, ...b].reduce((x, y) => Math.max(x, y), 0);
  const shares = (values: number[]) => {
    const counts = new Float64Array(longest + 1);
    for (const value of values) counts[value] += 1 / values.length;
    return counts;
  };
  const [p, q] = [shares(a), shares(b)];
  let [below, distance] = [0, 0];
  for (let length = 0; length <= longest; length++) {
    below += p[length] - q[length];
    distance = Math.max(distance, Math.abs(below));
  }
  return distance;
}
