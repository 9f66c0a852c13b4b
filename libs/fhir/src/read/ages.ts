import { addDays, addMonths } from '@ehrsynth/records';
import type { Resource } from './resources.ts';

/** A time from birth: whole months where it is given in years or months, else days. */
export interface Age {
  months?: number;
  days?: number;
}

/** An R4 Age, undefined where its unit is none of time or its value none of a life. */
export function ageOf({ value, code, unit }: Partial<Resource>): Age | undefined {
  if (typeof value !== 'number' || !(value >= 0)) return undefined;
  const days = daysOfUnit({ code: code as unknown, unit: unit as unknown });
  if (days === undefined || value * days > OLDEST_DAYS) return undefined;
  const months = days >= MONTH ? Math.round(days / MONTH) * value : undefined;
  return months !== undefined && Number.isInteger(months) ? { months } : { days: Math.floor(value * days) };
}

/** How many days a unit of time has, by its code of UCUM or its name; undefined where it is none of time. */
export function daysOfUnit({ code, unit }: { code?: unknown; unit?: unknown }): number | undefined {
  return DAYS.get(code as string) ?? (typeof unit === 'string' ? DAYS.get(unit.trim().toLowerCase()) : undefined);
}

/** The day on which somebody is that old. */
export function dayAtAge(birthDate: string, { months, days = 0 }: Age): string {
  return months === undefined ? addDays(birthDate, days) : addMonths(birthDate, months);
}

const YEAR = 365.2425;
const MONTH = YEAR / 12;
const OLDEST_DAYS = 130 * YEAR;
/** Days of a unit: UCUM's codes, and how people write them. */
const DAYS = new Map<string, number>();
for (const [days, names] of [
  [YEAR, 'a year years yr yrs y'],
  [MONTH, 'mo month months mos'],
  [7, 'wk week weeks w'],
  [1, 'd day days'],
  [1 / 24, 'h hour hours hr'],
  [1 / 1440, 'min minute minutes'],
  [1 / 86400, 's second seconds'],
] as const) {
  for (const name of names.split(' ')) DAYS.set(name, days);
}
