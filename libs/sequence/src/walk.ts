import { NO_DAY } from '@ehrsynth/histories';
import { type Alphabet, type Interval, MOST_STAYS } from './alphabet.ts';
import type { Dictionary } from './dictionary.ts';
import { Changes } from './changes.ts';
import { Contexts } from './contexts.ts';
import { type Days, firstOfMonth, firstOn, WEEK } from './days.ts';
import { Features, type Phase, PHASES, SO_FAR } from './features.ts';
import { OwnValues } from './own-values.ts';
import { Past } from './past.ts';
import { Calendar, type Stay } from './calendar.ts';
import { SPANS } from './spans.ts';

const YEAR = 365;

/**
 * A life as it is written, token by token: what may come next, and how what the network looks at changes with each token. The same in
 * training, where each token is that of a record, and in drawing.
 */
export class Walk {
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
  /** Items since the beginning, or since the walk was gone on with; and those of the day. */
  items = 0;
  itemsOfDay = 0;
  private itemClass = 0;
  /** The class of the item, or of the stay that it goes on with: a number from 0, the last one where there is no encounter. */
  kind = 0;
  private firstDay = NO_DAY;
  private span = 0;
  private year = 0;
  private monthStart = 0;
  private monthEnd = 0;
  /** Tokens of the item under way. */
  private ofItem: number[] = [];
  /** Latest begun first. */
  private stays: Stay[] = [];
  readonly past: Past;
  readonly own: OwnValues;
  private readonly calendar: Calendar;
  private readonly contexts: Contexts;
  /** Events of the item, by number. */
  events: number[] = [];
  /** The entry of the last event in the visit, how many of it came one after another, and the variant and grain of the last. */
  entry = -1;
  times = 0;
  value = 0;
  grain = 0;

  constructor(
    private readonly dictionary: Dictionary,
    private readonly alphabet: Alphabet,
    private readonly features: Features,
    readonly changes = new Changes(features.count),
  ) {
    this.past = new Past(dictionary, alphabet, features, this.changes);
    this.calendar = new Calendar(dictionary, features, this.changes);
    this.contexts = new Contexts(dictionary);
    this.own = new OwnValues(alphabet, features.levels);
    this.begin();
  }

  /** A new life. */
  begin(): void {
    this.changes.clear();
    this.past.clear();
    this.own.clear();
    this.isOver = this.isDead = false;
    this.birth = this.day = this.firstDay = NO_DAY;
    this.stays = [];
    this.nats = this.kind = this.items = this.itemsOfDay = 0;
    this.ofItem = [];
    this.events = [];
    this.ask('sex', this.alphabet.sexes);
  }

