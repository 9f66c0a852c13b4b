import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import { type Both, COMPARED, eachSide } from '../sides.ts';
import { ksDistance } from './distances.ts';
import { both, GROUPS, type Jackknifed, WITHOUT } from './figure.ts';
import { MeanSums, PearsonSums } from './jackknife-sums.ts';
import { codesOf, KeyCounts } from './key-counts.ts';
import type { Side, Sides } from './side.ts';
import { type EntryValues, valuesByCode, valuesOf } from './values-by-code.ts';

/** Carriers of a code, or people in whom it recurs, from which on the code is looked at. */
export const MIN_CARRIERS = 20;

export interface Recurrence {
  /** Of the shares of carriers in whom a code comes again: Pearson's r over codes, and the mean absolute difference. */
  r: Both<Jackknifed>;
  difference: Both<Jackknifed>;
  /** Mean over codes of the Kolmogorov–Smirnov distance of the days between one occurrence and the next. */
  days: Both<Jackknifed>;
  /** Codes whose shares are compared, and whose days are. */
  codes: Both<number>;
  codesWithDays: Both<number>;
}

/**
 * How often codes come again on a later day, and after how long: of codes that at least 20 people of either side have, and in 20 of
 * whom they come again. (The distance is the same of days as of their logarithms.)
 */
export async function recurrence(sides: Sides, pause: Pause = yieldToEventLoop): Promise<Recurrence> {
  const codes = codesOf(sides);
  const people = eachSide((name) => carriersOf(sides[name], codes));
  const days = eachSide((name) => valuesByCode(sides[name], codes, daysBetween(sides[name])));
  const found = both(() => ({
    r: new PearsonSums(),
    difference: new MeanSums(),
    days: new MeanSums(),
    codesWithDays: 0,
  }));
  for (let code = 0; code < codes; code++) {
    for (const [key, other] of COMPARED) {
      const at = code * WITHOUT + GROUPS;
      const [mine, theirs] = [people.holdout, people[other]];
      if (mine.all.counts[at] < MIN_CARRIERS || theirs.all.counts[at] < MIN_CARRIERS) continue;
      const [p, q] = [sharesOf(mine, code), sharesOf(theirs, code)];
      for (let group = 0; group < WITHOUT; group++) found[key].r.add(group, p[group], q[group]);
      found[key].difference.add(p.map((share, group) => Math.abs(share - q[group])));
      if (mine.again.counts[at] < MIN_CARRIERS || theirs.again.counts[at] < MIN_CARRIERS) continue;
      found[key].days.add(ksDistance(valuesOf(days.holdout, code), valuesOf(days[other], code)));
      found[key].codesWithDays++;
    }
    await pause();
  }
  const fit = <T>(of: (sums: (typeof found)['floor']) => T) => ({
    synthetic: of(found.synthetic),
    floor: of(found.floor),
  });
  return {
    r: fit((sums) => sums.r.values()),
    difference: fit((sums) => sums.difference.values()),
    days: fit((sums) => sums.days.values()),
    codes: fit((sums) => sums.r.pairs),
    codesWithDays: fit((sums) => sums.codesWithDays),
  };
}

interface Carriers {
  all: KeyCounts;
  /** Those in whom the code comes again. */
  again: KeyCounts;
}

function carriersOf({ occurrences, groups }: Side, codes: number): Carriers {
  const [all, again] = [new KeyCounts(codes), new KeyCounts(codes)];
  for (let patient = 0; patient < groups.length; patient++) {
    for (let entry = occurrences.starts[patient]; entry < occurrences.starts[patient + 1]; entry++) {
      const code = occurrences.codes[entry];
      all.add(code, groups[patient]);
      if (occurrences.dayStarts[entry + 1] - occurrences.dayStarts[entry] > 1) again.add(code, groups[patient]);
    }
  }
  return { all, again };
}

function sharesOf({ all, again }: Carriers, code: number): Float64Array {
  return Float64Array.from({ length: WITHOUT }, (_, group) => {
    const of = ({ counts }: KeyCounts) =>
      counts[code * WITHOUT + GROUPS] - (group === GROUPS ? 0 : counts[code * WITHOUT + group]);
    return of(again) / of(all);
  });
}

function daysBetween({ occurrences: { days } }: Side): EntryValues {
  return (_, from, to, give) => {
    for (let at = from + 1; at < to; at++) give(days[at] - days[at - 1]);
  };
}
