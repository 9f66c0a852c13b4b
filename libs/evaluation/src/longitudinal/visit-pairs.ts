import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import { type Both, both, type Jackknifed, WITHOUT } from './figure.ts';
import { RSquaredSums } from './jackknife-sums.ts';
import { codesOf, eachSide, KeyCounts, type SideName, TouchedKeys } from './key-counts.ts';
import { type Places, placesOf, rowsOf } from './occurrences.ts';
import type { Side, Sides } from './side.ts';
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
  const pairs = eachSide((name) => new PairsOfCode(sides[name], codes));
  const touched = new TouchedKeys(codes);
  const sums = both(() => ({ records: new RSquaredSums(), visits: new RSquaredSums() }));
  for (let code = 0; code < codes; code++) {
    for (const own of Object.values(pairs)) own.count(code);
    const { holdout, training, synthetic } = pairs;
    for (const other of touched.of(eachSide((name) => pairs[name].visits))) {
      const at = other * WITHOUT;
      sums.synthetic.records.add(holdout.records.counts, synthetic.records.counts, at);
      sums.synthetic.visits.add(holdout.visits.counts, synthetic.visits.counts, at);
      sums.floor.records.add(holdout.records.counts, training.records.counts, at);
      sums.floor.visits.add(holdout.visits.counts, training.visits.counts, at);
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

/** Of one code at a time: visits, and records with a visit, that have each later code of the dictionary too. */
class PairsOfCode {
  readonly records: KeyCounts;
  readonly visits: KeyCounts;
  private readonly places: Places;
  private readonly visitOf: Int32Array;
  private readonly lastPatient: Int32Array;

  constructor(
    private readonly side: Side,
    codes: number,
  ) {
    this.records = new KeyCounts(codes);
    this.visits = new KeyCounts(codes);
    this.places = placesOf(side.sequences.codes, codes);
    this.visitOf = rowsOf(side.sequences.codeStarts, side.sequences.codes.length);
    this.lastPatient = new Int32Array(codes);
  }

  count(code: number): void {
    const { groups, sequences } = this.side;
    const { codeStarts, codes, patients } = sequences;
    this.lastPatient.fill(-1);
    for (let i = this.places.starts[code]; i < this.places.starts[code + 1]; i++) {
      const place = this.places.places[i];
      const visit = this.visitOf[place];
      const patient = patients[visit];
      const group = groups[patient];
      for (let at = place + 1; at < codeStarts[visit + 1]; at++) {
        const other = codes[at];
        this.visits.add(other, group);
        if (this.lastPatient[other] === patient) continue;
        this.lastPatient[other] = patient;
        this.records.add(other, group);
      }
    }
  }

  clear(): void {
    this.records.clear();
    this.visits.clear();
  }
}
