import { civilOf, NO_DAY, weekdayOf } from '@ehrsynth/histories';
import { type Alphabet, MOST_STAYS } from './alphabet.ts';
import type { Dictionary } from './dictionary.ts';
import { Changes } from './changes.ts';
import { Features, type Phase, PHASES, SINCE_SPANS, sinceOf } from './features.ts';
import { SPANS } from './spans.ts';

/** Where a token leaves several days or years open. */
export interface Days {
  /** A year of [first, last]. */
  year(first: number, last: number): number;
  /** A day of [first, last] that is `first` or whole steps of so many days later. */
  day(first: number, last: number, step: number): number;
}

const WEEK = 7;

interface Stay {
  kind: number;
  first: number;
  last: number;
}

/**
 * A life as it is written, token by token: what may come next, and how what the network looks at changes with each token. The same in
 * training, where each token is that of a record, and in drawing.
 */
export class Walk {
  readonly changes: Changes;
  phase: Phase = 'sex';
  /** What may come next: tokens [from, to). */
  from = 0;
  to = 0;
  isOver = false;
  /** Where it is over, on `day`. */
  isDead = false;
  sex = 0;
  /** Day numbers. */
  birth = NO_DAY;
  day = NO_DAY;
  /** Days of the encounter begun last. */
  stay = 0;
  /** −log likelihood of the days that were chosen where tokens left several open, in nats. */
  nats = 0;
  private itemClass = 0;
  private firstDay = NO_DAY;
  private span = 0;
  private year = 0;
  private monthStart = 0;
  private monthEnd = 0;
  /** Tokens of the item under way but those in the visit. */
  private ofItem: number[] = [];
  private visits = 0;
  /** Latest begun first. */
  private stays: Stay[] = [];
  private readonly seen: number[] = [];
  private readonly lastDay: Int32Array;
  private readonly times: Int32Array;
  private readonly latest: Int32Array;
  private readonly binSum: Float64Array;
  private readonly binTimes: Int32Array;
  private readonly classDay: Int32Array;
  private readonly classTimes: Int32Array;
  private itemTokens: number[] = [];
  private before: number[] = [];

  constructor(
    private readonly dictionary: Dictionary,
    private readonly alphabet: Alphabet,
    private readonly features: Features,
  ) {
    const { entries, classes } = dictionary;
    this.changes = new Changes(features.count);
    this.lastDay = new Int32Array(entries.length).fill(NO_DAY);
    this.times = new Int32Array(entries.length);
    this.latest = new Int32Array(entries.length).fill(-1);
    this.binSum = new Float64Array(entries.length);
    this.binTimes = new Int32Array(entries.length);
    this.classDay = new Int32Array(classes.length + 1).fill(NO_DAY);
    this.classTimes = new Int32Array(classes.length + 1);
    this.begin();
  }

  /** A new life. */
  begin(): void {
    this.changes.clear();
    for (const entry of this.seen) {
      this.lastDay[entry] = NO_DAY;
      this.times[entry] = this.binTimes[entry] = this.binSum[entry] = 0;
      this.latest[entry] = -1;
    }
    this.seen.length = 0;
    this.classDay.fill(NO_DAY);
    this.classTimes.fill(0);
    this.isOver = this.isDead = false;
    this.birth = this.day = this.firstDay = NO_DAY;
    this.visits = 0;
    this.stays = [];
    this.nats = 0;
    this.ofItem = [];
    this.itemTokens = [];
    this.before = [];
    this.ask('sex', this.alphabet.sexes);
  }

