import { NO_DAY } from '@ehrsynth/histories';
import type { Alphabet } from './alphabet.ts';
import { atPlaces, type Levels, PLACES } from './levels.ts';
import { spanOf } from './scale.ts';
import { MOST_GRAINS } from './value-bins.ts';

/** Numbers of values so far, and days since the last one, from which on they count as another span. */
const COUNTS = [0, 1, 2, 3, 5, 9];
const SINCE = [0, 2, 8, 32, 184];
/** Days in which the weight of a value in the recent mean halves. */
const HALF_LIFE = 60;
/** Widths of a bin that the mean counts as away from it, at most. */
const FARTHEST = 2;
/** Codes whose values tilt those of others in the same visit: the commonest ones. */
const PARTNERS = 32;
/** Where the last value is: there is none, in a lower bin, in the one below, in the bin itself by how long ago, in the one above, in a higher one. */
const [NONE, FAR_BELOW, BELOW, WITHIN] = [0, 1, 2, 3];
const [ABOVE, FAR_ABOVE] = [WITHIN + SINCE.length, WITHIN + SINCE.length + 1];
const RELATIONS = FAR_ABOVE + 1;
/** By how many grains the bin has. */
const SIZES = [2, 5, 9];

export type Hear = (number: number, weight: number) => void;

/** Where a value is asked for, as a walk has it: of which entry on which day, and how many of it there are with this one, the last of which variant and grain. */
export interface Asking {
  readonly entry: number;
  readonly day: number;
  readonly times: number;
  readonly value: number;
  readonly grain: number;
  /** Of the visit so far. */
  readonly events: readonly number[];
}

/** How a grain is asked for: grains are counted from that which is nearest to the last value, which has the number MOST_GRAINS − 1. */
export interface GrainQuestion {
  from: number;
  to: number;
  /** The number of the bin's first grain. */
  zero: number;
  /** That grain as an event. */
  event: number;
}

/**
 * What a patient's own values have been like, of each code that has numbers, as weighted numbers which add up to what the next value's
 * distribution is tilted by: last, mean and recent mean, by how many there were and how long ago. The conditional distribution of a
 * Gaussian random intercept with autoregressive error is of this form.
 */
export class OwnValues {
  /** Numbers that the tilt of an entry's values is made of; those of all entries together follow. */
  static readonly TILTS = 2 * COUNTS.length + 3 * SINCE.length + 2 * PLACES + 2 * PARTNERS;
  static readonly TILTS_OF_ALL = (COUNTS.length + SINCE.length) * PLACES;
  /** Numbers that the odds of an entry's grains are made of; those of all entries together follow, by how many grains there are. */
  static readonly GRAINS = RELATIONS + 2;
  private readonly seen: number[] = [];
  private readonly times: Int32Array;
  private readonly lastDay: Int32Array;
  private readonly lastEvent: Int32Array;
  private readonly sum: Float64Array;
  private readonly ranks: Float64Array;
  /** Sums of values and of weights, which halve with time. */
  private readonly recent: Float64Array;
  private readonly weight: Float64Array;

  constructor(
    private readonly alphabet: Alphabet,
    readonly levels: Levels,
  ) {
    const { length } = levels.places;
    this.times = new Int32Array(length);
    this.lastDay = new Int32Array(length).fill(NO_DAY);
    this.lastEvent = new Int32Array(length);
    [this.sum, this.ranks, this.recent, this.weight] = Array.from({ length: 4 }, () => new Float64Array(length));
  }

  /** Numbers of all entries for tilts, and for grains. */
  static counts({ count }: Levels): { tilts: number; grains: number } {
    return {
      tilts: count * OwnValues.TILTS + OwnValues.TILTS_OF_ALL,
      grains: (count + SIZES.length) * OwnValues.GRAINS,
    };
  }

  clear(): void {
    for (const entry of this.seen) {
      this.times[entry] = this.sum[entry] = this.ranks[entry] = this.recent[entry] = this.weight[entry] = 0;
      this.lastDay[entry] = NO_DAY;
    }
    this.seen.length = 0;
  }

  /** An item's events. */
  add(events: readonly number[], day: number): void {
    for (const event of events) {
      const level = this.levels.ofEvents[event];
      if (Number.isNaN(level)) continue;
      const entry = this.alphabet.entryOf[event];
      if (this.times[entry]++ === 0) this.seen.push(entry);
      else {
        const kept = 2 ** (-(day - this.lastDay[entry]) / HALF_LIFE);
        this.recent[entry] *= kept;
        this.weight[entry] *= kept;
      }
      this.recent[entry] += level;
      this.weight[entry]++;
      this.sum[entry] += level;
      this.ranks[entry] += this.levels.ranksOfEvents[event];
      this.lastDay[entry] = day;
      this.lastEvent[entry] = event;
    }
  }

