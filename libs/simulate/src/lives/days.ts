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

/** The nearest working day: Saturdays become Fridays, Sundays Mondays. */
export function workingDay(day: number): number {
  const of = weekday(day);
  return of === 5 ? day - 1 : of === 6 ? day + 1 : day;
}
