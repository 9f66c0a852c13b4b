import type { Column } from '@ehrsynth/matrix';
import type { CodedEvent } from '@ehrsynth/records';
import { shareOf } from './shares.ts';
import type { CodeTimeline } from './timeline.ts';

const PARTNERS = 5;
const TOGETHER_SHARE = 0.3;
const AFTER_SHARE = 0.95;
const AFTER_LIFT = 2;
/** Of a patient's columns, how many pairs are looked at, at most: records of thousands of codes stay quick. */
const COLUMNS_A_PATIENT = 300;

interface Pair {
  both: number;
  /** The first occurrence of one stands in an encounter of the other. */
  together: number;
  /** The first occurrence of one is not before the first of the other. */
  notBefore: number;
}

/** Of ordered pairs of columns (one, other): in how many patients they meet, and in which order. */
export class PairCounts {
  private readonly pairs = new Map<number, Pair>();
  private readonly carriers: number[];

  constructor(
    private readonly columns: readonly Column[],
    private readonly k: number,
  ) {
    this.carriers = columns.map(() => 0);
  }

  add(occurrences: Map<number, CodedEvent[]>): void {
    const known = [...occurrences].slice(0, COLUMNS_A_PATIENT).map(([column, events]) => {
      this.carriers[column]++;
      const starts = events.map((event) => event.start ?? '9999');
      const first = starts.reduce((a, b) => (a < b ? a : b));
      return {
        column,
        first,
        firstEncounter: events[starts.indexOf(first)].encounter,
        encounters: new Set(events.map((event) => event.encounter)),
      };
    });
    for (const one of known) {
      for (const other of known) {
        if (one === other || this.columns[other.column].kind === 'drug') continue;
        const key = one.column * this.columns.length + other.column;
        let pair = this.pairs.get(key);
        if (!pair) this.pairs.set(key, (pair = { both: 0, together: 0, notBefore: 0 }));
        pair.both++;
        if (one.firstEncounter !== undefined && other.encounters.has(one.firstEncounter)) pair.together++;
        if (one.first >= other.first) pair.notBefore++;
      }
    }
  }

  /** What was learned of a column's company, from pairs that at least k patients have. */
  of(column: number, patients: number): Pick<CodeTimeline, 'together' | 'after'> {
    const found: { other: number; pair: Pair }[] = [];
    for (let other = 0; other < this.columns.length; other++) {
      const pair = this.pairs.get(column * this.columns.length + other);
      if (pair && pair.both >= this.k) found.push({ other, pair });
    }
    const together = found
      .filter(({ pair }) => pair.together >= this.k && pair.together / pair.both >= TOGETHER_SHARE)
      .sort((a, b) => b.pair.together - a.pair.together)
      .slice(0, PARTNERS)
      .map(({ other, pair }) => ({
        column: other,
        probability: shareOf(pair.together, pair.both, this.k),
      }));
    const lift = ({ other, pair }: (typeof found)[number]) =>
      (pair.both * patients) / (this.carriers[column] * this.carriers[other]);
    const after =
      this.columns[column].kind === 'drug'
        ? found
            .filter((entry) => this.columns[entry.other].kind === 'condition' && lift(entry) >= AFTER_LIFT)
            .filter(({ pair }) => pair.notBefore >= this.k && pair.notBefore / pair.both >= AFTER_SHARE)
            .sort((a, b) => lift(b) - lift(a))
            .slice(0, PARTNERS)
            .map(({ other }) => other)
        : [];
    return {
      together: together.length > 0 ? together : undefined,
      after: after.length > 0 ? after : undefined,
    };
  }
}