  /** Where a value is asked for, what it is tilted by. */
  tilts({ entry, day, events }: Pick<Asking, 'entry' | 'day' | 'events'>, hear: Hear): void {
    const place = this.levels.places[entry];
    if (place < 0) return;
    const { times, lastEvent, lastDay, levels } = this;
    const first = place * OwnValues.TILTS;
    const count = spanOf(COUNTS, times[entry]);
    this.partners(first + OwnValues.TILTS - 2 * PARTNERS, events, hear);
    hear(first + count, 1);
    if (times[entry] === 0) return;
    hear(first + COUNTS.length + count, this.mean(entry));
    const since = spanOf(SINCE, day - lastDay[entry]);
    const last = first + 2 * COUNTS.length + 3 * since;
    hear(last, 1);
    hear(last + 1, levels.ofEvents[lastEvent[entry]]);
    hear(last + 2, this.recentMean(entry));
    const places = first + 2 * COUNTS.length + 3 * SINCE.length;
    const all = levels.count * OwnValues.TILTS;
    atPlaces(levels.ranksOfEvents[lastEvent[entry]], (at, weight) => {
      hear(places + at, weight);
      hear(all + since * PLACES + at, weight);
    });
    atPlaces(this.ranks[entry] / times[entry], (at, weight) => {
      hear(places + PLACES + at, weight);
      hear(all + (SINCE.length + count) * PLACES + at, weight);
    });
  }

  /** Where a value is asked for, what the odds of its grains would be made of, were a token taken; undefined where there is no choice. */
  grains(asking: Asking, token: number, hear: Hear): GrainQuestion | undefined {
    const { levels, alphabet, lastEvent } = this;
    const { entry, day } = asking;
    const variant = token - alphabet.firstValues[entry];
    const count = alphabet.grainsIn(entry, variant);
    if (count === 1) return undefined;
    // Several of one code are in the order of their values.
    const first = asking.times > 1 && variant === asking.value ? asking.grain : 0;
    const own = levels.places[entry] * OwnValues.GRAINS;
    const all = (levels.count + spanOf(SIZES, count)) * OwnValues.GRAINS;
    const each = (number: number, weight: number) => {
      hear(own + number, weight);
      hear(all + number, weight);
    };
    const [least, most] = [alphabet.eventOf(entry, variant), alphabet.eventOf(entry, variant, count - 1)];
    const nearest = this.times[entry] === 0 ? least : Math.min(most, Math.max(least, lastEvent[entry]));
    each(this.relation(entry, variant, day), 1);
    if (this.times[entry] > 0) {
      const width = levels.ofEvents[most] - levels.ofEvents[least];
      [this.mean(entry), this.recentMean(entry)].forEach((mean, i) => {
        const away = (mean - levels.ofEvents[nearest]) / width;
        each(RELATIONS + i, Math.min(FARTHEST, Math.max(-FARTHEST, away)));
      });
    }
    const zero = MOST_GRAINS - 1 - (nearest - least);
    return { from: zero + first, to: zero + count, zero, event: least };
  }

  /** Where a number is asked for, the lowest event that it may be, were a token taken that stands for its unit; undefined where that says no number. */
  lowest({ entry, times, value, grain }: Asking, token: number): number | undefined {
    const { levels, alphabet } = this;
    const scale = levels.scaleOfValues[token - alphabet.values.start];
    if (scale < 0) return undefined;
    // Several of one code are in the order of their values.
    const before = times > 1 ? alphabet.eventOf(entry, value, grain) : -1;
    return before >= 0 && levels.scaleOfEvents[before] === scale ? before : levels.scales[scale].first;
  }

  /** What the visit's values so far tilt the next one by: each by itself, and the patient's mean of its code, from which it may differ as the next one will. */
  private partners(first: number, events: readonly number[], hear: Hear): void {
    const { levels, alphabet } = this;
    for (const event of events) {
      const entry = alphabet.entryOf[event];
      const place = levels.places[entry];
      if (place < 0 || place >= PARTNERS || Number.isNaN(levels.ofEvents[event])) continue;
      hear(first + 2 * place, levels.ofEvents[event]);
      if (this.times[entry] > 0) hear(first + 2 * place + 1, this.mean(entry));
    }
  }

  private relation(entry: number, variant: number, day: number): number {
    if (this.times[entry] === 0) return NONE;
    const apart = variant - this.alphabet.variantOf[this.lastEvent[entry]];
    if (apart === 0) return WITHIN + spanOf(SINCE, day - this.lastDay[entry]);
    if (apart > 0) return apart === 1 ? BELOW : FAR_BELOW;
    return apart === -1 ? ABOVE : FAR_ABOVE;
  }

  private mean(entry: number): number {
    return this.sum[entry] / this.times[entry];
  }

  private recentMean(entry: number): number {
    return this.recent[entry] / this.weight[entry];
  }
}
