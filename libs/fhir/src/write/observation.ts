import type { CodeableConcept, Observation } from 'fhir/r4.js';
import { type CodedEvent, System } from '@ehrsynth/records';
import { besideVital } from '../validate/us-core-vitals.ts';
import { categoryOf } from './observation-category.ts';
import { profileOf } from './observation-profile.ts';
import { toMeasured } from './observation-value.ts';
import { type Base, concept, metaOf, UNKNOWN, type Written } from './resource.ts';
import { toOccurrence } from './times.ts';

/** What was measured, if it is a component of nothing. */
export function toObservation(base: Base, event: CodedEvent, code: CodeableConcept): Observation & Written {
  return observationOf(base, event, { category: categoryOf(event), code, ...toMeasured(event) });
}

type Content = Omit<Partial<Observation>, 'category' | 'code'> & { category: string; code: CodeableConcept };

/** An Observation of that category and content, made when the event was, with the profile that it satisfies. */
export function observationOf(
  base: Base,
  event: CodedEvent,
  { category, code, ...content }: Content,
): Observation & Written {
  const effective: Partial<Observation> = toOccurrence('effective', event) ?? withoutTime(category);
  const profile = profileOf(category, { code, ...effective, ...content });
  return {
    resourceType: 'Observation',
    meta: metaOf(profile),
    ...base,
    status: 'final',
    category: [concept('observation-category', category)],
    code: withOther(code, profile && besideVital(profile)),
    ...effective,
    ...content,
  };
}

/** Of vital signs R4 wants a time. */
function withoutTime(category: string): Partial<Observation> {
  return category === 'vital-signs' ? { _effectiveDateTime: UNKNOWN } : {};
}

/** Oxygen saturation has two codes of LOINC, the general one after its own. */
function withOther(code: CodeableConcept, loinc: string | undefined): CodeableConcept {
  return loinc ? { ...code, coding: [...code.coding!, { system: System.loinc, code: loinc }] } : code;
}
