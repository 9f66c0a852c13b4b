import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import { type Both, COMPARED, eachSide, type SideName } from '../sides.ts';
import { type Beside, BesideCode } from './beside-code.ts';
import { both, type Jackknifed, WITHOUT } from './figure.ts';
import { RSquaredSums } from './jackknife-sums.ts';
import { codesOf, TouchedKeys } from './key-counts.ts';
import type { Sides } from './side.ts';
import type { Totals } from './totals.ts';

export interface VisitPairs {
  /** R² of the shares of records that have both codes of a pair in one visit. */
  recordBigrams: Both<Jackknifed>;
  /** R² of the shares of visits that have both codes of a pair. */
  visitBigrams: Both<Jackknifed>;
}

/**
 * Pairs of codes in one visit, in whatever order. One code after another is counted with all that come after it in the dictionary, so
 * that no more is held at a time than the pairs of one.
 * @see Theodorou et al. 2023, the third and fourth statistics
 */
export async function visitPairs(
  sides: Sides,
  totals: Record<SideName, Totals>,
  pause: Pause = yieldToEventLoop,
): Promise<VisitPairs> {
  const codes = codesOf(sides);
  const pairs = eachSide((name) => new BesideCode(sides[name], codes, laterInVisit));
  const touched = new TouchedKeys(codes);
  const sums = both(() => ({ records: new RSquaredSums(), visits: new RSquaredSums() }));
  for (let code = 0; code < codes; code++) {
    for (const own of Object.values(pairs)) own.count(code);
    const { holdout } = pairs;
    for (const later of touched.of(eachSide((name) => pairs[name].visits))) {
      const at = later * WITHOUT;
      for (const [key, other] of COMPARED) {
        sums[key].records.add(holdout.records.counts, pairs[other].records.counts, at);
        sums[key].visits.add(holdout.visits.counts, pairs[other].visits.counts, at);
      }
    }
    for (const own of Object.values(pairs)) own.clear();
    await pause();
  }
  const fit = (unit: 'records' | 'visits') => ({
    synthetic: sums.synthetic[unit].values(totals.holdout[unit], totals.synthetic[unit]),
    floor: sums.floor[unit].values(totals.holdout[unit], totals.training[unit]),
  });
  return { recordBigrams: fit('records'), visitBigrams: fit('visits') };
}

/** The later codes of the dictionary in the same visit, so that each pair is counted once. */
const laterInVisit: Beside = (place, visit, { codeStarts }) => [place + 1, codeStarts[visit + 1]];
