import type { LabValues } from './lab-values.ts';

/** One synthetic patient's values of one lab in order of time. */
export interface Trajectory {
  /** Days since the first of them. */
  days: number[];
  values: number[];
}

const MOST_PATIENTS = 12;
const MIN_LENGTH = 5;
const MOST_LENGTH = 60;

/** Trajectories of some synthetic patients who have at least five values. Never give this real ones. */
export function trajectoriesOf({ value, day, patient }: LabValues): Trajectory[] {
  const found: Trajectory[] = [];
  for (let from = 0; from < value.length && found.length < MOST_PATIENTS;) {
    let to = from;
    while (to < value.length && patient[to] === patient[from]) to++;
    if (to - from >= MIN_LENGTH) {
      const end = Math.min(to, from + MOST_LENGTH);
      found.push({
        days: Array.from(day.subarray(from, end), (own) => own - day[from]),
        values: [...value.subarray(from, end)],
      });
    }
    from = to;
  }
  return found;
}
