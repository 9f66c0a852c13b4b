/** What a dialect of SQL finds of a pattern in a text. */
export interface Dialect {
  /** True where the pattern is found. */
  finds: (text: string, pattern: string) => string;
  /** The first group as a time; NULL where it is not found. */
  timeIn: (text: string, pattern: string, end?: string) => string;
  /** What of a day is 00:00. */
  midnight: string;
}

/**
 * SQL of the time of day in a text that begins with a day: 14:05, 14:05:00.5, 2:05 PM, 2 p.m.; midnight where it has none. AM and PM
 * count where the hour is one of twelve: 14:05 PM is 14:05.
 */
export function timeOfText(text: string, { finds, timeIn, midnight }: Dialect): string {
  const time = `coalesce(${timeIn(text, `[ Tt](${TIME})`)}, ${timeIn(text, `[ Tt](${HOUR})${BLANK}[AaPp]${M}`, ':00')}, ${midnight})`;
  const shift = (sign: string) => `${time} ${sign} INTERVAL '12 hours'`;
  return `CASE WHEN NOT ${finds(text, HALF)} THEN ${time}
    WHEN ${finds(text, `[ Tt]${MORNING}${REST}${BLANK}[Pp]${M}`)} THEN ${shift('+')}
    WHEN ${finds(text, `[ Tt]12${REST}${BLANK}[Aa]${M}`)} THEN ${shift('-')} ELSE ${time} END`;
}

/**
 * SQL of the minutes since midnight that a text alone says, NULL where it is none: 14:05, 14:05:00, 2:05 PM, 1405, 140500, 905, each after
 * the day of the row or without one; patterns are of the whole text, for so DuckDB's `~` has them.
 * @param day of the row
 */
export function minuteOfText(text: string, day: string): string {
  const part = (pattern: string, group: number) =>
    `CAST(regexp_replace(${text}, '${pattern}', '\\${group}') AS INTEGER)`;
  const minutes = (pattern: string, hours = part(pattern, 1)) => `${hours} * 60 + ${part(pattern, 2)}`;
  const half = `(${part(HALVES, 1)} % 12) * 60 + CAST('0' || regexp_replace(${text}, '${HALVES}', '\\2') AS INTEGER)`;
  return `CASE WHEN ${text} ~ '${DATED}' AND ${dayIn(text)} <> ${dayNumber(day)} THEN NULL
    WHEN ${text} ~ '${HALVES}' THEN ${half} + CASE WHEN ${text} ~ '${PM}' THEN 720 ELSE 0 END
    WHEN ${text} ~ '${CLOCK}' THEN ${minutes(CLOCK)}
    WHEN ${text} ~ '${DIGITS}' THEN ${minutes(DIGITS)} END`;
}

/** 20200131 of a day, and of a text that begins with one. */
function dayNumber(day: string): string {
  const part = (name: string) => `CAST(date_part('${name}', ${day}) AS INTEGER)`;
  return `${part('year')} * 10000 + ${part('month')} * 100 + ${part('day')}`;
}

function dayIn(text: string): string {
  return `CAST(regexp_replace(${text}, '${DATED}', '\\1\\2\\3') AS INTEGER)`;
}

const SECONDS = '(?::[0-5][0-9](?:[.][0-9]*)?)?';
const TIME = '(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6})?)?';
const HOUR = '0?[1-9]|1[0-2]';
const MORNING = '(?:0?[0-9]|1[01])';
const REST = `(?::[0-5][0-9]${SECONDS})?`;
const BLANK = '\\s*';
const M = '[.]?\\s*[Mm](?:[^A-Za-z]|$)';
/** A digit and AM or PM: nearly no text has them. */
const HALF = `[0-9]${BLANK}[AaPp]${M}`;

const DAY = '([0-9]{4})[-/]?([0-9]{2})[-/]?([0-9]{2})[ Tt]';
const DATED = `^\\s*${DAY}.*$`;
const BEGIN = `^\\s*(?:${DAY.replace(/[()]/g, '')}+)?`;
const HALVES = `${BEGIN}(0?[0-9]|1[0-2])(?::([0-5][0-9])${SECONDS})?\\s*[AaPp][.]?\\s*[Mm][.]?\\s*$`;
const PM = '^.*[Pp][.]?\\s*[Mm][.]?\\s*$';
/** What follows is AM or PM beside an hour of a whole day, or a time zone, which is read over. */
const CLOCK = `${BEGIN}([01]?[0-9]|2[0-3]):([0-5][0-9])${SECONDS}\\s*(?:[AaPp][.]?\\s*[Mm][.]?|[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?\\s*$`;
const DIGITS = '^\\s*([01]?[0-9]|2[0-3])([0-5][0-9])(?:[0-5][0-9])?(?:[.]0*)?\\s*$';
