import type { CodedEvent, Encounter } from '@ehrsynth/records';
import type { Rng } from '@ehrsynth/random';
import { dateOf } from './days.ts';
import type { Life } from './life.ts';
import type { VisitKind } from './types.ts';
import { clock, timesOf } from './visits/clock.ts';
import type { Visit } from './visits/visit.ts';

const CLASSES: Partial<Record<VisitKind, string>> = { stay: 'IMP', emergency: 'EMER' };
export const DAY_MINUTES = 1440;
const APART_MINUTES = 10;

/** A visit with its instants, in minutes since 1900-01-01. */
export interface Timed {
  visit: Visit;
  index: number;
  from: number;
  to: number;
}

/** Each visit begins when the one before it is over. */
export function timeVisits(visits: Visit[], { end }: Life, rng: Rng): Timed[] {
  const last = end * DAY_MINUTES + DAY_MINUTES - 1;
  let free = -Infinity;
  return visits.map((visit, index) => {
    const times = timesOf(visit, rng);
    const from = Math.min(last, Math.max(free, visit.day * DAY_MINUTES + times.start));
    const to = Math.min(last, Math.max(from, times.endDay * DAY_MINUTES + times.end));
    free = to + APART_MINUTES;
    return { visit, index, from, to };
  });
}

export function toEncounter({ visit, from, to }: Timed): Encounter {
  return {
    class: CLASSES[visit.kind] ?? 'AMB',
    start: dateOf(Math.floor(from / DAY_MINUTES)),
    startTime: clock(from),
    end: dateOf(Math.floor(to / DAY_MINUTES)),
    endTime: clock(to),
  };
}

/** Puts an event, which nobody else has, at an instant of a visit. */
export function eventAt(event: CodedEvent, minute: number, { index, from, to }: Timed): CodedEvent {
  const at = Math.min(Math.max(minute, from), to);
  event.start = dateOf(Math.floor(at / DAY_MINUTES));
  event.startTime = clock(at);
  event.encounter = index;
  return event;
}
