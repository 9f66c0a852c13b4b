import type { Rng } from '@ehrsynth/random';
import { drawFrom } from './histogram.ts';
import type { Placeable } from './placeable.ts';
import type { Timeline } from './timeline.ts';

const DAYS_A_YEAR = 365.2425;
const DEFAULT_CLASS = 'AMB';

/** Days are counted from birth. */
export interface DrawnEncounter {
  day: number;
  stay: number;
  class: string;
}

/**
 * Encounters in order, the last one on the given day of life: how many by the number of events, their distances and
 * classes as learned; the last stay ends on `lastStayEnd` at the latest. They reach back as far as the codes with an upper age limit need.
 */
export function drawEncounters(
  codes: readonly Placeable[],
  lastDay: number,
  lastStayEnd: number,
  timeline: Timeline,
  rng: Rng,
): DrawnEncounter[] {
  const events = codes.reduce((sum, { count }) => sum + count, 0);
  if (events === 0) return [];
  const bucket = timeline.encounters.find(({ upTo }) => events <= upTo);
  const count = Math.max(1, Math.min(events, bucket ? drawFrom(bucket.counts, rng) : events));
  const gaps = Array.from({ length: count - 1 }, () => (timeline.gapDays ? drawFrom(timeline.gapDays, rng) : 30));
  const latestFirst = Math.min(lastDay, ...codes.map(({ limits }) => latestDay(limits?.maxAge)));
  const days = spread(gaps, lastDay, latestFirst);
  const classes = Object.keys(timeline.classes);
  return days.map((day, i) => {
    const kind = classes[rng.weighted(Object.values(timeline.classes))] ?? DEFAULT_CLASS;
    const stays = timeline.stayDays[kind];
    const next = i + 1 < days.length ? days[i + 1] : lastStayEnd;
    return { day, class: kind, stay: Math.min(stays ? drawFrom(stays, rng) : 0, Math.max(0, next - day)) };
  });
}

/** The last day of life on which a code with this upper age (whole years) may stand. */
export function latestDay(maxAge: number | undefined): number {
  return maxAge === undefined ? Infinity : Math.floor((maxAge + 1) * DAYS_A_YEAR) - 2;
}

/** The first day of life on which a code with this lower age may stand. */
export function earliestDay(minAge: number | undefined): number {
  return minAge === undefined ? 0 : Math.ceil(minAge * DAYS_A_YEAR) + 1;
}

/** Days that end on `lastDay`, start no earlier than birth and, where needed, no later than `latestFirst`. */
function spread(gaps: number[], lastDay: number, latestFirst: number): number[] {
  const reach = gaps.reduce((sum, gap) => sum + gap, 0);
  if (latestFirst < lastDay - reach) {
    // A code of an earlier age: one more visit, then the gap, then the rest.
    return [latestFirst, ...spread(gaps, lastDay, lastDay)].sort((a, b) => a - b);
  }
  const scale = reach > lastDay ? lastDay / reach : 1;
  let day = lastDay;
  const days = [lastDay];
  for (const gap of gaps) {
    day -= Math.floor(gap * scale);
    days.unshift(Math.max(0, day));
  }
  return days;
}
