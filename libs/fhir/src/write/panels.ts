import { type Code, type CodedEvent, System } from '@ehrsynth/records';
import { BLOOD_PRESSURE } from '../validate/us-core-vitals.ts';

/** What is written as one resource: an event, or the components of a panel. */
export interface Part {
  /** Of the first event, in the record. */
  index: number;
  /** The event, or the components. */
  events: CodedEvent[];
  panel?: Code;
  /** What the panel itself has as its value: a saturation beside the flow of oxygen. */
  own?: CodedEvent;
}

const PRESSURE: Code = { system: System.loinc, code: BLOOD_PRESSURE.panel };

/**
 * The events in order, those of one panel (the same code, day, time and encounter) at the place of the first. Two halves of a blood
 * pressure are a panel whether the record says so or not. A component that a panel has already begins another.
 */
export function partsOf(events: CodedEvent[]): Part[] {
  const panels = new Map<string, Part[]>();
  events.forEach((event, index) => {
    const panel = panelOf(event);
    if (panel) addComponent(panels, panel, event, index);
  });
  const alone = events.flatMap((event, index): Part[] => {
    const isElsewhere = panelOf(event) !== undefined || addOwn(panels, event, index);
    return isElsewhere ? [] : [{ index, events: [event] }];
  });
  if (panels.size === 0) return alone;
  return [...alone, ...[...panels.values()].flat()].sort((a, b) => a.index - b.index);
}

function addComponent(panels: Map<string, Part[]>, panel: Code, event: CodedEvent, index: number): void {
  const key = keyOf(panel, event);
  const same = panels.get(key) ?? [];
  const free = same.find((part) => !part.events.some(({ code }) => isSame(code, event.code)));
  if (free) free.events.push(event);
  else panels.set(key, [...same, { index, events: [event], panel }]);
}

/**
 * Gives the event to the panel whose code it has, where there is one without a value. A blood pressure has none
 * (us-core-blood-pressure), nor a panel that has a component of the same code (obs-7).
 */
function addOwn(panels: Map<string, Part[]>, event: CodedEvent, index: number): boolean {
  if (event.kind !== 'measurement' || isSame(event.code, PRESSURE)) return false;
  const same = panels.get(keyOf(event.code, event));
  const free = same?.find(({ own, events }) => !own && !events.some(({ code }) => isSame(code, event.code)));
  if (!free) return false;
  free.own = event;
  free.index = Math.min(free.index, index);
  return true;
}

function keyOf({ system, code }: Code, { start, startTime, encounter }: CodedEvent): string {
  return JSON.stringify([system, code, start, start && startTime, encounter]);
}

function panelOf({ kind, code: { system, code }, panel }: CodedEvent): Code | undefined {
  if (kind !== 'measurement') return undefined;
  const isPressure = code === BLOOD_PRESSURE.systolic || code === BLOOD_PRESSURE.diastolic;
  if (system !== System.loinc || !isPressure) return panel;
  return panel && isSame(panel, PRESSURE) ? panel : PRESSURE;
}

function isSame(a: Code, b: Code): boolean {
  return a.system === b.system && a.code === b.code;
}
