import { addDays, daysBetween } from '@ehrsynth/records';

const EPOCH = '1900-01-01';
export const DAYS_A_YEAR = 365.2425;

/** The day on which every record ends at the latest. */
export const SIMULATION_END = '2024-12-31';

/** Days since 1900-01-01, which was a Monday. */
export function dayNumber(date: string): number {
  return daysBetween(EPOCH, date);
}

const DATES: string[] = [];

/** The date of a day number. */
export function dateOf(day: number): string {
  return (DATES[day] ??= addDays(EPOCH, day));
}

/** 0 for Monday to 6 for Sunday. */
export function weekday(day: number): number {
  return ((day % 7) + 7) % 7;
}

/** A working day: what falls on a weekend goes to the five days about it in turn, at most three days away. */
export function workingDay(day: number): number {
  const of = weekday(day);
  if (of < 5) return day;
  const to = turn(day);
  const forward = to - of + 7;
  return day + (forward <= 3 ? forward : forward - 7);
}

/** The same, never before the day: what falls on a weekend goes to the five days after it in turn. */
export function workingDayFrom(day: number): number {
  const of = weekday(day);
  return of < 5 ? day : day + 7 - of + turn(day);
}

/** Monday to Friday in turn, from one day of a weekend to the next. */
function turn(day: number): number {
  return (2 * Math.floor(day / 7) + weekday(day) - 5) % 5;
}
