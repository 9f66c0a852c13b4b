import type { Resource } from './resources.ts';

/** Of an element: text, a number, a boolean, an object with these elements, or a list of such. */
type Shape = 'text' | 'number' | 'boolean' | { [element: string]: Shape } | [Shape];

const REFERENCE = { reference: 'text' } as const;
const CONCEPT: Shape = { coding: [{ system: 'text', code: 'text', display: 'text' }] };
const CONCEPT_IN_WORDS: Shape = { coding: [{ system: 'text', code: 'text' }], text: 'text' };
const QUANTITY: Shape = { value: 'number', unit: 'text', code: 'text', comparator: 'text' };
/** What is no date costs the date alone, whatever it is. */
const PERIOD = {};
const RANGE: Shape = { low: QUANTITY, high: QUANTITY };
const EXTENSIONS: Shape = [{ url: 'text' }];
const RESOURCE = { id: 'text', modifierExtension: EXTENSIONS } as const;

const PATIENT: Shape = { ...RESOURCE, gender: 'text', extension: EXTENSIONS };
const IDENTIFIER = { system: 'text', value: 'text' } as const;
const INGREDIENT: Shape = {
  modifierExtension: EXTENSIONS,
  itemCodeableConcept: CONCEPT,
  itemReference: REFERENCE,
  substanceCodeableConcept: CONCEPT,
  substanceReference: REFERENCE,
};
const CONTAINED: Shape = [{ ...RESOURCE, status: 'text', code: CONCEPT, ingredient: [INGREDIENT] }];
/** A Medication or a Substance. */
const MEDICATION: Shape = {
  ...RESOURCE,
  status: 'text',
  identifier: [IDENTIFIER],
  code: CONCEPT,
  ingredient: [INGREDIENT],
  contained: CONTAINED,
};
/** What all that happens to a patient has. */
const OCCURRENCE = {
  ...RESOURCE,
  status: 'text',
  _status: { extension: EXTENSIONS },
  subject: REFERENCE,
  encounter: REFERENCE,
  context: REFERENCE,
} as const;
const ENCOUNTER: Shape = {
  ...OCCURRENCE,
  class: { system: 'text', code: 'text', display: 'text' },
  type: [{ text: 'text', coding: [{ system: 'text', code: 'text', display: 'text' }] }],
  period: PERIOD,
};
const CONDITION: Shape = {
  ...OCCURRENCE,
  clinicalStatus: CONCEPT_IN_WORDS,
  verificationStatus: CONCEPT_IN_WORDS,
  code: CONCEPT,
  ...choice('onset'),
  ...choice('abatement'),
};
const PROCEDURE: Shape = { ...OCCURRENCE, code: CONCEPT, ...choice('performed') };
const DRUG: Shape = {
  ...OCCURRENCE,
  intent: 'text',
  doNotPerform: 'boolean',
  medicationCodeableConcept: CONCEPT,
  medicationReference: { ...REFERENCE, identifier: { system: 'text', value: 'text' } },
  contained: CONTAINED,
  authorizingPrescription: [REFERENCE],
  request: REFERENCE,
  quantity: QUANTITY,
  ...choice('effective'),
};
const IMMUNIZATION: Shape = {
  ...OCCURRENCE,
  patient: REFERENCE,
  vaccineCode: CONCEPT,
};
const ALLERGY: Shape = {
  ...OCCURRENCE,
  patient: REFERENCE,
  clinicalStatus: CONCEPT_IN_WORDS,
  verificationStatus: CONCEPT_IN_WORDS,
  code: CONCEPT,
  ...choice('onset'),
};
const VALUE: Shape = { code: CONCEPT, valueQuantity: QUANTITY, valueCodeableConcept: CONCEPT_IN_WORDS };
const OBSERVATION: Shape = {
  ...OCCURRENCE,
  ...VALUE,
  dataAbsentReason: CONCEPT_IN_WORDS,
  component: [{ ...VALUE, dataAbsentReason: CONCEPT_IN_WORDS, modifierExtension: EXTENSIONS }],
  ...choice('effective'),
};
const LINE = {
  modifierExtension: EXTENSIONS,
  productOrService: CONCEPT,
  quantity: QUANTITY,
  modifier: [CONCEPT],
} satisfies Shape;
const CLAIM: Shape = {
  ...RESOURCE,
  meta: { profile: ['text'] },
  identifier: [IDENTIFIER],
  status: 'text',
  use: 'text',
  type: CONCEPT,
  subType: CONCEPT,
  patient: REFERENCE,
  billablePeriod: PERIOD,
  claim: REFERENCE,
  prescription: REFERENCE,
  related: [{ relationship: CONCEPT, claim: { ...REFERENCE, identifier: IDENTIFIER }, reference: IDENTIFIER }],
  contained: [{ id: 'text', code: CONCEPT }],
  supportingInfo: [
    {
      category: CONCEPT,
      code: CONCEPT,
      timingPeriod: PERIOD,
      valueQuantity: QUANTITY,
    },
  ],
  diagnosis: [{ modifierExtension: EXTENSIONS, diagnosisCodeableConcept: CONCEPT, diagnosisReference: REFERENCE }],
  procedure: [{ modifierExtension: EXTENSIONS, procedureCodeableConcept: CONCEPT, procedureReference: REFERENCE }],
  item: [
    {
      ...LINE,
      revenue: CONCEPT,
      servicedPeriod: PERIOD,
      locationCodeableConcept: CONCEPT,
      encounter: [REFERENCE],
      detail: [{ ...LINE, subDetail: [LINE] }],
    },
  ],
};
const SHAPES: Partial<Record<string, Shape>> = {
  Patient: PATIENT,
  Medication: MEDICATION,
  Substance: MEDICATION,
  Encounter: ENCOUNTER,
  Claim: CLAIM,
  ExplanationOfBenefit: CLAIM,
  Condition: CONDITION,
  Procedure: PROCEDURE,
  Observation: OBSERVATION,
  DiagnosticReport: OCCURRENCE,
  Immunization: IMMUNIZATION,
  AllergyIntolerance: ALLERGY,
  MedicationRequest: DRUG,
  MedicationDispense: DRUG,
  MedicationAdministration: DRUG,
  MedicationStatement: DRUG,
};

