import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { dayNumber, minuteOf, NO_DAY } from './days.ts';

export interface DatedEvent {
  event: CodedEvent;
  day: number;
}

export interface Visit {
  first: number;
  last: number;
  class: string;
  /** In order of time. */
  events: DatedEvent[];
  /** Minute of the first day at which it began; −1 where only the day is known. */
  minute: number;
}

export interface RecordVisits {
  /** In order of their first day and time. */
  visits: Visit[];
  undatedEvents: number;
  undatedEncounters: number;
}

/**
 * The visits of a record: each encounter is one, with or without events. An event without an encounter joins the visit that covers its
 * day, the latest begun of several; those of a day that no encounter covers make a visit of their own, of the class `none`.
 * An event without a day has the first of its encounter; an encounter without a day has those of its events.
 * Events of one time are in the order of their codes and values, and visits of one time in that of their classes and events, so that the
 * same record gives the same visits in whatever order a format lists them.
 */
export function visitsOf({ encounters, events }: PatientRecord): RecordVisits {
  const visits = encounters.map(({ class: own, start, end, startTime }): Visit => {
    const first = dayNumber(start ?? end);
    return {
      first,
      last: Math.max(first, dayNumber(end)),
      class: own,
      events: [],
      minute: start === undefined ? -1 : minuteOf(startTime),
    };
  });
  let undatedEvents = 0;
  const alone: DatedEvent[] = [];
  for (const event of events) {
    const visit = event.encounter === undefined ? undefined : visits[event.encounter];
    const day = event.start === undefined && visit ? visit.first : dayNumber(event.start);
    if (day === NO_DAY) undatedEvents++;
    else (visit?.events ?? alone).push({ event, day });
  }
  for (const visit of visits) if (visit.first === NO_DAY) dateByEvents(visit);
  const dated = inOrder(visits.filter((visit) => visit.first !== NO_DAY));
  const undatedEncounters = visits.length - dated.length;
  const all = alone.length === 0 ? dated : inOrder([...dated, ...placeAlone(alone, dated)]);
  for (const visit of all) visit.events.sort(compareEvents);
  return { visits: all.sort(compareVisits), undatedEvents, undatedEncounters };
}

function dateByEvents(visit: Visit): void {
  for (const { day } of visit.events) {
    visit.first = visit.first === NO_DAY ? day : Math.min(visit.first, day);
    visit.last = Math.max(visit.last, day);
  }
}

function inOrder(visits: Visit[]): Visit[] {
  return visits.sort(byTime);
}

function byTime(a: Visit, b: Visit): number {
  return a.first - b.first || a.minute - b.minute || a.last - b.last;
}

/** By time; those of one time by what they are. */
function compareVisits(a: Visit, b: Visit): number {
  return (
    byTime(a, b) ||
    compareTexts(a.class, b.class) ||
    a.events.length - b.events.length ||
    a.events.map((event, i) => compareEvents(event, b.events[i])).find((order) => order !== 0) ||
    0
  );
}

function compareEvents({ event: a, day: ofA }: DatedEvent, { event: b, day: ofB }: DatedEvent): number {
  return (
    ofA - ofB ||
    minuteOf(a.startTime) - minuteOf(b.startTime) ||
    compareTexts(a.code.code, b.code.code) ||
    compareTexts(a.kind, b.kind) ||
    compareTexts(a.code.system, b.code.system) ||
    (a.quantity?.value ?? 0) - (b.quantity?.value ?? 0)
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Puts events into the visits that cover their days; gives the visits that the others make. */
function placeAlone(alone: DatedEvent[], visits: Visit[]): Visit[] {
  // The latest end of a visit and all before it: none that stands before can cover a later day.
  const latest = new Int32Array(visits.length);
  visits.forEach(({ last }, i) => (latest[i] = i === 0 ? last : Math.max(latest[i - 1], last)));
  const made = new Map<number, Visit>();
  for (const one of alone) {
    const { day } = one;
    const covering = coveringVisit(visits, latest, day);
    if (covering) covering.events.push(one);
    else if (made.has(day)) made.get(day)!.events.push(one);
    else made.set(day, { first: day, last: day, class: 'none', events: [one], minute: -1 });
  }
  return [...made.values()];
}

function coveringVisit(visits: Visit[], latest: Int32Array, day: number): Visit | undefined {
  let [from, to] = [0, visits.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (visits[middle].first <= day) from = middle + 1;
    else to = middle;
  }
  for (let at = from - 1; at >= 0 && latest[at] >= day; at--) if (visits[at].last >= day) return visits[at];
  return undefined;
}
