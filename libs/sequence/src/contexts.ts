import { civilOf, weekdayOf } from '@ehrsynth/histories';
import type { Dictionary } from './dictionary.ts';
import { AGES, DUE_SPANS, dueIn, type Phase, SO_FAR, VISITS_OF_YEAR, YEARS } from './features.ts';
import { WEEK } from './days.ts';
import { between, spanOf } from './scale.ts';

const MONTHS = 12;
/** Days since the first visit, between which is interpolated: its own day is by itself. */
const SINCE_FIRST = [0, 1, 31, 91, 183, 365, 731, 1461, 2557, 3652, 5479, 7305, 10957, 14610];

export interface Now {
  /** Class of the item, or the last one. */
  kind: number;
  day: number;
  firstDay: number;
  /** Events in the visit so far. */
  events: number;
  /** In days; undefined where it is not known. */
  age: number | undefined;
  isWoman: boolean;
  /** Visits of the last year. */
  visits: number;
  /** Days to when the next code is due; undefined where none is. */
  due: number | undefined;
}

/** Where a patient is when something comes next, as rows of tables of the phase's tokens. */
export class Contexts {
  private readonly kinds: number;

  constructor({ classes }: Dictionary) {
    this.kinds = classes.length + 1;
  }

  /** How many of the nearest contexts a phase has. */
  nearest(phase: Phase): number {
    const { kinds } = this;
    if (phase === 'gap') return WEEK * kinds;
    if (phase === 'class') return kinds + 1;
    if (phase === 'stay') return kinds;
    return phase === 'code' ? (SO_FAR + 1) * kinds : 1;
  }

  /**
   * What has most to do with what comes next: for a gap the class of the last visit and the day of the week, for a class that of the last
   * visit, for a stay its class, for a code the class and how many events there are so far.
   */
  nearestOf(phase: Phase, { kind, day, firstDay, events }: Pick<Now, 'kind' | 'day' | 'firstDay' | 'events'>): number {
    if (phase === 'gap') return WEEK * kind + weekdayOf(day);
    if (phase === 'class') return day === firstDay ? this.kinds : kind;
    if (phase === 'stay') return kind;
    return phase === 'code' ? (SO_FAR + 1) * kind + Math.min(SO_FAR, events) : 0;
  }

  /** How many further ones there are. */
  further(phase: Phase): number {
    if (phase === 'gap') return VISITS_OF_YEAR.length + DUE_SPANS + 1;
    if (phase === 'class') return VISITS_OF_YEAR.length;
    return phase === 'code' ? 2 * AGES.length + SINCE_FIRST.length + MONTHS + YEARS.length : 0;
  }

  /**
   * The further ones, each with its weight: for a gap and a class how many visits there were in the last year, for a gap when the next code is
   * due, for a code age by sex, the time since the first visit, and the time of the year and the year.
   */
  furtherOf(phase: Phase, now: Now, hear: (row: number, weight: number) => void): void {
    if (phase === 'gap' || phase === 'class') {
      hear(spanOf(VISITS_OF_YEAR, now.visits), 1);
      if (phase === 'gap') hear(VISITS_OF_YEAR.length + (now.due === undefined ? DUE_SPANS : dueIn(now.due)), 1);
    }
    if (phase !== 'code') return;
    if (now.age !== undefined) between(AGES, now.age, hear, now.isWoman ? AGES.length : 0);
    let first = 2 * AGES.length;
    between(SINCE_FIRST, now.day - now.firstDay, hear, first);
    first += SINCE_FIRST.length;
    hear(first + civilOf(now.day)[1] - 1, 1);
    between(YEARS, now.day, hear, first + MONTHS);
  }
}
