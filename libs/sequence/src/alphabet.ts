import type { Dictionary } from './dictionary.ts';
import { grainsOf } from './value-bins.ts';
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
 * Tokens by number. What may come at one place is an interval within a part.
 */
export class Alphabet {
  /** Values, and last that there is none. */
  readonly sexes: Interval;
  readonly races: Interval;
  readonly ethnicities: Interval;
  /** Spans of years of the first visit, and last that there is none. */
  readonly years: Interval;
  readonly months: Interval;
  /** Spans of ages at the first visit, and last that it is not known. */
  readonly ages: Interval;
  readonly weekdays: Interval;
  /** The end of the record, and spans of days to what comes next. */
  readonly gaps: Interval;
  /** Death; then classes of encounters, no encounter, and stays that are gone on with. */
  readonly classes: Interval;
  readonly stays: Interval;
  /** Entries of the dictionary in their order, and the end of the visit. */
  readonly codes: Interval;
  /** What events of the entries say that have more than one variant. */
  readonly values: Interval;
  /** Of each entry the token of its first variant; of those that have but one, where it would be. */
  readonly firstValues: Int32Array;
  /** Of each event by number its entry, which of the entry's variants it is, and which grain of that variant's bin. */
  readonly entryOf: Int32Array;
  readonly variantOf: Int32Array;
  readonly grainOf: Int32Array;
  /** Of each entry and variant the number of its first event. */
  private readonly firstEvents: number[][];
  private readonly grains: number[][];
  /** Parts of all tokens, in their order: who it is, days of the week, gaps, classes, stays, codes, and values where there are any. */
  readonly parts: readonly Interval[];
  readonly count: number;

  constructor({ sexes, races, ethnicities, years, ages, classes, entries }: Dictionary) {
    let next = 0;
    const take = (count: number): Interval => ({ start: next, end: (next += count) });
    this.sexes = take(sexes.length + 1);
    this.races = take(races.length + 1);
    this.ethnicities = take(ethnicities.length + 1);
    this.years = take(Math.max(0, years.length - 1) + 1);
    this.months = take(MONTHS);
    this.ages = take(Math.max(0, ages.length - 1) + 1);
    this.weekdays = take(WEEKDAYS);
    this.gaps = take(1 + SPANS.count);
    this.classes = take(1 + classes.length + 1 + MOST_STAYS);
    this.stays = take(SPANS.count);
    this.codes = take(entries.length + 1);
    this.firstValues = new Int32Array(entries.length);
    const firstValue = next;
    entries.forEach(({ variants }, i) => {
      this.firstValues[i] = next;
      if (variants.length > 1) next += variants.length;
    });
    this.values = { start: firstValue, end: next };
    this.count = next;
    this.grains = entries.map(({ variants, scales }) =>
      variants.map((own) => (own.type === 'number' ? grainsOf(scales[own.scale].bins)[own.bin].count : 1)),
    );
    const events: [entry: number, variant: number, grain: number][] = [];
    this.firstEvents = this.grains.map((counts, entry) =>
      counts.map((count, variant) => {
        for (let grain = 0; grain < count; grain++) events.push([entry, variant, grain]);
        return events.length - count;
      }),
    );
    [this.entryOf, this.variantOf, this.grainOf] = [0, 1, 2].map((at) => Int32Array.from(events, (event) => event[at]));
    const people = { start: 0, end: this.weekdays.start };
    const parts = [people, this.weekdays, this.gaps, this.classes, this.stays, this.codes, this.values];
    this.parts = parts.filter(({ start, end }) => end > start);
  }

  /** How many grains a variant has. */
  grainsIn(entry: number, variant: number): number {
    return this.grains[entry][variant];
  }

  /** The number of an event. */
  eventOf(entry: number, variant: number, grain = 0): number {
    return this.firstEvents[entry][variant] + grain;
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
    return this.codes.end - 1;
  }

  /** The token for going on with the n-th latest stay, from 0. */
  stayedOn(place: number): number {
    return this.alone + 1 + place;
  }

  /** Whether a class is that of a new encounter. */
  isEncounter(token: number): boolean {
    return token > this.death && token < this.alone;
  }

  /** The part that a token is in, by its number. */
  partOf(token: number): number {
    return this.parts.findIndex(({ end }) => token < end);
  }
}
