import { UnknownTimeZoneError } from '../errors.ts';

/** Times that name their zone are read in this one, unless the user names another. */
export const DEFAULT_TIME_ZONE = 'UTC';

/**
 * The time zone as it is to be set in DuckDB or on a server.
 * @param name IANA name, in capitals or small letters; offsets such as +02:00 are none, for they know no summer time
 * @throws UnknownTimeZoneError
 */
export function timeZoneOf(name = DEFAULT_TIME_ZONE): string {
  if (!isTimeZone(name)) throw new UnknownTimeZoneError(name, similar(name));
  return name;
}

/** The day that an instant falls on in a time zone: YYYY-MM-DD. @throws UnknownTimeZoneError */
export function dayIn(instant: Date, timeZone?: string): string {
  const format = {
    timeZone: timeZoneOf(timeZone),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  } as const;
  const parts = new Intl.DateTimeFormat('en', format).formatToParts(instant);
  const part = (type: string) => parts.find((one) => one.type === type)!.value;
  return `${part('year')}-${part('month')}-${part('day')}`;
}

function isTimeZone(name: string): boolean {
  if (!/^[a-z][\w+/-]*$/i.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Zones with the same city, or with the same beginning. */
function similar(name: string): string[] {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = (zone: string) => zone.split('/').at(-1)!.toLowerCase().replaceAll('_', ' ');
  const wanted = city(name).replaceAll('_', ' ');
  const same = zones.filter((zone) => city(zone) === wanted);
  const like = zones.filter((zone) => wanted.length > 2 && city(zone).startsWith(wanted.slice(0, 3)));
  return [...new Set([...same, ...like])].slice(0, 3);
}
