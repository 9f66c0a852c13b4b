import fc from 'fast-check';

type Json = Record<string, unknown>;

/** For tests: resources of a few dozen patients, each right in form or nearly so, with what sources have in their places. */
export function oddSource(patients = 40): fc.Arbitrary<Json[]> {
  const one = fc
    .tuple(patient, fc.array(resource, { minLength: 2, maxLength: 8 }))
    .map(([person, resources]) => [person, ...resources]);
  return fc
    .array(one, { minLength: patients, maxLength: patients })
    .map((groups) => groups.flatMap((group, i) => group.map((json, j) => placed(json, i, j))));
}

const HL7 = 'http://terminology.hl7.org/CodeSystem';
const SYSTEMS = [
  undefined,
  null,
  '',
  ' ',
  'ICD-10-CM',
  'http://hl7.org/fhir/sid/icd-10-cm',
  ' http://hl7.org/fhir/sid/icd-10-cm ',
  'https://hl7.org/fhir/sid/icd-10-cm/',
  'http://hl7.org/fhir/sid/icd-9-cm',
  'http://hl7.org/fhir/sid/ndc',
  'http://www.nlm.nih.gov/research/umls/rxnorm',
  'http://snomed.info/sct',
  'http://snomed.info/sct|20200901',
  'http://loinc.org',
  'http://loinc',
  'http://www.ama-assn.org/go/cpt',
  'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
  'http://www.cms.gov/Medicare/Coding/ICD10',
  'http://hl7.org/fhir/sid/cvx',
  'http://www.whocc.no/atc',
  'urn:oid:2.16.840.1.113883.6.90',
  '2.16.840.1.113883.6.90',
  'urn:oid:1.2.3.4',
  'urn:oid:not-one',
  'urn:uuid:x',
  'http://x.org/cs',
  'http://x.org/with space',
  'http://x.org/\u0007',
  'x.org/cs',
  'local',
  `${HL7}/data-absent-reason`,
  `${HL7}/v3-NullFlavor`,
  '<script>',
];
const CODES = [
  'E11.9',
  'e119',
  ' E11.9 ',
  'I10',
  'Z34.90',
  'N40.1',
  'E11.XYZ',
  '401.1',
  '4548-4',
  '4548-5',
  '44054006',
  '44054007',
  '99213',
  'J1815',
  '0DTJ4ZZ',
  '68180051301',
  '68180-513-01',
  '93-1048-1',
  '00000000000',
  'UNKNOWN',
  'nan',
  'NULL',
  '6809',
  'not-a-rxcui',
  'A10BA02',
  '140',
  'unknown',
  'UNK',
  '',
  ' ',
  null,
  'tab\tin',
  'new\nline',
  ' lead',
  'two  blanks',
  'a b c',
  '\u0000',
  '\ud800',
  'éü 漢字 <script>',
  'x'.repeat(300),
  '"; DROP TABLE person; --',
  '=1+1',
  '__proto__',
];
const TEXTS = [undefined, null, '', 'x', 'd\u0007', ' lead', 'new\nline', '\ud800', 'x'.repeat(2000), '=1+1'];
const DATES = [
  undefined,
  null,
  '',
  '2010',
  '2010-03',
  '2010-03-04',
  '2010-03-04T10:00Z',
  '2010-03-04T23:59:59.999+14:00',
  '2010-02-30',
  '0001-01-01',
  '1899-12-30',
  '1900-01-01',
  '9999-12-31',
  '2050-01-01',
  '04/03/2010',
  '20100304',
  'unknown',
  '2010-03-04T25:00:00Z',
];
const UNITS = [undefined, null, '', 'mg', '%', 'mmol/L', 'a b', '\u0007', ' mg', '<', 'x'.repeat(300), 'mg|g'];
const CLASSES = [
  undefined,
  null,
  {},
  { code: null },
  { code: '' },
  { code: 'AMB' },
  { system: `${HL7}/v3-ActCode`, code: 'IMP' },
  { system: `${HL7}/v3-ActCode`, code: 'EMER' },
  { system: `${HL7}/v3-ActCode`, code: 'XYZ' },
  { system: 'http://www.ama-assn.org/go/cpt', code: '99205' },
  { system: `${HL7}/data-absent-reason`, code: 'unknown' },
  { system: 'urn:oid:1.2.840.114350.1.72.1.7.7.10.696784.13260', code: '5' },
  { system: 'http://x.org/with space', code: 'in patient' },
  { code: 'a\u0000' },
  { display: 'Inpatient' },
];
const RACES = [undefined, null, '2106-3', '2054-5', '9999-9', 'white', '', 5, {}, 'UNK', '\u0000'];

