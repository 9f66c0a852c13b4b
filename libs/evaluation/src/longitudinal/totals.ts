import { GROUPS } from './figure.ts';
import { withoutEach } from './jackknife-sums.ts';
import type { Side } from './side.ts';

/** What counts of keys are shares of, without each group. */
export interface Totals {
  /** Records with a visit that holds a code. */
  records: Float64Array;
  /** Visits that hold a code. */
  visits: Float64Array;
  /** Visits that follow another. */
  successions: Float64Array;
}

/** Records, visits that hold a code, and successions of them. */
export function totalsOf({ sequences: { starts }, groups }: Side): Totals {
  const [records, visits] = [new Float64Array(GROUPS), new Float64Array(GROUPS)];
  for (let patient = 0; patient < groups.length; patient++) {
    const own = starts[patient + 1] - starts[patient];
    visits[groups[patient]] += own;
    if (own > 0) records[groups[patient]]++;
  }
  const all = { records: withoutEach(records), visits: withoutEach(visits) };
  return { ...all, successions: all.visits.map((count, i) => count - all.records[i]) };
}
