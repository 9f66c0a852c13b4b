import { PatientRecord, System } from '@ehrsynth/records';
import { Rng } from '@ehrsynth/random';
import { expect, it } from 'vitest';
import { mutateResource } from '../testing/mutations.ts';
import { readTheseLines } from '../testing/read-resources.ts';
import { coded, hl7, RIGHT } from '../testing/right-resources.ts';

const MUTATIONS = 1000;
const age = (value: number) => ({ value, unit: 'a', code: 'a', system: 'http://unitsofmeasure.org' });
const quantity = { value: 120, unit: 'mm[Hg]', comparator: '<', code: 'mm[Hg]' };
const url = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race';
const certainty = {
  url: 'http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit',
  valueCoding: { code: 'G' },
};

/** Resources with every element that is read. */
const SOURCES = [
  {
    ...RIGHT.patient,
    deceasedDateTime: '2020-01-01',
    extension: [{ url, extension: [{ url: 'ombCategory', valueCoding: { code: '2054-5' } }] }],
  },
  {
    ...RIGHT.patient,
    gender: undefined,
    extension: [{ url: url.replace('race', 'birthsex'), valueCode: 'F' }],
  },
  { ...RIGHT.encounter, _status: { extension: [{ url: 'urn:x', valueCode: 'unknown' }] } },
  {
    ...RIGHT.condition,
    onsetDateTime: undefined,
    onsetAge: age(40),
    abatementRange: { low: age(41), high: age(42) },
    recordedDate: '2011-01-01',
    verificationStatus: hl7('condition-ver-status', 'confirmed'),
    code: {
      coding: [{ system: System.icd10cm, code: 'I10', display: 'Hypertension', extension: [certainty] }],
    },
  },
  { ...RIGHT.condition, onsetPeriod: { start: '2010', end: '2011-02' }, onsetDateTime: null },
  { ...RIGHT.medication, dispenseRequest: {}, doNotPerform: false, reportedBoolean: true },
  {
    ...RIGHT.medication,
    resourceType: 'MedicationDispense',
    whenHandedOver: '2010-01-01',
    quantity,
    authorizingPrescription: [{ reference: 'MedicationRequest/m' }],
  },
  {
    ...RIGHT.procedure,
    performedDateTime: undefined,
    performedPeriod: { start: '2010-01-01', end: '2010-01-03' },
  },
  {
    ...RIGHT.observation,
    code: coded(System.loinc, '85354-9'),
    component: ['8480-6', '8462-4'].map((code) => ({
      code: coded(System.loinc, code),
      valueQuantity: quantity,
    })),
  },
  {
    ...RIGHT.observation,
    effectiveDateTime: undefined,
    effectiveTiming: { event: ['2010-01-01'], repeat: { boundsPeriod: { start: '2010' } } },
    valueQuantity: undefined,
    dataAbsentReason: hl7('data-absent-reason', 'masked'),
  },
];

it(`writes records that satisfy their own schema, whatever is read: ${MUTATIONS} mutations`, async () => {
  const rng = new Rng('schema');
  const right = [RIGHT.patient, RIGHT.encounter].map((resource) => JSON.stringify(resource));
  const damaged = Array.from({ length: MUTATIONS }, (_, i) => {
    const source = SOURCES[i % SOURCES.length];
    const text = mutateResource({ ...source, id: `r${i}` }, rng).text;
    return text.replaceAll('\n', ' ').trim() || 'null';
  });
  const { records } = await readTheseLines([...right, ...damaged]);
  const faults = records.flatMap((record) => {
    const { error } = PatientRecord.safeParse(record);
    return error ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) : [];
  });
  expect([...new Set(faults)]).toEqual([]);
  const { events } = records.find(({ id }) => id === 'p')!;
  expect(events.length).toBeGreaterThan(MUTATIONS / 4);
});
