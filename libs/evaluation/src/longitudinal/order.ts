import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import { type Both, eachSide } from '../sides.ts';
import { both, GROUPS, type Jackknifed, WITHOUT } from './figure.ts';
import { PearsonSums } from './jackknife-sums.ts';
import { codesOf, KeyCounts } from './key-counts.ts';
import { type Places, placesOf, rowsOf } from './occurrences.ts';
import type { Side, Sides } from './side.ts';

/** Pairs that fewer people of a side have both of say little of which comes first. */
const MIN_PEOPLE = 20;

export interface Order {
  /** Pearson's r, over pairs, of the share of people in whom one code comes before the other. */
  r: Both<Jackknifed>;
  /** Pairs that it is of. */
  pairs: Both<number>;
}

/**
 * Which of two codes comes first, of the pairs that at least 20 people of either side have both of, on whatever day. A pair is
 * counted both ways round, so that it does not matter which code is called the first. Codes of one day count for neither.
 */
export async function order(sides: Sides, pause: Pause = yieldToEventLoop): Promise<Order> {
  const codes = codesOf(sides);
  const placesOfHoldout = placesOf(sides.holdout.occurrences.codes, codes);
  const isKept = Uint8Array.from({ length: codes }, (_, code) =>
    Number(placesOfHoldout.starts[code + 1] - placesOfHoldout.starts[code] >= MIN_PEOPLE),
  );
  const pairs = eachSide((name) => new OrderOfCode(sides[name], codes, isKept));
  const sums = both(() => new PearsonSums());
  for (let code = 0; code < codes; code++) {
    if (!isKept[code]) continue;
    for (const own of Object.values(pairs)) own.count(code);
    const { touched, touchedCount } = pairs.holdout.together;
    for (let i = 0; i < touchedCount; i++) {
      addShares(sums.synthetic, pairs.holdout, pairs.synthetic, touched[i] * WITHOUT);
      addShares(sums.floor, pairs.holdout, pairs.training, touched[i] * WITHOUT);
    }
    for (const own of Object.values(pairs)) own.clear();
    await pause();
  }
  return {
    r: { synthetic: sums.synthetic.values(), floor: sums.floor.values() },
    pairs: { synthetic: sums.synthetic.pairs / 2, floor: sums.floor.pairs / 2 },
  };
}

function addShares(sums: PearsonSums, reference: OrderOfCode, other: OrderOfCode, at: number): void {
  const [m, n] = [reference.together.counts, other.together.counts];
  if (m[at + GROUPS] < MIN_PEOPLE || n[at + GROUPS] < MIN_PEOPLE) return;
  for (let group = 0; group < WITHOUT; group++) {
    const of = (counts: Int32Array) => counts[at + GROUPS] - (group === GROUPS ? 0 : counts[at + group]);
    sums.add(group, of(reference.before.counts) / of(m), of(other.before.counts) / of(n));
    sums.add(group, of(reference.after.counts) / of(m), of(other.after.counts) / of(n));
  }
}

/** Of one code at a time: people who have each later code of the dictionary too, and those who had one before the other. */
class OrderOfCode {
  readonly together: KeyCounts;
  readonly before: KeyCounts;
  readonly after: KeyCounts;
  private readonly places: Places;
  private readonly patientOf: Int32Array;

  constructor(
    private readonly side: Side,
    codes: number,
    private readonly isKept: Uint8Array,
  ) {
    this.together = new KeyCounts(codes);
    this.before = new KeyCounts(codes);
    this.after = new KeyCounts(codes);
    this.places = placesOf(side.occurrences.codes, codes);
    this.patientOf = rowsOf(side.occurrences.starts, side.occurrences.codes.length);
  }

  count(code: number): void {
    const { groups, occurrences } = this.side;
    const { starts, codes, dayStarts, days } = occurrences;
    for (let i = this.places.starts[code]; i < this.places.starts[code + 1]; i++) {
      const place = this.places.places[i];
      const patient = this.patientOf[place];
      const group = groups[patient];
      const first = days[dayStarts[place]];
      for (let at = place + 1; at < starts[patient + 1]; at++) {
        const other = codes[at];
        if (!this.isKept[other]) continue;
        this.together.add(other, group);
        const firstOfOther = days[dayStarts[at]];
        if (first < firstOfOther) this.before.add(other, group);
        else if (first > firstOfOther) this.after.add(other, group);
      }
    }
  }

  clear(): void {
    for (const counts of [this.together, this.before, this.after]) counts.clear();
  }
}
