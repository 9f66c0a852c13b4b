import type { Resource } from './resources.ts';

/** Of an element: text, a number, an object with these elements, or a list of such. */
type Shape = 'text' | 'number' | { [element: string]: Shape } | [Shape];

const REFERENCE = { reference: 'text' } as const;
const CONCEPT: Shape = { coding: [{ system: 'text', code: 'text', display: 'text' }] };
const PERIOD = { start: 'text', end: 'text' } as const;
const QUANTITY = { value: 'number', unit: 'text' } as const;

const PATIENT: Shape = {
  id: 'text',
  gender: 'text',
  birthDate: 'text',
  deceasedDateTime: 'text',
  extension: [
    { url: 'text', valueCode: 'text', extension: [{ url: 'text', valueCoding: { code: 'text' } }] },
  ],
};
const INGREDIENT: Shape = {
  itemCodeableConcept: CONCEPT,
  itemReference: REFERENCE,
  substanceCodeableConcept: CONCEPT,
  substanceReference: REFERENCE,
};
/** A Medication or a Substance. */
const MEDICATION: Shape = {
  id: 'text',
  status: 'text',
  identifier: [{ system: 'text', value: 'text' }],
  code: CONCEPT,
  ingredient: [INGREDIENT],
  contained: [{ id: 'text', status: 'text', code: CONCEPT, ingredient: [INGREDIENT] }],
};
const ENCOUNTER: Shape = {
  id: 'text',
  status: 'text',
  class: { system: 'text', code: 'text', display: 'text' },
  type: [{ text: 'text', coding: [{ system: 'text', code: 'text', display: 'text' }] }],
  subject: REFERENCE,
  period: PERIOD,
};
/** The elements that are read of a condition, a drug, a procedure or a measurement. */
const EVENT: Shape = {
  id: 'text',
  status: 'text',
  clinicalStatus: CONCEPT,
  verificationStatus: CONCEPT,
  subject: REFERENCE,
  encounter: REFERENCE,
  context: REFERENCE,
  code: CONCEPT,
  medicationCodeableConcept: CONCEPT,
  medicationReference: REFERENCE,
  contained: [{ id: 'text', status: 'text', code: CONCEPT, ingredient: [INGREDIENT] }],
  authorizingPrescription: [REFERENCE],
  request: REFERENCE,
  quantity: QUANTITY,
  valueQuantity: QUANTITY,
  onsetPeriod: PERIOD,
  performedPeriod: PERIOD,
  effectivePeriod: PERIOD,
  abatementPeriod: PERIOD,
};
const SHAPES: Record<string, Shape> = {
  Patient: PATIENT,
  Medication: MEDICATION,
  Substance: MEDICATION,
  Encounter: ENCOUNTER,
};

/**
 * What is wrong with the shape of the elements that we read of a resource, with its path: "Condition.code.coding must be a
 * list". Undefined where nothing is; null counts as missing, but not in a list.
 */
export function wrongShape(resource: Resource): string | undefined {
  const { resourceType } = resource;
  return faultIn(resource, SHAPES[resourceType] ?? EVENT, resourceType);
}

function faultIn(value: unknown, shape: Shape, path: string): string | undefined {
  if (typeof shape === 'string') {
    return typeof value === (shape === 'text' ? 'string' : shape) ? undefined : `${path} must be ${A[shape]}`;
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return `${path} must be a list`;
    for (let i = 0; i < value.length; i++) {
      const fault = faultIn(value[i], shape[0], `${path}[${i}]`);
      if (fault) return fault;
    }
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${path} must be an object`;
  for (const name in shape) {
    const inner = (value as Record<string, unknown>)[name];
    if (inner === undefined || inner === null) continue;
    const fault = faultIn(inner, shape[name], `${path}.${name}`);
    if (fault) return fault;
  }
  return undefined;
}

const A = { text: 'text', number: 'a number' };
