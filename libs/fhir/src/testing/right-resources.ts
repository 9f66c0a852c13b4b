import { System } from '@ehrsynth/records';

const HL7 = 'http://terminology.hl7.org/CodeSystem';
const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';

/** A CodeableConcept with one coding. */
export const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
/** The same of one of HL7's own code systems. */
export const hl7 = (system: string, code: string) => coded(`${HL7}/${system}`, code);

const subject = { reference: 'Patient/p' };
const profile = (name: string) => ({ profile: [US_CORE + name] });

/** Resources with nothing wrong in them, each of which a broken one is made from. */
export const RIGHT = {
  patient: {
    resourceType: 'Patient',
    id: 'p',
    meta: profile('patient'),
    identifier: [{ system: 'urn:oid:1.2.36.146.595.217.0.1', value: '1' }],
    name: [{ use: 'anonymous', family: 'Synthetic' }],
    gender: 'male',
    birthDate: '1970-02-28',
  },
  encounter: {
    resourceType: 'Encounter',
    id: 'e',
    meta: profile('encounter'),
    status: 'finished',
    class: { system: `${HL7}/v3-ActCode`, code: 'AMB' },
    type: [coded(System.snomed, '308335008')],
    subject,
    period: { start: '2010-01-01', end: '2010-01-02' },
  },
  condition: {
    resourceType: 'Condition',
    id: 'c',
    meta: profile('condition-encounter-diagnosis'),
    clinicalStatus: hl7('condition-clinical', 'active'),
    category: [hl7('condition-category', 'encounter-diagnosis')],
    code: coded(System.icd10cm, 'I10'),
    subject,
    encounter: { reference: 'Encounter/e' },
    onsetDateTime: '2010-01-01',
  },
  medication: {
    resourceType: 'MedicationRequest',
    id: 'm',
    meta: profile('medicationrequest'),
    status: 'completed',
    intent: 'order',
    medicationCodeableConcept: {
      coding: [
        { system: System.ndc, code: '68180051301' },
        { system: System.rxnorm, code: '311354' },
      ],
    },
    subject,
    requester: { display: 'x' },
  },
  procedure: {
    resourceType: 'Procedure',
    id: 'r',
    meta: profile('procedure'),
    status: 'completed',
    code: coded(System.icd10pcs, '0DTJ4ZZ'),
    subject,
    performedDateTime: '2010-01-01T10:00:00Z',
  },
  observation: {
    resourceType: 'Observation',
    id: 'o',
    meta: profile('observation-lab'),
    status: 'final',
    category: [hl7('observation-category', 'laboratory')],
    code: coded(System.loinc, '4548-4'),
    subject,
    effectiveDateTime: '2010-01-01',
    valueQuantity: { value: 6.1, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
  },
};

export type RightName = keyof typeof RIGHT;

const PATIENT_URL = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const CONDITION_URL = 'urn:uuid:00000000-0000-4000-8000-000000000002';

/** A transaction with nothing wrong in it. */
export const RIGHT_BUNDLE = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      fullUrl: PATIENT_URL,
      resource: without(RIGHT.patient, 'id'),
      request: { method: 'POST', url: 'Patient' },
    },
    {
      fullUrl: CONDITION_URL,
      resource: { ...without(RIGHT.condition, 'id', 'encounter'), subject: { reference: PATIENT_URL } },
      request: { method: 'POST', url: 'Condition' },
    },
  ],
};

function without(resource: object, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !names.includes(name)));
}
