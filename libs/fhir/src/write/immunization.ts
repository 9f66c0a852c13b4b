import type { CodeableConcept, Immunization } from 'fhir/r4.js';
import type { CodedEvent } from '@ehrsynth/records';
import { toRoute } from './dosage.ts';
import { toSimpleQuantity } from './quantity.ts';
import { type Base, metaOf, UNKNOWN, type Written } from './resource.ts';
import { startOf } from './times.ts';

/** A vaccine that was given. */
export function toImmunization(
  { subject: patient, ...base }: Base,
  event: CodedEvent,
  vaccineCode: CodeableConcept,
): Immunization & Written {
  const start = startOf(event);
  const route = toRoute(event.route);
  const doseQuantity = event.dose && toSimpleQuantity(event.dose);
  return {
    resourceType: 'Immunization',
    meta: metaOf('immunization'),
    ...base,
    patient,
    status: 'completed',
    vaccineCode,
    ...(start ? { occurrenceDateTime: start } : { _occurrenceDateTime: UNKNOWN }),
    // By those who gave it, not reported by another.
    primarySource: true,
    ...(route && { route }),
    ...(doseQuantity && { doseQuantity }),
  };
}
