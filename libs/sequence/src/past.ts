import { NO_DAY } from '@ehrsynth/histories';
import { EventKind } from '@ehrsynth/records';
import type { Alphabet } from './alphabet.ts';
import type { Changes } from './changes.ts';
import type { Dictionary } from './dictionary.ts';
import { DUE_OF_ONE_SPANS, DUE_SPANS, dueIn, type Features, oneDueIn, SINCE_SPANS, sinceOf } from './features.ts';
import { SPANS } from './spans.ts';

/** Days after it was due from which on a code does not count as the next. */
const OVERDUE = 7;

/** What a patient has had: of each entry that it was there, how often, how long ago and with which value; and visits by their class. */
export class Past {
  private visits = 0;
  /** Days of visits. */
  private visitDays: number[] = [];
  /** Days to when the next code is due, of those that are not long overdue; undefined where none is. */
  due: number | undefined;
  /** Entries that were there. */
  private readonly seen: number[] = [];
  private readonly lastDay: Int32Array;
  private readonly times: Int32Array;
  /** Days between the last two days of each entry; 0 where there was one. */
  private readonly interval: Int32Array;
  /** Of each entry where among those due it is counted; −1 where it is not. */
  private readonly dueAt: Int32Array;
  /** The last value of each entry that has several, from the first of all. */
  private readonly latest: Int32Array;
  /** Where among its bins the last value of each entry is, from 0 to 1. */
  private readonly place: Float64Array;
  private readonly binSum: Float64Array;
  private readonly binTimes: Int32Array;
  private readonly classDay: Int32Array;
  private readonly classTimes: Int32Array;
  private readonly kinds: Int32Array;
  /** Entries that do not come for the first time after what was there. */
  neverFirst: number[] = [];
  /** Of each entry those that never come for the first time after it. */
  private readonly neverAfter: number[][];
  /** Entries of the last item. */
  private before: number[] = [];

  constructor(
    private readonly dictionary: Dictionary,
    private readonly alphabet: Alphabet,
    private readonly features: Features,
    private readonly changes: Changes,
  ) {
    const { entries, classes } = dictionary;
    this.lastDay = new Int32Array(entries.length).fill(NO_DAY);
    this.times = new Int32Array(entries.length);
    this.interval = new Int32Array(entries.length);
    this.dueAt = new Int32Array(entries.length).fill(-1);
    this.kinds = Int32Array.from(entries, ({ kind }) => EventKind.options.indexOf(kind));
    this.latest = new Int32Array(entries.length).fill(-1);
    this.neverAfter = entries.map(() => []);
    entries.forEach((one, i) => one.neverFirstAfter.forEach((other) => this.neverAfter[other].push(i)));
    this.place = new Float64Array(entries.length);
    this.binSum = new Float64Array(entries.length);
    this.binTimes = new Int32Array(entries.length);
    this.classDay = new Int32Array(classes.length + 1).fill(NO_DAY);
    this.classTimes = new Int32Array(classes.length + 1);
  }

  /** Nothing yet. */
  clear(): void {
    for (const entry of this.seen) {
      this.lastDay[entry] = NO_DAY;
      this.times[entry] = this.interval[entry] = this.binTimes[entry] = this.binSum[entry] = 0;
      this.latest[entry] = this.dueAt[entry] = -1;
    }
    this.seen.length = 0;
    this.neverFirst = [];
    this.before = [];
    this.classDay.fill(NO_DAY);
    this.classTimes.fill(0);
    this.visits = 0;
    this.visitDays = [];
    this.due = undefined;
  }

  /** Visits after a day. */
  visitsSince(day: number): number {
    const { visitDays } = this;
    return visitDays.length - 1 - visitDays.findLastIndex((one) => one <= day);
  }

  had(entry: number): boolean {
    return this.times[entry] > 0;
  }

  /** An item's events. */
  add(events: readonly number[], day: number): void {
    const { changes, features, alphabet } = this;
    for (const entry of this.before) changes.set(features.before + entry, 0);
    this.before = [];
    for (const event of events) {
      const entry = alphabet.entryOf[event];
      if (this.times[entry]++ === 0) {
        this.seen.push(entry);
        this.neverFirst.push(...this.neverAfter[entry]);
        changes.set(features.ever + entry, 1);
      }
      changes.set(features.often + entry, Math.log2(this.times[entry]));
      if (this.lastDay[entry] !== NO_DAY && this.lastDay[entry] < day) this.interval[entry] = day - this.lastDay[entry];
      this.lastDay[entry] = day;
      if (changes.set(features.before + entry, 1)) this.before.push(entry);
      if (this.dictionary.entries[entry].variants.length > 1) this.said(entry, event);
    }
  }

