import type { KindOfFault } from './kind-of-fault.ts';
import { SUBJECT, to, condition } from './parts.ts';

export const REFERENCE_TYPES: KindOfFault = {
  broken: [
    [
      'a reference whose type says another',
      condition,
      to('Patient/p', { type: 'Group' }),
      'reference',
      `${SUBJECT}.type`,
    ],
    [
      'a reference whose type may not stand there',
      condition,
      { subject: { type: 'Encounter', display: 'x' } },
      'reference',
      `${SUBJECT}.type`,
    ],
    [
      'a reference of a type that R4 lacks',
      condition,
      to('Patient/p', { type: 'Person1' }),
      'reference',
      `${SUBJECT}.type`,
    ],
    [
      'a contained resource of another type',
      condition,
      { ...to('#x', { type: 'Group' }), contained: [{ resourceType: 'Patient', id: 'x' }] },
      'reference',
      `${SUBJECT}.type`,
    ],
    [
      'an address whose type says another',
      condition,
      to('http://x.org/fhir/Patient/p', { type: 'Group' }),
      'reference',
      `${SUBJECT}.type`,
    ],
  ],
  right: [
    ['a reference whose type says the same', condition, to('Patient/p', { type: 'Patient' })],
    [
      'a type with an identifier',
      condition,
      { subject: { type: 'Group', identifier: { system: 'urn:x', value: '1' } } },
    ],
  ],
};