/** The forms of a date that are objects: onsetAge, onsetPeriod, …. */
function choice(name: string): { [element: string]: Shape } {
  return {
    [`${name}Age`]: QUANTITY,
    [`${name}Period`]: PERIOD,
    [`${name}Range`]: RANGE,
    [`${name}Timing`]: { repeat: { boundsPeriod: PERIOD } },
  };
}

/**
 * What is wrong with the shape of the elements that we read of a resource, with its path: "Condition.code.coding must be a
 * list". Undefined where nothing is; null counts as missing, but not in a list.
 */
export function wrongShape(resource: Resource): string | undefined {
  const { resourceType } = resource;
  const shape = Object.hasOwn(SHAPES, resourceType) ? SHAPES[resourceType] : undefined;
  const fault = shape && faultIn(resource, shape);
  return fault === undefined ? undefined : resourceType + fault;
}

/** The path from the value on, and what must be there; the path is put together where there is a fault only. */
function faultIn(value: unknown, shape: Shape): string | undefined {
  if (typeof shape === 'string') return isOf(value, shape) ? undefined : ` must be ${A[shape]}`;
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return ' must be a list';
    for (let i = 0; i < value.length; i++) {
      const fault = faultIn(value[i], shape[0]);
      if (fault !== undefined) return `[${i}]${fault}`;
    }
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ' must be an object';
  for (const name in shape) {
    const inner = (value as Record<string, unknown>)[name];
    if (inner === undefined || inner === null) continue;
    const fault = faultIn(inner, shape[name]);
    if (fault !== undefined) return `.${name}${fault}`;
  }
  return undefined;
}

function isOf(value: unknown, shape: 'text' | 'number' | 'boolean'): boolean {
  if (shape === 'text') return typeof value === 'string';
  // JSON has numbers beyond those of programs: 1e999 is Infinity.
  return shape === 'number' ? Number.isFinite(value) : typeof value === shape;
}

const A = { text: 'text', number: 'a number', boolean: 'true or false' };
