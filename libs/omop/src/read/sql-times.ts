import { datetimeOf } from '../cdm/events.ts';

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

/** SQL of the minutes since midnight of a row's date, NULL where the time is not known; of rows whose times are settled. */
export function minuteOf(date: string): string {
  const datetime = datetimeOf(date);
  const minute = minuteOfDatetime(datetime);
  return date === 'measurement_date' ? `coalesce(${minute}, ${minuteOfText('measurement_time')})` : minute;
}

function minuteOfDatetime(datetime: string): string {
  const part = (name: string) => `CAST(date_part('${name}', ${datetime}) AS INTEGER)`;
  return `CASE WHEN ${datetime} IS NOT NULL THEN ${part('hour')} * 60 + ${part('minute')} END`;
}

/** Of measurement_time, which older CDMs have in place of a datetime: 14:05 or 14:05:00. */
function minuteOfText(text: string): string {
  const part = (nth: number) => `CAST(left(split_part(${text}, ':', ${nth}), 2) AS INTEGER)`;
  return `CASE WHEN ${text} ~ '${TIME}' AND NOT ${text} ~ '${MIDNIGHT}' THEN ${part(1)} * 60 + ${part(2)} END`;
}

const TIME = '^([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]*)?)?$';
const MIDNIGHT = '^0?0:00(:00([.]0*)?)?$';
