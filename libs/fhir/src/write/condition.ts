import type { CodeableConcept, Condition } from 'fhir/r4.js';
import type { CodedEvent } from '@ehrsynth/records';
import { type Base, concept, metaOf, type Written } from './resource.ts';
import { endOf, startOf } from './times.ts';

/** A diagnosis. That it ended is written only where the record says that it is over (invariant con-4). */
export function toCondition(base: Base, event: CodedEvent, code: CodeableConcept): Condition & Written {
  const { active } = event;
  const [start, end] = [startOf(event), endOf(event)];
  return {
    resourceType: 'Condition',
    meta: metaOf('condition-encounter-diagnosis'),
    ...base,
    ...(active !== undefined && {
      clinicalStatus: concept('condition-clinical', active ? 'active' : 'resolved'),
    }),
    verificationStatus: concept('condition-ver-status', 'confirmed'),
    category: [concept('condition-category', 'encounter-diagnosis')],
    code,
    ...(start && { onsetDateTime: start, recordedDate: start }),
    ...(end && active === false && { abatementDateTime: end }),
  };
}
