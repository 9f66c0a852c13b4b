import type { Dictionary } from './dictionary.ts';
import { SPANS } from './spans.ts';

const MONTHS = 12;
const WEEKDAYS = 7;
/** Stays that an item may go on with: the latest begun, the one before it, and so on. */
export const MOST_STAYS = 4;

/** Tokens [start, end). */
export interface Interval {
  start: number;
  end: number;
}

/**
 * Tokens by number. What may come at one place is an interval: first all that has to do with people and time, then, as the second part, what
 * is in a visit.
 */
export class Alphabet {
  /** Values, and last that there is none. */
  readonly sexes: Interval;
  readonly races: Interval;
  readonly ethnicities: Interval;
  /** Spans of years of the first visit, and last that there is none. */
  readonly years: Interval;
  readonly months: Interval;
  readonly weekdays: Interval;
  /** Spans of ages at the first visit, and last that it is not known. */
  readonly ages: Interval;
  /** The end of the record, and spans of days to what comes next. */
  readonly gaps: Interval;
  /** Death; then classes of encounters, no encounter, and stays that are gone on with. */
  readonly classes: Interval;
  readonly stays: Interval;
  /** Of each entry the first token of its variants, and the end of the last. */
  readonly firstTokens: Int32Array;
  /** Of each token of a visit, counted from the first, its entry. */
  readonly entryOf: Int32Array;
  /** All tokens of people and time; those in visits begin here. */
  readonly firstInVisit: number;
  readonly count: number;

  constructor({ sexes, races, ethnicities, years, ages, classes, entries }: Dictionary) {
    let next = 0;
    const take = (count: number): Interval => ({ start: next, end: (next += count) });
    this.sexes = take(sexes.length + 1);
    this.races = take(races.length + 1);
    this.ethnicities = take(ethnicities.length + 1);
    this.years = take(Math.max(0, years.length - 1) + 1);
    this.months = take(MONTHS);
    this.weekdays = take(WEEKDAYS);
    this.ages = take(Math.max(0, ages.length - 1) + 1);
    this.gaps = take(1 + SPANS.count);
    this.classes = take(1 + classes.length + 1 + MOST_STAYS);
    this.stays = take(SPANS.count);
    this.firstInVisit = next;
    this.firstTokens = new Int32Array(entries.length + 1);
    entries.forEach(({ variants }, i) => {
      this.firstTokens[i] = next;
      next += variants.length;
    });
    this.firstTokens[entries.length] = next;
    this.count = next + 1;
    this.entryOf = new Int32Array(next - this.firstInVisit);
    entries.forEach((_, i) =>
      this.entryOf.fill(i, this.firstTokens[i] - this.firstInVisit, this.firstTokens[i + 1] - this.firstInVisit),
    );
  }

  get endOfRecord(): number {
    return this.gaps.start;
  }

  get death(): number {
    return this.classes.start;
  }

  /** An item of events that have no encounter. */
  get alone(): number {
    return this.classes.end - MOST_STAYS - 1;
  }

  get endOfVisit(): number {
    return this.count - 1;
  }

  /** The token for going on with the n-th latest stay, from 0. */
  stayedOn(place: number): number {
    return this.alone + 1 + place;
  }

  /** Whether a class is that of a new encounter. */
  isEncounter(token: number): boolean {
    return token > this.death && token < this.alone;
  }

  /** Tokens of the two parts. */
  partOf(token: number): 0 | 1 {
    return token < this.firstInVisit ? 0 : 1;
  }
}
