import { type Code, type CodedEvent, System } from '@ehrsynth/records';
import { BLOOD_PRESSURE } from '../validate/us-core-vitals.ts';

/** What is written as one resource: an event, or with a code of their own the components of a panel. */
export interface Part {
  /** Of the first event, in the record. */
  index: number;
  events: CodedEvent[];
  panel?: Code;
}

const PRESSURE: Code = { system: System.loinc, code: BLOOD_PRESSURE.panel };

/**
 * The events in order, those of one panel (the same code, day, time and encounter) at the place of the first. Two halves of a blood
 * pressure are a panel whether the record says so or not. A component that a panel has already begins another.
 */
export function partsOf(events: CodedEvent[]): Part[] {
  const parts: Part[] = [];
  const open = new Map<string, Part[]>();
  events.forEach((event, index) => {
    const panel = panelOf(event);
    if (!panel) return parts.push({ index, events: [event] });
    const { start, startTime, encounter } = event;
    const key = JSON.stringify([panel.system, panel.code, start, start && startTime, encounter]);
    const panels = open.get(key) ?? [];
    const free = panels.find((part) => !part.events.some(({ code }) => isSame(code, event.code)));
    if (free) return free.events.push(event);
    const part = { index, events: [event], panel };
    open.set(key, [...panels, part]);
    return parts.push(part);
  });
  return parts;
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