  /** What comes next, of [from, to). */
  take(token: number, days: Days): void {
    const { alphabet, dictionary, changes, features } = this;
    switch (this.phase) {
      case 'sex':
        this.sex = token;
        return this.person(token, 'race', alphabet.races);
      case 'race':
        return this.person(token, 'ethnicity', alphabet.ethnicities);
      case 'ethnicity':
        return this.person(token, 'year', alphabet.years);
      case 'year': {
        const { years } = dictionary;
        const span = token - alphabet.years.start;
        if (token === alphabet.years.end - 1) return this.end();
        this.year = days.year(years[span], years[span + 1] - 1);
        this.nats += Math.log(years[span + 1] - years[span]);
        return this.person(token, 'month', alphabet.months);
      }
      case 'month': {
        const month = token - alphabet.months.start;
        [this.monthStart, this.monthEnd] = [firstOfMonth(this.year, month), firstOfMonth(this.year, month + 1) - 1];
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
        this.items++;
        this.itemsOfDay++;
        this.kind = token > alphabet.alone ? this.stays[token - alphabet.stayedOn(0)].kind : token - alphabet.death - 1;
        this.note(token);
        return alphabet.isEncounter(token) ? this.ask('stay', alphabet.stays) : this.ask('code', alphabet.codes);
      case 'stay': {
        const first = this.day + SPANS.start(token - alphabet.stays.start);
        const last = this.pick(days, first, first + SPANS.length(token - alphabet.stays.start) - 1, 1);
        this.note(token);
        this.stay = last - this.day;
        if (last > this.day) this.stays.unshift({ kind: this.kind, first: this.day, last });
        return this.ask('code', alphabet.codes);
      }
      case 'code':
        if (token !== alphabet.endOfVisit) return this.code(token);
        this.endItem();
        return this.ask('gap', alphabet.gaps);
      case 'value':
        this.past.lookAway(this.entry);
        return this.event(token - alphabet.firstValues[this.entry], token, days.grain?.(token));
    }
  }

  /** @see Contexts.nearestOf */
  get context(): number {
    const { phase, kind, day, firstDay, events } = this;
    return this.contexts.nearestOf(phase, { kind, day, firstDay, events: events.length });
  }

  /** @see Contexts.furtherOf */
  further(hear: (row: number, weight: number) => void): void {
    const { phase, past, day, birth, kind, firstDay, isWoman, events } = this;
    const age = birth === NO_DAY ? undefined : Math.max(0, day - birth);
    const visits = phase === 'code' ? 0 : past.visitsSince(day - YEAR);
    const now = { kind, day, firstDay, events: events.length, age, isWoman, visits, due: past.due };
    this.contexts.furtherOf(phase, now, hear);
  }

  /** What is added to the logits of the codes that may come. @see Past.copies */
  copies(hear: (entry: number, since: number, due: number, ofKind: number) => void): void {
    this.past.copies(this.day, this.from - this.alphabet.codes.start, hear);
  }

  private ask(phase: Phase, { start, end }: Interval): void {
    const { changes, features } = this;
    changes.set(features.phases + PHASES.indexOf(this.phase), 0);
    changes.set(features.phases + PHASES.indexOf(phase), 1);
    this.phase = phase;
    [this.from, this.to] = [start, end];
  }

  /** A token that stays. */
  private person(token: number, next: Phase, interval: Interval): void {
    this.changes.set(this.features.tokens + token, 1);
    this.ask(next, interval);
  }

  private askClass(): void {
    const { alphabet, stays } = this;
    this.ask('class', { start: alphabet.classes.start, end: alphabet.stayedOn(Math.min(MOST_STAYS, stays.length)) });
  }

  /** The next item's day. */
  private arrive(day: number): void {
    if (day > this.day) this.itemsOfDay = 0;
    this.day = day;
    this.lookAtDay();
    this.askClass();
  }

  /** A token of the item under way. */
  private note(token: number): void {
    this.changes.set(this.features.tokens + token, 1);
    this.ofItem.push(token);
  }

  /** Of the span that was chosen the first and the last day that are on a day of the week. @param token of that day of the week */
  daysOn(token: number): [first: number, last: number] {
    const [begin, end] = this.spanDays;
    const first = firstOn(begin, token - this.alphabet.weekdays.start);
    return [first, first + WEEK * Math.floor((end - first) / WEEK)];
  }

  private get spanDays(): [first: number, last: number] {
    const first = this.day + SPANS.start(this.span);
    return [first, first + SPANS.length(this.span) - 1];
  }

  private dayOfWeek(days: Days, first: number, last: number, token: number): number {
    return this.pick(days, firstOn(first, token - this.alphabet.weekdays.start), last, WEEK);
  }

  private pick(days: Days, first: number, last: number, step: number): number {
    this.nats += Math.log(1 + Math.floor((last - first) / step));
    return days.day(first, last, step);
  }

  private code(token: number): void {
    const { alphabet } = this;
    const entry = token - alphabet.codes.start;
    this.times = entry === this.entry ? this.times + 1 : 1;
    if (entry !== this.entry) this.value = this.grain = 0;
    this.entry = entry;
    this.mark(token);
    const { length } = this.dictionary.entries[entry].variants;
    if (length === 1) return this.event(0);
    this.past.lookAt(entry);
    // Several of one code are in the order of their values.
    const first = alphabet.firstValues[entry];
    this.ask('value', { start: first + this.value, end: first + length });
  }

  /** @param token that of its value, where it has one */
  private event(variant: number, token?: number, grain = 0): void {
    const { alphabet, entry } = this;
    if (token !== undefined) this.mark(token);
    [this.value, this.grain] = [variant, grain];
    this.events.push(alphabet.eventOf(entry, variant, grain));
    this.changes.choose(this.features.soFar, Math.min(SO_FAR, this.events.length));
    // The same again is an event that is there twice, where enough people had such.
    const again = this.times < this.dictionary.entries[entry].times;
    const { start, end } = alphabet.codes;
    this.ask('code', { start: start + entry + (again ? 0 : 1), end });
  }

  /** A token in the visit, which may be there several times. */
  private mark(token: number): void {
    this.changes.add(this.features.tokens + token, 1);
    this.ofItem.push(token);
  }

  /** What the item has becomes what the patient has had. */
  private endItem(): void {
    const { alphabet, changes, features, past, day } = this;
    for (const token of this.ofItem) changes.set(features.tokens + token, 0);
    past.add(this.events, day);
    this.own.add(this.events, day);
    this.events = [];
    this.ofItem = [];
    changes.choose(features.soFar, -1);
    this.entry = -1;
    if (this.itemClass <= alphabet.alone) past.addVisit(this.kind, day);
    this.lookAtDay();
  }

  /** What depends on the day. */
  private lookAtDay(): void {
    const { day, birth, firstDay, isWoman } = this;
    this.stays = this.stays.filter(({ last }) => last >= day);
    this.past.look(day);
    this.calendar.look(day, { birth, firstDay, isWoman });
    this.calendar.lookAtStays(day, this.stays);
  }

  private get isWoman(): boolean {
    return this.dictionary.sexes[this.sex - this.alphabet.sexes.start] === 'female';
  }

  private end(isDeath = false): void {
    [this.isOver, this.isDead] = [true, isDeath];
  }
}
