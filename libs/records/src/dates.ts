const DAY_MS = 86_400_000;
/** The mean year of the Gregorian calendar. */
export const DAYS_A_YEAR = 365.2425;

/** The calendar date (YYYY-MM-DD) that a FHIR date or dateTime names; a missing month or day counts as the first. */
export function dayOf(dateTime: string): string {
  const date = dateTime.slice(0, 10);
  if (date.length === 10) return date;
  return date.length === 7 ? `${date}-01` : `${date.slice(0, 4)}-01-01`;
}

/** True for a date that the calendar has: not 2023-02-30. */
export function isCalendarDate(day: string): boolean {
  const [year, month, date] = [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
  if (!(month >= 1 && month <= 12 && date >= 1)) return false;
  return date <= 28 || date <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Whole days from the first date to the second; negative where the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((toTime(to) - toTime(from)) / DAY_MS);
}

/** The date so many days later, as YYYY-MM-DD. */
export function addDays(day: string, days: number): string {
  return new Date(toTime(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The same day so many months later, or the last of the month where it is shorter. */
export function addMonths(day: string, months: number): string {
  const month = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const lastDay = new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();
  const date = Math.min(Number(day.slice(8, 10)), lastDay);
  const time = Date.UTC(Math.floor(month / 12), month % 12, date);
  return new Date(time).toISOString().slice(0, 10);
}

/** Age on a day, in years with fraction. */
export function ageInYears(birthDate: string, day: string): number {
  return daysBetween(birthDate, day) / DAYS_A_YEAR;
}

function toTime(dateTime: string): number {
  const day = dayOf(dateTime);
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)));
}

/**
 * Where days and times of day stand in order: less than 0 where the first is earlier. A day without a time comes before the times of
 * the same day, no day before all days.
 */
export function compareInstants(
  [day = '', time = '']: readonly [day?: string, time?: string],
  [otherDay = '', otherTime = '']: readonly [day?: string, time?: string],
): number {
  if (day !== otherDay) return day < otherDay ? -1 : 1;
  return time === otherTime ? 0 : time < otherTime ? -1 : 1;
}
