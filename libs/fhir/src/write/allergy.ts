import type { AllergyIntolerance, CodeableConcept } from 'fhir/r4.js';
import type { CodedEvent } from '@ehrsynth/records';
import { type Base, concept, metaOf, type Written } from './resource.ts';
import { startOf } from './times.ts';

/** An allergy; active where the record does not say that it is over, for R4 wants a status (invariant ait-1). */
export function toAllergy(
  { subject: patient, ...base }: Base,
  event: CodedEvent,
  code: CodeableConcept,
): AllergyIntolerance & Written {
  const start = startOf(event);
  return {
    resourceType: 'AllergyIntolerance',
    meta: metaOf('allergyintolerance'),
    ...base,
    clinicalStatus: concept('allergyintolerance-clinical', event.active === false ? 'resolved' : 'active'),
    verificationStatus: concept('allergyintolerance-verification', 'confirmed'),
    code,
    patient,
    ...(start && { onsetDateTime: start, recordedDate: start }),
  };
}
