import type { KindOfFault } from './kind-of-fault.ts';
import { condition, observation } from './parts.ts';

export const BINDINGS: KindOfFault = {
  broken: [
    [
      'text where a code is required',
      condition,
      { clinicalStatus: { text: 'active' } },
      'binding',
      'Condition.clinicalStatus',
    ],
    [
      'a required code without its system',
      condition,
      { clinicalStatus: { coding: [{ code: 'active' }] } },
      'binding',
      'Condition.clinicalStatus',
    ],
    ['a code in capitals', observation, { status: 'Final' }, 'binding', 'Observation.status'],
  ],
  right: [
    ['text beside a required code', condition, { clinicalStatus: { ...condition.clinicalStatus, text: 'x' } }],
    [
      'a reason in place of a required code',
      condition,
      {
        verificationStatus: {
          text: 'x',
          extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
        },
      },
    ],
    ['text where a code is recommended', condition, { severity: { text: 'mild' } }],
  ],
};