  /** What comes next, of [from, to). */
  take(token: number, days: Days): void {
    const { alphabet, dictionary } = this;
    const { changes, features } = this;
    switch (this.phase) {
      case 'sex':
        this.sex = token;
        changes.set(features.tokens + token, 1);
        return this.ask('race', alphabet.races);
      case 'race':
        changes.set(features.tokens + token, 1);
        return this.ask('ethnicity', alphabet.ethnicities);
      case 'ethnicity':
        changes.set(features.tokens + token, 1);
        return this.ask('year', alphabet.years);
      case 'year': {
        const { years } = dictionary;
        const span = token - alphabet.years.start;
        if (token === alphabet.years.end - 1) return this.end();
        changes.set(features.tokens + token, 1);
        this.year = days.year(years[span], years[span + 1] - 1);
        this.nats += Math.log(years[span + 1] - years[span]);
        return this.ask('month', alphabet.months);
      }
      case 'month': {
        const month = token - alphabet.months.start;
        [this.monthStart, this.monthEnd] = [dayOf(this.year, month), dayOf(this.year, month + 1) - 1];
        changes.choose(features.months, month);
        return this.ask('weekday of the first', alphabet.weekdays);
      }
      case 'weekday of the first':
        this.day = this.dayOfWeek(days, this.monthStart, this.monthEnd, token);
        this.firstDay = this.day;
        this.lookAtDay();
        return this.ask('age', alphabet.ages);
      case 'age': {
        const span = token - alphabet.ages.start;
        if (token < alphabet.ages.end - 1) {
          const { ages } = dictionary;
          this.birth = this.pick(days, this.day - ages[span + 1] + 1, this.day - ages[span], 1);
        }
        this.lookAtDay();
        return this.askClass();
      }
      case 'gap':
        if (token === alphabet.endOfRecord) return this.end();
        this.span = token - alphabet.gaps.start - 1;
        this.note(token);
        if (SPANS.isOfWeeks(this.span)) return this.ask('weekday', alphabet.weekdays);
        return this.arrive(this.day + SPANS.start(this.span));
      case 'weekday':
        return this.arrive(this.dayOfWeek(days, ...this.spanDays, token));
      case 'class':
        if (token === alphabet.death) return this.end(true);
        this.itemClass = token;
        this.note(token);
        return alphabet.isEncounter(token) ? this.ask('stay', alphabet.stays) : this.askCodes();
      case 'stay': {
        const first = this.day + SPANS.start(token - alphabet.stays.start);
        const last = this.pick(days, first, first + SPANS.length(token - alphabet.stays.start) - 1, 1);
        this.note(token);
        this.stay = last - this.day;
        if (last > this.day) this.stays.unshift({ kind: this.itemClass - alphabet.death - 1, first: this.day, last });
        return this.askCodes();
      }
      case 'codes':
        if (token !== alphabet.endOfVisit) return this.event(token);
        this.endItem();
        return this.ask('gap', alphabet.gaps);
    }
  }

  private ask(phase: Phase, { start, end }: { start: number; end: number }): void {
    const { changes, features } = this;
    changes.set(features.phases + PHASES.indexOf(this.phase), 0);
    changes.set(features.phases + PHASES.indexOf(phase), 1);
    this.phase = phase;
    [this.from, this.to] = [start, end];
  }

  private askClass(): void {
    const { alphabet } = this;
    const to = alphabet.stayedOn(Math.min(MOST_STAYS, this.stays.length));
    this.ask('class', { start: alphabet.classes.start, end: to });
  }

  private askCodes(): void {
    const { alphabet } = this;
    this.ask('codes', { start: alphabet.firstInVisit, end: alphabet.count });
  }

  /** The next item's day. */
  private arrive(day: number): void {
    this.day = day;
    this.lookAtDay();
    this.askClass();
  }

  /** A token of the item under way. */
  private note(token: number): void {
    this.changes.set(this.features.tokens + token, 1);
    this.ofItem.push(token);
  }

  /** Where the day of the week is asked for, the last day that a token may mean. */
  lastOf(token: number): number {
    const [first, last] = this.spanDays;
    const start = this.firstOn(first, token);
    return start + WEEK * Math.floor((last - start) / WEEK);
  }

  private get spanDays(): [first: number, last: number] {
    const first = this.day + SPANS.start(this.span);
    return [first, first + SPANS.length(this.span) - 1];
  }

  /** The first day from one on that is of a token's day of the week. */
  private firstOn(day: number, token: number): number {
    const weekday = token - this.alphabet.weekdays.start;
    return day + ((weekday - weekdayOf(day) + WEEK) % WEEK);
  }

  private dayOfWeek(days: Days, first: number, last: number, token: number): number {
    return this.pick(days, this.firstOn(first, token), last, WEEK);
  }

