import type { Observation, ObservationComponent } from 'fhir/r4.js';
import { type Code, type CodedEvent, System } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { BLOOD_PRESSURE } from '../validate/us-core-vitals.ts';
import { observationOf } from './observation.ts';
import { categoryOf } from './observation-category.ts';
import { NOT_MEASURED, toMeasured } from './observation-value.ts';
import type { Part } from './panels.ts';
import { type Base, codeOf, toConcept, type Written } from './resource.ts';

/** Components as one Observation: day, time and encounter are the panel's, what each measured and means its own. */
export function toPanel(
  base: Base,
  { events, panel, own }: Part & { panel: Code },
  vocabulary: Vocabulary,
): Observation & Written {
  const component: ObservationComponent[] = events.map((event) => ({
    code: codeOf(event, vocabulary),
    ...toMeasured(event),
  }));
  if (isPressure(panel)) component.push(...missingHalves(events));
  const category = categoryOfPanel(own ? [own, ...events] : events, panel);
  const code = own ? codeOf(own, vocabulary) : toConcept(panel);
  return observationOf(base, own ?? events[0], { category, code, ...(own && toMeasured(own)), component });
}

/** That of the first component that has one of its own, else as the panel's code and that of its components have it. */
function categoryOfPanel(events: CodedEvent[], panel: Code): string {
  if (isPressure(panel)) return 'vital-signs';
  const candidates = [...events, { code: panel }, ...events.map(({ code }) => ({ code }))];
  const own = events.find(({ category }) => category !== undefined);
  return categoryOf(own ?? candidates.find((one) => categoryOf(one) !== 'laboratory') ?? candidates[0]);
}

/** us-core-blood-pressure wants both halves: what was not measured says so. */
function missingHalves(events: CodedEvent[]): ObservationComponent[] {
  const { systolic, diastolic } = BLOOD_PRESSURE;
  const had = new Set(events.map(({ code: { system, code } }) => (system === System.loinc ? code : '')));
  return [systolic, diastolic]
    .filter((code) => !had.has(code))
    .map((code) => ({ code: { coding: [{ system: System.loinc, code }] }, ...NOT_MEASURED }));
}

function isPressure({ system, code }: Code): boolean {
  return system === System.loinc && code === BLOOD_PRESSURE.panel;
}
