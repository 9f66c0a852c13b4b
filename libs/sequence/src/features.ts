import { EventKind } from '@ehrsynth/records';
import { type Alphabet, MOST_STAYS } from './alphabet.ts';
import type { Dictionary } from './dictionary.ts';
import { Levels } from './levels.ts';
import { spanOf } from './scale.ts';
import { SPANS } from './spans.ts';

const YEAR = 365.25;
/** First day of each span of time since something was there last: around a week, a fortnight, a month, a quarter, a half and a whole year finer. */
const SINCE = [0, 1, 4, 7, 9, 14, 17, 28, 33, 56, 96, 176, 356, 376, 721, 1831];
/** First day of each span of time to when something would be there again, were the time between the last two to pass once more. */
const DUE = [
  -Infinity,
  -120,
  -60,
  -30,
  -20,
  -14,
  -10,
  ...Array.from({ length: 53 }, (_, i) => i - 7),
  46,
  51,
  56,
  61,
  66,
  76,
  86,
  96,
  126,
  176,
  251,
  341,
  391,
];
/** The same for one code. */
const DUE_OF_ONE = [-Infinity, -60, -20, -7, -3, 3, 8, 21, 61];
/** Ages in days between which is interpolated. */
export const AGES = [
  0, 0.08, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 22, 25, 28, 30, 33, 36, 40, 43, 46, 50, 53, 56,
  60, 63, 66, 70, 75, 80, 85, 90, 100,
].map((age) => age * YEAR);
/** Numbers of visits, of days since the first one, of days of a stay, and of days to the last day. */
const VISITS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024];
/** Numbers of visits of a year, of which each stands for those up to the next one. */
export const VISITS_OF_YEAR = [0, 1, 2, 3, 5, 8, 13, 21];
const DAYS = [
  0, 1, 3, 7, 14, 30, 60, 90, 180, 365, 545, 730, 1095, 1461, 1826, 2557, 3652, 5479, 7305, 10957, 14610, 21915, 29220,
];
const STAY_DAYS = [0, 1, 2, 3, 4, 5, 7, 10, 14, 21, 30, 60, 120, 365];
/** First days of years. */
export const YEARS = Array.from({ length: 131 }, (_, i) => (i - 70) * YEAR);

/** The places where the model of lives is asked what comes next. */
export const PHASES = [
  'sex',
  'race',
  'ethnicity',
  'year',
  'month',
  'weekday of the first',
  'age',
  'class',
  'stay',
  'code',
  'value',
  'gap',
  'weekday',
] as const;
export type Phase = (typeof PHASES)[number];

/** A continuous number as two neighbouring knots. */
export interface Scale {
  first: number;
  knots: readonly number[];
}

/** Where in the network's input everything stands that it looks at. */
export class Features {
  readonly phases: number;
  /** Tokens of people, and of the item under way. */
  readonly tokens = 0;
  /** Of each entry: that it was there; how often, as log₂; how long ago; in the last item. */
  readonly ever: number;
  readonly often: number;
  readonly since: number;
  readonly before: number;
  /** Of each kind of events how many codes are due when; of each entry when it is. */
  readonly due: number;
  readonly dueOf: number;
  /** Of each value: that its entry last had it; and the same where the next value of that entry is asked for. */
  readonly latest: number;
  readonly ownLatest: number;
  /** Of each entry with bins: the mean of its bins so far, from −1 to 1; and the same where the next value of it is asked for. */
  readonly mean: number;
  readonly ownMean: number;
  /** Where among its bins the entry's last value was whose next one is asked for, from 0 to 1. */
  readonly ownPlace: Scale;
  /** Of each class: that the last visit was of it, how long ago there was one, how often. */
  readonly lastClass: number;
  readonly classSince: number;
  readonly classOften: number;
  readonly months: number;
  readonly weekdays: number;
  readonly age: Scale;
  readonly ageOfWomen: Scale;
  readonly year: Scale;
  readonly visits: Scale;
  readonly sinceFirst: Scale;
  readonly toLastDay: Scale;
  readonly stayed: Scale;
  readonly toStay: Scale;
  /** How many events there are in the visit so far. */
  readonly soFar: number;
  /** Of each stay that may be gone on with, its class. */
  readonly openClass: number;
  readonly count: number;
  readonly copies: Copies;
  readonly levels: Levels;

  constructor(dictionary: Dictionary, alphabet: Alphabet) {
    const { entries, classes } = dictionary;
    let next = alphabet.count;
    const take = (count: number) => {
      const first = next;
      next += count;
      return first;
    };
    const scale = (knots: readonly number[]): Scale => ({ first: take(knots.length), knots });
    this.phases = take(PHASES.length);
    this.ever = take(entries.length);
    this.often = take(entries.length);
    this.since = take(entries.length * SINCE.length);
    this.before = take(entries.length);
    this.due = take(EventKind.options.length * DUE.length);
    this.dueOf = take(entries.length * DUE_OF_ONE.length);
    const values = alphabet.values.end - alphabet.values.start;
    this.latest = take(values);
    this.ownLatest = take(values);
    this.mean = take(entries.length);
    this.ownMean = take(entries.length);
    this.ownPlace = scale(Array.from({ length: 11 }, (_, i) => i / 10));
    // With that of no encounter.
    const kinds = classes.length + 1;
    this.lastClass = take(kinds);
    this.classSince = take(kinds * SPANS.count);
    this.classOften = take(kinds);
    this.months = take(12);
    this.weekdays = take(7);
    this.age = scale(AGES);
    this.ageOfWomen = scale(AGES);
    this.year = scale(YEARS);
    this.visits = scale(VISITS);
    this.sinceFirst = scale(DAYS);
    this.toLastDay = scale(DAYS);
    this.stayed = scale(STAY_DAYS);
    this.toStay = scale(STAY_DAYS);
    this.soFar = take(SO_FAR + 1);
    this.openClass = take(MOST_STAYS * kinds);
    this.count = next;
    this.copies = new Copies(entries.length);
    this.levels = new Levels(dictionary, alphabet);
  }
}

/** Events of a visit from which on they are not counted. */
export const SO_FAR = 11;
export const SINCE_SPANS = SINCE.length;

/** Numbers that are added to an entry's own logit, by how long ago it was and when it is due: of each entry by itself, and of its kind. */
export class Copies {
  /** Of an entry. */
  static readonly EACH = SINCE.length + DUE_OF_ONE.length + 1;
  /** Of these the first ones, of which one is added whatever the entry. */
  static readonly SINCE = SINCE.length;
  readonly count: number;

  constructor(private readonly entries: number) {
    this.count = entries * Copies.EACH + EventKind.options.length * SINCE.length * (DUE_OF_ONE.length + 1);
  }

  since(entry: number, since: number): number {
    return entry * Copies.EACH + since;
  }

  /** @param due −1 where it is not known */
  due(entry: number, due: number): number {
    return entry * Copies.EACH + SINCE.length + 1 + due;
  }

  ofKind(kind: number, since: number, due: number): number {
    return this.entries * Copies.EACH + (kind * SINCE.length + since) * (DUE_OF_ONE.length + 1) + 1 + due;
  }
}

export const DUE_SPANS = DUE.length;
export const DUE_OF_ONE_SPANS = DUE_OF_ONE.length;

/** The span of days since something. */
export function sinceOf(days: number): number {
  return spanOf(SINCE, days);
}

/** The span of days to when something is due, among all of a kind. */
export function dueIn(days: number): number {
  return spanOf(DUE, days);
}

/** The span of days to when one code is due. */
export function oneDueIn(days: number): number {
  return spanOf(DUE_OF_ONE, days);
}
