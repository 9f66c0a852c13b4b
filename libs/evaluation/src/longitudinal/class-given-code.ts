import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import { type Both, COMPARED, eachSide } from '../sides.ts';
import { totalVariation } from './distances.ts';
import { both, type Jackknifed, WITHOUT } from './figure.ts';
import { MeanSums } from './jackknife-sums.ts';
import { codesOf, KeyCounts } from './key-counts.ts';
import { MIN_CARRIERS } from './recurrence.ts';
import type { Side, Sides } from './side.ts';

/** Classes are counted one by one up to this, the commonest of the held-out visits first; all others as one. */
const MOST_CLASSES = 15;

export interface ClassGivenCode {
  /** Mean over codes of the total variation of the classes of the visits that hold it. */
  variation: Both<Jackknifed>;
  codes: Both<number>;
}

/** In which kind of visit codes come, of codes that at least 20 people have on either side. */
export async function classGivenCode(sides: Sides, pause: Pause = yieldToEventLoop): Promise<ClassGivenCode> {
  const codes = codesOf(sides);
  const places = classPlaces(sides);
  const counts = eachSide((name) => classCounts(sides[name], codes, places));
  const people = eachSide((name) => carriers(sides[name], codes));
  const sums = both(() => ({ variation: new MeanSums(), codes: 0 }));
  const classes = MOST_CLASSES + 1;
  for (let code = 0; code < codes; code++) {
    for (const [key, other] of COMPARED) {
      if (people.holdout[code] < MIN_CARRIERS || people[other][code] < MIN_CARRIERS) continue;
      const at = code * classes * WITHOUT;
      sums[key].variation.add(totalVariation(counts.holdout.counts, counts[other].counts, classes, at));
      sums[key].codes++;
    }
    await pause();
  }
  return {
    variation: { synthetic: sums.synthetic.variation.values(), floor: sums.floor.variation.values() },
    codes: { synthetic: sums.synthetic.codes, floor: sums.floor.codes },
  };
}

/** Where each class of visits is counted. */
function classPlaces({ holdout: { histories } }: Sides): Uint8Array {
  const visits = new Float64Array(histories.dictionary.classes.texts.length);
  for (const one of histories.arrays.visitClass) visits[one]++;
  const places = new Uint8Array(visits.length).fill(MOST_CLASSES);
  [...visits.keys()]
    .sort((a, b) => visits[b] - visits[a] || a - b)
    .slice(0, MOST_CLASSES)
    .forEach((one, place) => (places[one] = place));
  return places;
}

function classCounts({ histories, sequences, groups }: Side, codes: number, places: Uint8Array): KeyCounts {
  const counts = new KeyCounts(codes * (MOST_CLASSES + 1));
  for (let visit = 0; visit < sequences.visits.length; visit++) {
    const place = places[histories.arrays.visitClass[sequences.visits[visit]]];
    const group = groups[sequences.patients[visit]];
    for (let at = sequences.codeStarts[visit]; at < sequences.codeStarts[visit + 1]; at++)
      counts.add(sequences.codes[at] * (MOST_CLASSES + 1) + place, group);
  }
  return counts;
}

function carriers({ occurrences }: Side, codes: number): Int32Array {
  const counts = new Int32Array(codes);
  for (const code of occurrences.codes) counts[code]++;
  return counts;
}
