import type { CodeableConcept, Procedure } from 'fhir/r4.js';
import type { CodedEvent } from '@ehrsynth/records';
import { type Base, metaOf, UNKNOWN, type Written } from './resource.ts';
import { toOccurrence } from './times.ts';

/** A procedure that was done. */
export function toProcedure(base: Base, event: CodedEvent, code: CodeableConcept): Procedure & Written {
  return {
    resourceType: 'Procedure',
    meta: metaOf('procedure'),
    ...base,
    status: 'completed',
    code,
    ...(toOccurrence('performed', event) ?? { _performedDateTime: UNKNOWN }),
  };
}
