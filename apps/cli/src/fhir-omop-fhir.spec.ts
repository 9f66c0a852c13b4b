import { mkdirSync, writeFileSync } from 'node:fs';
import { readPatientRecords, SystemAliases, writeFhir } from '@ehrsynth/fhir';
import { readOmop, writeOmop } from '@ehrsynth/omop';
import { type CodedEvent, EventKind, type PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const UCUM = 'http://unitsofmeasure.org';
const { at } = commandLine();
const vocabulary = new Vocabulary();
const kinds = EventKind.options;

const coded = (system: string, code: string, display?: string) => ({ coding: [{ system, code, display }] });
const subject = { reference: 'Patient/a' };
const encounter = { reference: 'Encounter/stay' };
const measured = (id: string, loinc: string, value: object) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  subject,
  encounter,
  code: coded(System.loinc, loinc),
  effectiveDateTime: '2020-03-01T09:30:00-05:00',
  ...value,
});
const quantity = (value: number, unit: string) => ({ value, unit, system: UCUM, code: unit });
const category = (code: string) => [coded('http://terminology.hl7.org/CodeSystem/observation-category', code)];

const RESOURCES: object[] = [
  { resourceType: 'Patient', id: 'a', gender: 'female', birthDate: '1960-01-02' },
  {
    resourceType: 'Encounter',
    id: 'stay',
    status: 'finished',
    subject,
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    period: { start: '2020-03-01T09:00:00-05:00', end: '2020-03-04T17:45:00-05:00' },
  },
  measured('pressure', '85354-9', {
    category: category('vital-signs'),
    component: [
      { code: coded(System.loinc, '8480-6'), valueQuantity: quantity(151, 'mm[Hg]') },
      { code: coded(System.loinc, '8462-4'), valueQuantity: quantity(93, 'mm[Hg]') },
    ],
  }),
  measured('glucose', '2345-7', {
    category: category('laboratory'),
    valueQuantity: { ...quantity(40, 'mg/dL'), comparator: '<' },
    referenceRange: [{ low: quantity(70, 'mg/dL'), high: quantity(99, 'mg/dL') }],
    interpretation: [coded('http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', 'LL')],
  }),
  measured('smoking', '72166-2', { valueCodeableConcept: coded(System.snomed, '266919005', 'Never smoker') }),
  {
    resourceType: 'Immunization',
    id: 'shot',
    status: 'completed',
    patient: subject,
    encounter,
    vaccineCode: coded(System.cvx, '140'),
    occurrenceDateTime: '2020-03-02T11:15:00-05:00',
  },
  ...[coded(System.rxnorm, '7980', 'penicillin G'), coded(System.snomed, '300913006', 'Allergy to shellfish')].map(
    (code, i) => ({
      resourceType: 'AllergyIntolerance',
      id: `allergy-${i}`,
      patient: subject,
      code,
      recordedDate: '2020-03-01',
      clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'active'),
      verificationStatus: coded('http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', 'confirmed'),
    }),
  ),
  {
    resourceType: 'MedicationRequest',
    id: 'order',
    status: 'active',
    intent: 'order',
    subject,
    encounter,
    medicationCodeableConcept: coded(System.rxnorm, '861007'),
    authoredOn: '2020-03-03T08:00:00-05:00',
    dosageInstruction: [
      {
        timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
        doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }],
      },
    ],
    dispenseRequest: {
      quantity: { value: 60, unit: 'tablet' },
      expectedSupplyDuration: { value: 30, unit: 'd', system: UCUM, code: 'd' },
      numberOfRepeatsAllowed: 3,
    },
  },
];

async function* stream(records: PatientRecord[]) {
  yield* records;
}

async function readFhir(folder: string): Promise<PatientRecord> {
  const options = { aliases: new SystemAliases([]), vocabulary, kinds };
  for await (const record of readPatientRecords(folder, options, new Tally('stop'))) return record;
  throw new Error('No patient');
}

/** Without what OMOP has no column for, and without names; by code. */
function kept({ encounters, events }: PatientRecord): object {
  const bare = (key: string, value: unknown) =>
    ['display', 'interpretation', 'category'].includes(key) ? undefined : value;
  const byCode = (a: CodedEvent, b: CodedEvent) => (a.code.code < b.code.code ? -1 : 1);
  return JSON.parse(JSON.stringify({ encounters, events: [...events].sort(byCode) }, bare)) as object;
}

it('keeps values, panels, times, doses, vaccines and allergies from FHIR to OMOP and back to FHIR', async () => {
  for (const name of ['source', 'cdm', 'fhir']) mkdirSync(at(name));
  writeFileSync(at('source', 'all.ndjson'), RESOURCES.map((resource) => JSON.stringify(resource)).join('\n'));
  const first = await readFhir(at('source'));
  expect(first.events).toHaveLength(8);
  expect(new Set(first.events.map(({ kind }) => kind))).toEqual(
    new Set(['measurement', 'drug', 'immunization', 'allergy']),
  );
  const { lost, rows } = await writeOmop(stream([first]), at('cdm'), { format: 'csv', today: '2026-01-01' });
  expect(Object.fromEntries(lost)).toEqual({ 'interpretation of a value': 1 });
  expect(rows.get('measurement')).toBe(5);
  const tally = new Tally('stop');
  const second: PatientRecord[] = [];
  for await (const record of readOmop(at('cdm'), { vocabulary, kinds }, tally)) second.push(record);
  expect(tally.unaccounted()).toEqual([]);
  expect(kept(second[0])).toEqual(kept(first));
  await writeFhir(stream(second), at('fhir'), vocabulary, { format: 'ndjson', gzip: false });
  const third = await readFhir(at('fhir'));
  expect(kept(third)).toEqual(kept(first));
  const panels = third.events.filter(({ panel }) => panel?.code === '85354-9');
  expect(panels.map(({ startTime, quantity: of }) => [startTime, of?.value])).toEqual([
    ['09:30', 151],
    ['09:30', 93],
  ]);
});