  /** A visit of a class; `alphabet.alone` counts as one. */
  addVisit(kind: number, day: number): void {
    const { changes, features } = this;
    changes.scale(features.visits, ++this.visits);
    this.visitDays.push(day);
    changes.choose(features.lastClass, kind);
    this.classDay[kind] = day;
    changes.set(features.classOften + kind, Math.log2(1 + ++this.classTimes[kind]));
  }

  /** What it looks like on a day. */
  look(day: number): void {
    const { changes, features } = this;
    this.due = undefined;
    for (const entry of this.seen) {
      const since = day - this.lastDay[entry];
      changes.choose(features.since + entry * SINCE_SPANS, sinceOf(since));
      if (this.interval[entry] > 0) this.lookAtDue(entry, this.interval[entry] - since);
    }
    this.classDay.forEach((last, kind) => {
      if (last !== NO_DAY) changes.choose(features.classSince + kind * SPANS.count, SPANS.of(day - last));
    });
  }

  private lookAtDue(entry: number, days: number): void {
    const { changes, features } = this;
    if (days >= -OVERDUE && days < (this.due ?? Infinity)) this.due = days;
    changes.choose(features.dueOf + entry * DUE_OF_ONE_SPANS, oneDueIn(days));
    const due = features.due + this.kinds[entry] * DUE_SPANS + dueIn(days);
    if (due === this.dueAt[entry]) return;
    if (this.dueAt[entry] >= 0) changes.add(this.dueAt[entry], -1);
    changes.add(due, 1);
    this.dueAt[entry] = due;
  }

  /** Where the next value of an entry is asked for: which was the last one. */
  lookAt(entry: number): void {
    const { changes, features, latest } = this;
    if (latest[entry] < 0) return;
    changes.set(features.ownLatest + latest[entry], 1);
    if (this.binTimes[entry] === 0) return;
    changes.set(features.ownMean + entry, this.binSum[entry] / this.binTimes[entry]);
    changes.scale(features.ownPlace, this.place[entry]);
  }

  /** After that. */
  lookAway(entry: number): void {
    const { changes, features, latest } = this;
    if (latest[entry] < 0) return;
    changes.set(features.ownLatest + latest[entry], 0);
    changes.set(features.ownMean + entry, 0);
    changes.scale(features.ownPlace, undefined);
  }

  /**
   * Of the entries from one on that were there: which they are, and which numbers are added to the logit of each, three a time.
   * @see Copies
   */
  copies(day: number, from: number, hear: (entry: number, since: number, due: number, ofKind: number) => void): void {
    const { copies } = this.features;
    for (const entry of this.seen) {
      if (entry < from) continue;
      const days = day - this.lastDay[entry];
      const since = sinceOf(days);
      const due = this.interval[entry] > 0 ? oneDueIn(this.interval[entry] - days) : -1;
      hear(entry, copies.since(entry, since), copies.due(entry, due), copies.ofKind(this.kinds[entry], since, due));
    }
  }

  /** What the last event of an entry said. */
  private said(entry: number, event: number): void {
    const { changes, features, alphabet } = this;
    const variant = alphabet.variantOf[event];
    const own = alphabet.firstValues[entry] + variant - alphabet.values.start;
    if (this.latest[entry] >= 0) changes.set(features.latest + this.latest[entry], 0);
    changes.set(features.latest + own, 1);
    this.latest[entry] = own;
    const { variants, scales } = this.dictionary.entries[entry];
    const said = variants[variant];
    if (said.type !== 'number') return;
    const { length } = scales[said.scale].bins.grains ?? scales[said.scale].bins.bins;
    if (length === 1) return;
    this.place[entry] = said.bin / (length - 1);
    this.binSum[entry] += 2 * this.place[entry] - 1;
    changes.set(features.mean + entry, this.binSum[entry] / ++this.binTimes[entry]);
  }
}
