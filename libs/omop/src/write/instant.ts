/**
 * A datetime of the CDM: "2020-01-31 14:05:00"; undefined where the time of day is not known. Midnight is written a second late, for a
 * datetime at 00:00:00 says nothing of the time in most CDMs.
 * @param time HH:MM
 */
export function instantOf(day: string | undefined, time: string | undefined): string | undefined {
  if (!day || !time) return undefined;
  return `${day} ${time}:${time === '00:00' ? '01' : '00'}`;
}
