import { DOUBTFUL_DAYS, LONGEST_YEARS, PLACEHOLDER_DAYS } from '@ehrsynth/records';
import { quote } from '@ehrsynth/duckdb';

/** SQL that is true for a day that stands for having no date. @see isPlaceholder, of which it is the same */
export function standsForNone(day: string): string {
  const { before, from, days } = PLACEHOLDER_DAYS;
  return `(${day} < ${date(before)} OR ${day} >= ${date(from)} OR ${isOneOf(day, days)})`;
}

/** SQL that is true for a birth date that stands for having none. @see isPlaceholderOfBirth */
export function isNoBirth(day: string): string {
  return `(${day} < ${date(PLACEHOLDER_DAYS.before)} OR ${isOneOf(day, PLACEHOLDER_DAYS.ofBirth)})`;
}

/** SQL that is true for a day that stands for having no date where the rest of the record contradicts it. */
export function isDoubtful(day: string): string {
  return isOneOf(day, [...DOUBTFUL_DAYS]);
}

/** A day in SQL. @param day YYYY-MM-DD */
export function date(day: string): string {
  return `DATE ${quote(day)}`;
}

/** SQL of the day so many years later. */
export function yearsLater(day: string, years = LONGEST_YEARS): string {
  return `CAST(${day} + INTERVAL '${years} years' AS DATE)`;
}

/** SQL of the days from one date to another, as an integer in each dialect. */
export function daysBetween(from: string, to: string): string {
  return `CAST(${to} - ${from} AS INTEGER)`;
}

/** SQL of a row's day: its date, or the day of its date with time where that is missing. */
export function dayOf(row: string, column: string): string {
  return `coalesce(${row}.${column}, CAST(${row}.${column}time AS DATE))`;
}

/** The columns of all of the table, in a fixed order that is the same in DuckDB and PostgreSQL: which of two rows comes first. */
export function inFixedOrder(columns: { name: string; isText: boolean }[]): string {
  return columns.map(({ name, isText }) => `${name}${isText ? ' COLLATE "C"' : ''} NULLS LAST`).join(', ');
}

function isOneOf(day: string, days: string[]): string {
  return `${day} IN (${days.map(date).join(', ')})`;
}
