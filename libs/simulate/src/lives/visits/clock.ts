import type { Rng } from '@ehrsynth/random';
import type { Visit } from './visit.ts';

/** Minutes of the day; the second may be of a later day. */
export interface Times {
  start: number;
  endDay: number;
  end: number;
}

const DAY_MINUTES = 1440;
/** Arrivals in emergency rooms by hour (NHAMCS: fewest at 4, most between 10 and 21), relative. */
const ARRIVALS = [22, 17, 14, 12, 11, 12, 16, 25, 38, 50, 57, 59, 58, 57, 56, 56, 56, 56, 56, 54, 50, 44, 36, 29];
const CLINIC_OPENS = 8 * 60;
const CLINIC_SLOTS = 35;
const SLOT = 15;

/** When a visit begins and ends: clinics in their hours, emergencies round the clock, discharge from ten to four. */
export function timesOf({ kind, day, lastDay, elective }: Visit, rng: Rng): Times {
  if (kind === 'stay') {
    const start = elective ? 390 + rng.int(4) * 30 : arrival(rng);
    const end = 600 + rng.int(72) * 5;
    return lastDay > day
      ? { start, endDay: lastDay, end }
      : { start, endDay: day, end: Math.max(end, Math.min(1435, start + 120)) };
  }
  if (kind === 'emergency') {
    const start = arrival(rng);
    const end = start + 90 + Math.floor(rng.gamma(2, 65));
    return { start, endDay: day + Math.floor(end / DAY_MINUTES), end: end % DAY_MINUTES };
  }
  const start = CLINIC_OPENS + rng.int(CLINIC_SLOTS) * SLOT;
  const length = kind === 'cycle' ? 180 + rng.int(8) * 15 : 20 + rng.int(5) * 5;
  return { start, endDay: day, end: Math.min(start + length, DAY_MINUTES - 1) };
}

const CLOCK = Array.from({ length: DAY_MINUTES }, (_, minute) => {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
});

/** HH:MM of a minute since some midnight. */
export function clock(minute: number): string {
  return CLOCK[minute % DAY_MINUTES];
}

function arrival(rng: Rng): number {
  return rng.weighted(ARRIVALS) * 60 + rng.int(60);
}