  private pick(days: Days, first: number, last: number, step: number): number {
    this.nats += Math.log(1 + Math.floor((last - first) / step));
    return days.day(first, last, step);
  }

  private event(token: number): void {
    const { alphabet, changes, features } = this;
    changes.add(features.tokens + token, 1);
    this.itemTokens.push(token);
    // The same again is an event that is there twice.
    [this.from, this.to] = [token, alphabet.count];
  }

  /** What the item has becomes what the patient has had. */
  private endItem(): void {
    const { alphabet, changes, features, itemTokens } = this;
    const { entries } = this.dictionary;
    for (const entry of this.before) changes.set(features.before + entry, 0);
    this.before = [];
    for (const token of itemTokens) {
      changes.set(features.tokens + token, 0);
      const own = token - alphabet.firstInVisit;
      const entry = alphabet.entryOf[own];
      if (this.times[entry]++ === 0) {
        this.seen.push(entry);
        changes.set(features.ever + entry, 1);
      }
      changes.set(features.often + entry, Math.log2(this.times[entry]));
      this.lastDay[entry] = this.day;
      if (changes.set(features.before + entry, 1)) this.before.push(entry);
      if (entries[entry].variants.length > 1) {
        if (this.latest[entry] >= 0) changes.set(features.latest + this.latest[entry], 0);
        changes.set(features.latest + own, 1);
        this.latest[entry] = own;
        const variant = entries[entry].variants[token - alphabet.firstTokens[entry]];
        if (variant.type === 'number' && variant.bins.bins.length > 1) {
          this.binSum[entry] += (2 * variant.bin) / (variant.bins.bins.length - 1) - 1;
          changes.set(features.mean + entry, this.binSum[entry] / ++this.binTimes[entry]);
        }
      }
    }
    this.itemTokens = [];
    for (const token of this.ofItem) changes.set(features.tokens + token, 0);
    this.ofItem = [];
    const isNew = this.itemClass <= alphabet.alone;
    if (isNew) {
      this.visits++;
      changes.scale(features.visits, this.visits);
      const kind = this.itemClass - alphabet.death - 1;
      changes.choose(features.lastClass, kind);
      this.classDay[kind] = this.day;
      changes.set(features.classOften + kind, Math.log2(1 + ++this.classTimes[kind]));
    }
    this.lookAtDay();
  }

  /** What depends on the day. */
  private lookAtDay(): void {
    const { changes, features, day, alphabet } = this;
    this.lookAtStays();
    for (const entry of this.seen)
      changes.choose(features.since + entry * SINCE_SPANS, sinceOf(day - this.lastDay[entry]));
    this.classDay.forEach((last, kind) => {
      if (last !== NO_DAY) changes.choose(features.classSince + kind * SINCE_SPANS, sinceOf(day - last));
    });
    const [, month] = civilOf(day);
    changes.choose(features.months, month - 1);
    changes.choose(features.weekdays, weekdayOf(day));
    changes.scale(features.year, day);
    changes.scale(features.toLastDay, Math.max(0, this.dictionary.lastDay - day));
    changes.scale(features.sinceFirst, day - this.firstDay);
    if (this.birth === NO_DAY) return;
    const age = Math.max(0, day - this.birth);
    changes.scale(features.age, age);
    if (this.dictionary.sexes[this.sex - alphabet.sexes.start] === 'female') changes.scale(features.ageOfWomen, age);
  }

  private lookAtStays(): void {
    const { changes, features, day } = this;
    this.stays = this.stays.filter(({ last }) => last >= day);
    const kinds = this.classTimes.length;
    for (let place = 0; place < MOST_STAYS; place++)
      changes.choose(features.openClass + place * kinds, this.stays[place]?.kind ?? -1);
    const [latest] = this.stays as (Stay | undefined)[];
    changes.scale(features.stayed, latest && day - latest.first);
    changes.scale(features.toStay, latest && latest.last - day);
  }

  private end(isDeath = false): void {
    this.isOver = true;
    this.isDead = isDeath;
  }
}

/** Day number of the first of a month, counted from 0; of the 13th month that of the next year's first. */
function dayOf(year: number, month: number): number {
  return Date.UTC(year, month, 1) / 86_400_000;
}