const any = <T>(values: readonly T[]) => fc.constantFrom(...values);
/** The value that goes with most, and now and then an odd one. */
const mostly = <T>(usual: T, odd: readonly T[]) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: any(odd) });
const coding = fc.record({ system: any(SYSTEMS), code: any(CODES), display: any(TEXTS) });
const right = any([
  { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E11.9' },
  { system: 'http://hl7.org/fhir/sid/ndc', code: '68180051301' },
  { system: 'http://loinc.org', code: '4548-4' },
  { system: 'http://www.cms.gov/Medicare/Coding/ICD10', code: '0DTJ4ZZ' },
]);
const concept = fc.oneof(
  fc.record({ coding: fc.array(fc.oneof(coding, right), { maxLength: 3 }), text: any(TEXTS) }),
  right.map((one) => ({ coding: [one] })),
);
const quantity = fc.record({
  value: any([undefined, null, 0, -1, 1.5, 1e300, 1e-300, 12]),
  unit: any(UNITS),
  comparator: any([undefined, undefined, '<', '>=']),
});
const period = fc.record({ start: mostly('2010-03-04', DATES), end: any(DATES) });

const patient = fc
  .record({
    gender: mostly('female', [undefined, null, 'male', 'Male', 'other', 'unknown', 'F', '']),
    birthDate: mostly('1970-02-28', DATES),
    deceasedDateTime: any(DATES),
    race: any(RACES),
    ethnicity: any(RACES),
  })
  .map(({ race, ethnicity, ...rest }) => ({
    resourceType: 'Patient',
    ...rest,
    extension: [omb('race', race), omb('ethnicity', ethnicity)],
  }));
const resource: fc.Arbitrary<Json> = fc.oneof(
  fc.record({ class: any(CLASSES), status: any(['finished', 'planned', 'unknown']), period }).map(typed('Encounter')),
  fc
    .record({
      code: concept,
      onsetDateTime: any(DATES),
      abatementDateTime: any(DATES),
      encounter: any([undefined, { reference: 'Encounter/ENCOUNTER' }]),
    })
    .map(typed('Condition')),
  fc
    .record({
      medicationCodeableConcept: concept,
      status: any(['active', 'completed', 'cancelled']),
      authoredOn: any(DATES),
    })
    .map(typed('MedicationRequest')),
  fc
    .record({
      medicationCodeableConcept: concept,
      status: fc.constant('completed'),
      whenHandedOver: any(DATES),
      quantity,
    })
    .map(typed('MedicationDispense')),
  fc
    .record({
      contained: fc
        .record({
          ingredient: fc.array(fc.record({ itemCodeableConcept: concept }), { maxLength: 3 }),
          id: fc.constant('m'),
        })
        .map((one) => [{ resourceType: 'Medication', ...one }]),
      status: fc.constant('active'),
      effectivePeriod: period,
    })
    .map((one) => ({ ...typed('MedicationStatement')(one), medicationReference: { reference: '#m' } })),
  fc.record({ code: concept, status: any(['completed', 'not-done']), performedPeriod: period }).map(typed('Procedure')),
  fc
    .record({ code: concept, status: fc.constant('final'), effectiveDateTime: any(DATES), valueQuantity: quantity })
    .map(typed('Observation')),
  fc
    .record({
      billablePeriod: period,
      diagnosis: fc.array(fc.record({ diagnosisCodeableConcept: concept }), { maxLength: 3 }),
      item: fc.array(fc.record({ productOrService: concept, servicedDate: any(DATES), quantity }), { maxLength: 3 }),
    })
    .map((one) => ({
      ...typed('ExplanationOfBenefit')(one),
      status: 'active',
      use: 'claim',
      type: { coding: [{ system: `${HL7}/claim-type`, code: 'professional' }] },
    })),
);

function typed(resourceType: string): (fields: object) => Json {
  return (fields) => ({ resourceType, ...fields });
}

function omb(name: string, code: unknown): Json {
  return {
    url: `http://hl7.org/fhir/us/core/StructureDefinition/us-core-${name}`,
    extension: [{ url: 'ombCategory', valueCoding: { code } }],
  };
}

/** With ids of its own, and the patient that it belongs to. */
function placed(json: Json, i: number, j: number): Json {
  const { resourceType } = json;
  if (resourceType === 'Patient') return { ...json, id: `p${i}` };
  const whose = { reference: `Patient/p${i}` };
  const owner = resourceType === 'ExplanationOfBenefit' ? { patient: whose } : { subject: whose };
  const text = JSON.stringify({ ...json, id: `r${i}-${j}`, ...owner });
  return JSON.parse(text.replace('Encounter/ENCOUNTER', `Encounter/r${i}-1`)) as Json;
}
