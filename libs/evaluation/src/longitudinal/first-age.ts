import { NO_DAY } from '@ehrsynth/histories';
import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import { type Both, COMPARED, eachSide, type SideName } from '../sides.ts';
import { ksDistance } from './distances.ts';
import { both, type Jackknifed } from './figure.ts';
import { MeanSums } from './jackknife-sums.ts';
import { codesOf } from './key-counts.ts';
import { MIN_CARRIERS } from './recurrence.ts';
import type { Side, Sides } from './side.ts';
import { type EntryValues, type ValuesByCode, valuesByCode, valuesOf } from './values-by-code.ts';

export interface FirstAge {
  /** Mean over codes of the Kolmogorov–Smirnov distance of the ages at which people first have it. */
  distance: Both<Jackknifed>;
  codes: Both<number>;
}

/** How old people are when they first have a code, of codes that at least 20 people of known age have on either side. */
export async function firstAge(
  sides: Sides,
  ages: Record<SideName, ValuesByCode> = firstAges(sides),
  pause: Pause = yieldToEventLoop,
): Promise<FirstAge> {
  const sums = both(() => ({ distance: new MeanSums(), codes: 0 }));
  for (let code = 0; code < codesOf(sides); code++) {
    const reference = valuesOf(ages.holdout, code);
    for (const [key, name] of COMPARED) {
      const other = valuesOf(ages[name], code);
      if (reference.length < MIN_CARRIERS || other.length < MIN_CARRIERS) continue;
      sums[key].distance.add(ksDistance(reference, other));
      sums[key].codes++;
    }
    await pause();
  }
  return {
    distance: { synthetic: sums.synthetic.distance.values(), floor: sums.floor.distance.values() },
    codes: { synthetic: sums.synthetic.codes, floor: sums.floor.codes },
  };
}

/** Ages in days at which people first have each code, one per person whose birth date is known. */
export function firstAges(sides: Sides): Record<SideName, ValuesByCode> {
  return eachSide((name) => valuesByCode(sides[name], codesOf(sides), ageAtFirst(sides[name])));
}

function ageAtFirst({ histories, occurrences }: Side): EntryValues {
  return (patient, from, _, give) => {
    const birth = histories.arrays.birthDay[patient];
    if (birth !== NO_DAY) give(occurrences.days[from] - birth);
  };
}
