import type { KindOfFault } from './kind-of-fault.ts';
import { SUBJECT, to, collection, patient, condition } from './parts.ts';

export const SHAPES: KindOfFault = {
  broken: [
    [
      'an object where there is a list of codings',
      condition,
      { code: { coding: { system: 'urn:x', code: 'x' } } },
      'structure',
      'Condition.code.coding',
    ],
    ['text where there is a concept', condition, { code: 'x' }, 'structure', 'Condition.code'],
    ['a number where there is a reference', condition, to(1), 'format', `${SUBJECT}.reference`],
    ['an empty reference', condition, { subject: {} }, 'structure', SUBJECT],
    ['a reference of an empty text', condition, to(''), 'format', `${SUBJECT}.reference`],
    ['null in a list of codings', condition, { code: { coding: [null] } }, 'structure', 'Condition.code.coding[0]'],
    ['an id that is a number', patient, { id: 1 }, 'format', 'Patient.id'],
    [
      'an object where there is a list of what is contained',
      patient,
      { contained: {} },
      'structure',
      'Patient.contained',
    ],
    ['null where there is a list', patient, { name: null }, 'structure', 'Patient.name'],
    ['a number in the meta', patient, { meta: 1 }, 'structure', 'Patient.meta'],
    ['an entry that is an object', { ...collection([]), entry: {} }, {}, 'structure', 'Bundle.entry'],
    ['an entry that is null', collection([null as unknown as object]), {}, 'structure', 'Bundle.entry[0]'],
    [
      'a list where there is a fullUrl',
      collection([{ fullUrl: ['x'], resource: patient }]),
      {},
      'structure',
      'Bundle.entry[0].fullUrl',
    ],
    ['a key of JavaScript', patient, JSON.parse('{"__proto__":{"x":1}}') as object, 'structure', 'Patient.__proto__'],
    ['another key of JavaScript', patient, { constructor: 1 }, 'structure', 'Patient.constructor'],
  ],
  right: [],
};
