import type { Database } from '@ehrsynth/duckdb';
import { addDays } from '@ehrsynth/records';
import { FrameError } from './errors.ts';
import { column, selected, type Table } from './table.ts';

/** How the times of a table are written: as dates with or without a time of day, or as days since some first day. */
export type TimeForm = 'dates' | 'days';

/** Day 0 of times that are numbers of days. */
export const FIRST_DAY = '2000-01-01';
/** A number beyond it is no number of days of a record. */
const MOST_DAYS = 60_000;
const MINUTES_A_DAY = 1440;

/** How a column writes its times, by all of them. @throws FrameError where numbers are too large for days */
export async function timeFormOf(database: Database, table: Table, name: string): Promise<TimeForm> {
  const type = table.types[table.names.indexOf(name)];
  if (/^(?:TIMESTAMP|DATE)/.test(type)) return 'dates';
  const text = `CAST(${column(table, name)} AS VARCHAR)`;
  const number = `TRY_CAST(${text} AS DOUBLE)`;
  const asked = [`count(${number})`, `count(TRY_CAST(${text} AS TIMESTAMP))`, `max(abs(${number}))`];
  let [numbers, dates, most] = [0, 0, 0];
  for await (const [[n], [d], [m]] of selected(database, table, asked))
    [numbers, dates, most] = [Number(n), Number(d), Number(m ?? 0)];
  if (numbers <= dates) return 'dates';
  if (most > MOST_DAYS)
    throw new FrameError(
      `The times are numbers up to ${most}, too large to be days`,
      `${table.path}, column ${JSON.stringify(name)}`,
      'Write dates (2020-01-31, 2020-01-31 10:30), or days since the first one.',
    );
  return 'days';
}

/** SQL of a time as minutes since 1970; NULL where it is none. @param identifier of the column in SQL */
export function minutesOf(identifier: string, form: TimeForm): string {
  const text = `CAST(${identifier} AS VARCHAR)`;
  if (form === 'days') {
    const start = Date.parse(FIRST_DAY) / 60_000;
    return `${start} + ${MINUTES_A_DAY} * floor(TRY_CAST(${text} AS DOUBLE))`;
  }
  const time = `TRY_CAST(${text} AS TIMESTAMP)`;
  return `CASE WHEN isfinite(${time}) THEN epoch_us(${time}) / 60000000.0 END`;
}

/** Minutes since 1970 as a day, and a time of day where it is not midnight. */
export function instantOf(minutes: number): { day: string; time?: string } {
  const whole = Math.floor(minutes);
  const days = Math.floor(whole / MINUTES_A_DAY);
  const ofDay = whole - days * MINUTES_A_DAY;
  const two = (number: number) => String(number).padStart(2, '0');
  const day = addDays('1970-01-01', days);
  return ofDay === 0 ? { day } : { day, time: `${two(Math.floor(ofDay / 60))}:${two(ofDay % 60)}` };
}
