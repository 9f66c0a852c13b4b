import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventKind, type PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { coded } from '../testing/right-resources.ts';
import { readPatientRecords } from './patient-records.ts';
import { SystemAliases } from './systems.ts';

const vocabulary = new Vocabulary();
const KINDS: EventKind[] = ['condition', 'drug', 'procedure', 'measurement'];
const PATIENT = { resourceType: 'Patient', id: 'right', gender: 'female', birthDate: '1970-05-01' };
const CONDITION = {
  resourceType: 'Condition',
  id: 'right',
  subject: { reference: 'Patient/right' },
  code: coded(System.icd10cm, 'E11.9'),
  onsetDateTime: '2015-03-04',
};
const DRUG = { ...CONDITION, resourceType: 'MedicationRequest', code: undefined };
const OBSERVATION = { ...CONDITION, resourceType: 'Observation', status: 'final' };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'malformed-'))));
afterEach(() => rmSync(folder, { recursive: true }));

async function read() {
  const tally = new Tally();
  const records: PatientRecord[] = [];
  const options = { aliases: new SystemAliases(), vocabulary, kinds: KINDS };
  for await (const record of readPatientRecords(folder, options, tally)) records.push(record);
  return { right: records.find(({ id }) => id === 'right'), problems: tally.problems };
}

it.each<[string, object, string]>([
  ['codings that are an object', { ...CONDITION, code: { coding: {} } }, 'Condition.code.coding must be a list'],
  ['a code that is text', { ...CONDITION, code: 'E11.9' }, 'Condition.code must be an object'],
  ['null in a list', { ...CONDITION, code: { coding: [null] } }, 'Condition.code.coding[0] must be an object'],
  [
    'a code that is a list',
    { ...CONDITION, code: { coding: [{ code: ['x'] }] } },
    'Condition.code.coding[0].code must be text',
  ],
  [
    'a reference that is a number',
    { ...CONDITION, subject: { reference: 1 } },
    'Condition.subject.reference must be text',
  ],
  [
    'a subject that is a list',
    { ...CONDITION, subject: [{ reference: 'Patient/right' }] },
    'Condition.subject must be an object',
  ],
  [
    'an encounter of a wrong shape',
    { ...CONDITION, encounter: { reference: {} } },
    'Condition.encounter.reference must be text',
  ],
  ['a period that is text', { ...CONDITION, onsetPeriod: '2010' }, 'Condition.onsetPeriod must be an object'],
  [
    'a verification status that is text',
    { ...CONDITION, verificationStatus: 'true' },
    'Condition.verificationStatus must be an object',
  ],
  ['an id that is a number', { ...CONDITION, id: 1 }, 'Condition.id must be text'],
  [
    'what is contained as an object',
    { ...DRUG, medicationReference: { reference: '#x' }, contained: {} },
    'MedicationRequest.contained must be a list',
  ],
  [
    'null among what is contained',
    { ...DRUG, medicationReference: { reference: '#x' }, contained: [null] },
    'MedicationRequest.contained[0] must be an object',
  ],
  [
    'a medication of a wrong shape',
    { resourceType: 'Medication', id: 'm', code: { coding: 'x' } },
    'Medication.code.coding must be a list',
  ],
  [
    'a status of the wrong type',
    { ...CONDITION, verificationStatus: { coding: ['refuted'] } },
    'Condition.verificationStatus.coding[0] must be an object',
  ],
  [
    'text for true',
    { ...DRUG, intent: 'order', doNotPerform: 'true' },
    'MedicationRequest.doNotPerform must be true or false',
  ],
  ['an intent that is a list', { ...DRUG, intent: ['order'] }, 'MedicationRequest.intent must be text'],
  [
    'a modifier extension that is an object',
    { ...CONDITION, modifierExtension: { url: 'urn:x' } },
    'Condition.modifierExtension must be a list',
  ],
  [
    'null for a modifier extension',
    { ...CONDITION, modifierExtension: [null] },
    'Condition.modifierExtension[0] must be an object',
  ],
  [
    'a value that is text',
    { ...OBSERVATION, valueQuantity: { value: '7.2' } },
    'Observation.valueQuantity.value must be a number',
  ],
  ['components that are an object', { ...OBSERVATION, component: {} }, 'Observation.component must be a list'],
  [
    'a value of a component that is a list',
    { ...OBSERVATION, component: [{ valueQuantity: { value: [1] } }] },
    'Observation.component[0].valueQuantity.value must be a number',
  ],
  [
    'a reason of the wrong type',
    { ...OBSERVATION, dataAbsentReason: { coding: [{ code: 1 }] } },
    'Observation.dataAbsentReason.coding[0].code must be text',
  ],
  ['an age that is text', { ...CONDITION, onsetAge: '40' }, 'Condition.onsetAge must be an object'],
  [
    'a range of the wrong type',
    { ...CONDITION, onsetRange: { low: 40 } },
    'Condition.onsetRange.low must be an object',
  ],
  [
    'bounds that are a list',
    { ...OBSERVATION, effectiveTiming: { repeat: { boundsPeriod: [] } } },
    'Observation.effectiveTiming.repeat.boundsPeriod must be an object',
  ],
  [
    'ingredients that are an object',
    { resourceType: 'Medication', id: 'm', ingredient: {} },
    'Medication.ingredient must be a list',
  ],
  ['extensions that are an object', { ...PATIENT, id: 'q', extension: {} }, 'Patient.extension must be a list'],
  ['a gender that is a list', { ...PATIENT, id: 'q', gender: ['male'] }, 'Patient.gender must be text'],
  [
    'a period of an encounter that is a list',
    { resourceType: 'Encounter', id: 'e', status: 'finished', ...{ subject: CONDITION.subject }, period: [] },
    'Encounter.period must be an object',
  ],
])('reads the rest beside %s', async (_, malformed, detail) => {
  const lines = [malformed, PATIENT, CONDITION].map((resource) => JSON.stringify(resource));
  writeFileSync(join(folder, 'x.ndjson'), lines.join('\n'));
  const { right, problems } = await read();
  expect(right?.events).toMatchObject([{ code: { code: 'E11.9' } }]);
  const where = `${join(folder, 'x.ndjson')}, line 1`;
  expect(problems).toEqual([
    {
      reason: 'wrong shape',
      resourceType: (malformed as { resourceType: string }).resourceType,
      where,
      detail,
    },
  ]);
});

it.each<[string, unknown]>([
  ['a number', 1],
  ['text', 'x'],
  ['a list', [PATIENT]],
  ['an object of no type', { id: 'x' }],
  ['an object whose type is a list', { resourceType: ['Patient'] }],
])('reads the rest of a Bundle beside a resource that is %s', async (_, resource) => {
  const entry = [{ resource }, { fullUrl: 7, resource: PATIENT }, { fullUrl: 'urn:x:c', resource: CONDITION }, null, 1];
  writeFileSync(join(folder, 'x.json'), JSON.stringify({ resourceType: 'Bundle', entry }));
  const { right, problems } = await read();
  expect(right?.events).toHaveLength(1);
  expect(problems).toMatchObject([
    {
      reason: 'not a FHIR resource',
      where: `${join(folder, 'x.json')}, entry 0`,
      detail: 'Bundle.entry[0].resource has no resourceType',
    },
  ]);
});
