import { datetimeOf } from '../cdm/events.ts';
import { minuteOfText } from './clock.ts';

/**
 * SQL of a datetime as far as it says the time of its day: NULL at 00:00:00, which is what most sources write where they know the date
 * alone, and on another day than the date.
 */
export function timed(row: string, datetime: string, day: string): string {
  const value = `${row}.${datetime}`;
  return `CASE WHEN CAST(${value} AS DATE) = ${day} AND ${value} <> CAST(${day} AS TIMESTAMP) THEN ${value} END`;
}

/** SQL that is true where a date has a datetime that is on another day. @param day its date */
export function isOnOtherDay(row: string, date: string, day: string): string {
  return `coalesce(CAST(${row}.${datetimeOf(date)} AS DATE) <> ${day}, FALSE)`;
}

/**
 * SQL of the minutes since midnight of a row's date, NULL where the time is not known; of rows whose times are settled. Older CDMs have
 * measurement_time in place of a datetime.
 */
export function minuteOf(date: string): string {
  const datetime = datetimeOf(date);
  const minute = minuteOfDatetime(datetime);
  return date === 'measurement_date'
    ? `coalesce(${minute}, nullif(${minuteOfText('measurement_time', date)}, 0))`
    : minute;
}

function minuteOfDatetime(datetime: string): string {
  const part = (name: string) => `CAST(date_part('${name}', ${datetime}) AS INTEGER)`;
  return `CASE WHEN ${datetime} IS NOT NULL THEN ${part('hour')} * 60 + ${part('minute')} END`;
}
