import { weekdayOf } from '@ehrsynth/histories';

export const WEEK = 7;

/** Where a token leaves several days or years open. */
export interface Days {
  /** A year of [first, last]. */
  year(first: number, last: number): number;
  /** A day of [first, last] that is `first` or whole steps of so many days later. */
  day(first: number, last: number, step: number): number;
  /** The grain of a bin with several, of which the token that is taken is. @see OwnValues.grains */
  grain?(token: number): number;
}

/** Day number of the first of a month, counted from 0; of the 13th month that of the next year's first. */
export function firstOfMonth(year: number, month: number): number {
  return Date.UTC(year, month, 1) / 86_400_000;
}

/** The first day from one on that is of a day of the week, counted as by `weekdayOf`. */
export function firstOn(day: number, weekday: number): number {
  return day + ((weekday - weekdayOf(day) + WEEK) % WEEK);
}
