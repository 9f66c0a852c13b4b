import type { CodeMatrix } from '@ehrsynth/matrix';
import { type Interval, proportion } from '@ehrsynth/statistics';
import { nearest } from './nearest.ts';

/** Rows with fewer codes are like many people's. */
const MIN_CODES = 5;

/** Share of the synthetic rows with at least five codes that some real row is the same as, or differs from by one code. */
export interface Copies {
  minCodes: number;
  /** Synthetic rows with that many codes. */
  rows: number;
  exact: { training: Interval; holdout: Interval };
  near: { training: Interval; holdout: Interval };
}

/** Copies of training rows, beside as many held-out rows: what these have is chance. */
export function copies(members: CodeMatrix, others: CodeMatrix, synthetic: CodeMatrix): Copies {
  const sizes = synthetic.rowSizes();
  const long = synthetic.pick([...sizes.keys()].filter((row) => sizes[row] >= MIN_CODES));
  const [toMembers, toOthers] = [nearest(long, members).first, nearest(long, others).first];
  const within = (distances: Float64Array, most: number) =>
    proportion(distances.filter((distance) => distance <= most).length, long.rows);
  return {
    minCodes: MIN_CODES,
    rows: long.rows,
    exact: { training: within(toMembers, 0), holdout: within(toOthers, 0) },
    near: { training: within(toMembers, 1), holdout: within(toOthers, 1) },
  };
}
