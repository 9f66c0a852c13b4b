import { System } from '@ehrsynth/records';
import { coded, hl7, RIGHT } from './right-resources.ts';

/** Every right resource in one Bundle. */
export const BUNDLE_OF_ALL = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: Object.values(RIGHT).map((resource) => ({
    fullUrl: `http://x.org/fhir/${resource.resourceType}/${resource.id}`,
    resource,
  })),
};

export const PARAMETERS = {
  resourceType: 'Parameters',
  parameter: [
    { name: 'a', valueString: 'x' },
    { name: 'b', part: [{ name: 'c', resource: RIGHT.patient }] },
  ],
};

/** The forms that the others lack: contained, narrative, extensions, siblings, periods, ranges. */
export const RICH = {
  resourceType: 'MedicationRequest',
  id: 'rich',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>x &amp; y</p></div>' },
  contained: [
    { resourceType: 'Medication', id: 'x', code: RIGHT.medication.medicationCodeableConcept },
    { resourceType: 'Medication', id: 'y', ingredient: [{ itemReference: { reference: '#x' } }] },
  ],
  extension: [{ url: 'urn:a', extension: [{ url: 'b', valueRange: { low: { value: 1 }, high: { value: 2 } } }] }],
  status: 'active',
  _status: { id: 's', extension: [{ url: 'urn:c', valueCode: 'x' }] },
  intent: 'order',
  medicationReference: { reference: '#y' },
  subject: { reference: 'Patient/p', type: 'Patient', display: 'x' },
  authoredOn: '2010-01-01T10:00:00+02:00',
  instantiatesUri: ['urn:a', null],
  _instantiatesUri: [null, { extension: [{ url: 'urn:c', valueUri: 'urn:d' }] }],
  dosageInstruction: [
    {
      text: 'x',
      timing: {
        repeat: {
          boundsPeriod: { start: '2010-01-01', end: '2010-02' },
          frequency: 1,
          period: 1,
          periodUnit: 'd',
        },
      },
      doseAndRate: [{ doseQuantity: { value: 1.5, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' } }],
    },
  ],
  dispenseRequest: {
    numberOfRepeatsAllowed: 2,
    quantity: { value: 30 },
    expectedSupplyDuration: { value: 30, unit: 'days', system: 'http://unitsofmeasure.org', code: 'd' },
  },
};

/** A panel with all that is read of a measurement. */
export const PANEL = {
  resourceType: 'Observation',
  id: 'panel',
  status: 'final',
  category: [hl7('observation-category', 'vital-signs')],
  code: coded(System.loinc, '85354-9'),
  subject: { reference: 'Patient/p' },
  effectivePeriod: { start: '2010-01-01T10:00:00+02:00', end: '2010-01-01T10:05:00+02:00' },
  valueString: '120/80',
  component: [
    {
      code: coded(System.loinc, '8480-6'),
      valueQuantity: {
        value: 120,
        comparator: '<',
        unit: 'mmHg',
        system: 'http://unitsofmeasure.org',
        code: 'mm[Hg]',
      },
      interpretation: [hl7('v3-ObservationInterpretation', 'H')],
      referenceRange: [{ low: { value: 90 }, high: { value: 120 }, text: '90 to 120' }],
    },
    {
      code: coded(System.loinc, '8357-6'),
      valueCodeableConcept: { ...coded(System.snomed, '37931006'), text: 'cuff' },
    },
    { code: coded('urn:x', 'titre'), valueRatio: { numerator: { value: 1 }, denominator: { value: 40 } } },
  ],
};

export const VACCINE = {
  resourceType: 'Immunization',
  id: 'vaccine',
  status: 'completed',
  vaccineCode: coded(System.cvx, '140'),
  patient: { reference: 'Patient/p' },
  occurrenceDateTime: '2010-01-01T09:30:00Z',
  doseQuantity: { value: 0.5, unit: 'mL', system: 'http://unitsofmeasure.org', code: 'mL' },
};

export const ALLERGY = {
  resourceType: 'AllergyIntolerance',
  id: 'allergy',
  clinicalStatus: hl7('allergyintolerance-clinical', 'active'),
  verificationStatus: hl7('allergyintolerance-verification', 'confirmed'),
  patient: { reference: 'Patient/p' },
  onsetPeriod: { start: '2009', end: '2010' },
  recordedDate: '2010-01-01',
  reaction: [{ substance: coded(System.rxnorm, '7980'), manifestation: [coded(System.snomed, '247472004')] }],
};

/** A mixture, its ingredients in every form. */
export const MIXTURE = {
  resourceType: 'Medication',
  id: 'x',
  identifier: [{ system: 'urn:x', value: '7' }],
  status: 'active',
  contained: [{ resourceType: 'Substance', id: 's', code: coded(System.rxnorm, '6809') }],
  ingredient: [
    { itemCodeableConcept: coded(System.rxnorm, '4815'), isActive: true },
    { itemReference: { reference: '#s' } },
    { itemReference: { reference: 'Medication/y' } },
  ],
};

/** A payer's claim with every element that is read. */
export const CLAIM = {
  resourceType: 'ExplanationOfBenefit',
  id: 'b',
  meta: {
    profile: ['http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-ExplanationOfBenefit-Inpatient-Institutional'],
  },
  identifier: [{ system: 'urn:payer', value: '1' }],
  status: 'active',
  use: 'claim',
  outcome: 'complete',
  type: hl7('claim-type', 'institutional'),
  subType: coded('http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBInstitutionalClaimSubType', 'inpatient'),
  patient: { reference: 'Patient/p' },
  billablePeriod: { start: '2010-01-01', end: '2010-01-04' },
  created: '2010-02-01',
  insurer: { display: 'x' },
  provider: { display: 'y' },
  claim: { reference: 'Claim/k' },
  related: [
    {
      relationship: coded('urn:x', 'prior'),
      claim: { reference: 'Claim/j' },
      reference: { system: 'urn:payer', value: '0' },
    },
  ],
  contained: [{ resourceType: 'Condition', id: 'c', code: coded(System.icd10cm, 'I10') }],
  insurance: [{ focal: true, coverage: { display: 'z' } }],
  supportingInfo: [
    {
      sequence: 1,
      category: coded('http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType', 'admissionperiod'),
      timingPeriod: { start: '2010-01-01', end: '2010-01-04' },
    },
    {
      sequence: 2,
      category: coded('http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType', 'dayssupply'),
      valueQuantity: { value: 30 },
    },
  ],
  diagnosis: [
    { sequence: 1, diagnosisCodeableConcept: coded(System.icd10cm, 'E11.9') },
    { sequence: 2, diagnosisReference: { reference: '#c' } },
  ],
  procedure: [
    { sequence: 1, date: '2010-01-02', procedureCodeableConcept: coded(System.icd10pcs, '0DTJ4ZZ') },
    { sequence: 2, procedureReference: { reference: 'Procedure/r' } },
  ],
  item: [
    {
      sequence: 1,
      revenue: coded('https://www.nubc.org/CodeSystem/RevenueCodes', '0450'),
      productOrService: coded(System.cpt, '99213'),
      modifier: [coded('urn:x', '25')],
      servicedPeriod: { start: '2010-01-02', end: '2010-01-03' },
      locationCodeableConcept: hl7('ex-serviceplace', '21'),
      encounter: [{ reference: 'Encounter/e' }],
      quantity: { value: 1, unit: 'EA' },
      detail: [{ sequence: 1, productOrService: coded(System.ndc, '68180051301'), quantity: { value: 30 } }],
    },
  ],
};

/** The same as it was asked for. */
export const ASKED = { ...CLAIM, resourceType: 'Claim', id: 'k', claim: undefined, outcome: undefined };
