import { addDays, isPlaceholder } from '@ehrsynth/records';

const MINUTES_A_DAY = 1440;

/** A day, and a time of day where it is not midnight or where it is said to be exact. */
export interface Instant {
  day: string;
  time?: string;
}

/**
 * What minutes since 1970 are; undefined where they stand for no date. Midnight is a day without a time, for so datasets write days.
 * @param precision of our own datasets: day or minute
 */
export function instantOf(minutes: number, precision?: string | null): Instant | undefined {
  if (!Number.isFinite(minutes)) return undefined;
  const whole = Math.floor(minutes);
  const days = Math.floor(whole / MINUTES_A_DAY);
  const ofDay = whole - days * MINUTES_A_DAY;
  const day = dayText(days);
  if (day === undefined || isPlaceholder(day)) return undefined;
  const isExact = precision ? precision === 'minute' : ofDay > 0;
  return isExact ? { day, time: timeText(ofDay) } : { day };
}

const days = new Map<number, string | undefined>();
/** A year of four digits. */
const [FIRST_DAY, LAST_DAY] = [-719_528, 2_932_896];

/** Days since 1970 → YYYY-MM-DD. */
function dayText(day: number): string | undefined {
  let text = days.get(day);
  if (text === undefined && day >= FIRST_DAY && day <= LAST_DAY) days.set(day, (text = addDays('1970-01-01', day)));
  return text;
}

function timeText(minute: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** The shortest decimal that is the same float of 32 bits: 4.8 for 4.800000190734863. */
export function ofFloat32(value: number): number {
  for (const digits of [6, 7, 8, 9]) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
