import { type Both, eachSide, type SideName } from '../sides.ts';
import { both, type Jackknifed, WITHOUT } from './figure.ts';
import { RSquaredSums } from './jackknife-sums.ts';
import { codesOf, KeyCounts } from './key-counts.ts';
import type { Side, Sides } from './side.ts';
import type { Totals } from './totals.ts';

export interface SingleCodes {
  recordCodes: Both<Jackknifed>;
  visitCodes: Both<Jackknifed>;
  /** Visits of each side that hold each code. */
  visits: Record<SideName, KeyCounts>;
}

/** R² of the shares of records, and of visits, that hold each code. @see Theodorou et al. 2023, the first two statistics */
export function singleCodes(sides: Sides, totals: Record<SideName, Totals>): SingleCodes {
  const codes = codesOf(sides);
  const records = eachSide((name) => recordsWith(sides[name], codes));
  const visits = eachSide((name) => visitsWith(sides[name], codes));
  const fit = (counts: Record<SideName, KeyCounts>, unit: 'records' | 'visits') => (other: SideName) => {
    const sums = new RSquaredSums();
    for (let code = 0; code < codes; code++) {
      sums.add(counts.holdout.counts, counts[other].counts, code * WITHOUT);
    }
    return sums.values(totals.holdout[unit], totals[other][unit]);
  };
  return {
    recordCodes: both(fit(records, 'records')),
    visitCodes: both(fit(visits, 'visits')),
    visits,
  };
}

function recordsWith({ occurrences: { starts, codes }, groups }: Side, kinds: number): KeyCounts {
  const counts = new KeyCounts(kinds);
  for (let patient = 0; patient < groups.length; patient++)
    for (let at = starts[patient]; at < starts[patient + 1]; at++) counts.add(codes[at], groups[patient]);
  return counts;
}

function visitsWith({ sequences: { patients, codeStarts, codes }, groups }: Side, kinds: number): KeyCounts {
  const counts = new KeyCounts(kinds);
  for (let visit = 0; visit < patients.length; visit++) {
    const group = groups[patients[visit]];
    for (let at = codeStarts[visit]; at < codeStarts[visit + 1]; at++) counts.add(codes[at], group);
  }
  return counts;
}
