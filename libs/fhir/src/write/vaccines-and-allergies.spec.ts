import type { Bundle } from 'fhir/r4.js';
import { type PatientRecord, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { levels } from '../push/order.ts';
import { referencesIn } from '../push/references.ts';
import { usCore } from '../validate/us-core.ts';
import { toResources } from './to-resources.ts';
import { toBundle } from './writers.ts';

const vocabulary = new Vocabulary();
const PENICILLIN = { system: System.rxnorm, code: '7980' };
const RECORD: PatientRecord = {
  id: 'a',
  sex: 'female',
  encounters: [{ class: 'AMB', start: '2020-01-02' }],
  events: [
    {
      kind: 'immunization',
      code: { system: System.cvx, code: '140' },
      start: '2020-01-02',
      startTime: '09:15',
      dose: { value: 0.5, unit: 'mL' },
      encounter: 0,
    },
    { kind: 'allergy', code: PENICILLIN, start: '2020-01-02', active: false, encounter: 0 },
    { kind: 'allergy', code: PENICILLIN },
    { kind: 'immunization', code: { system: System.cvx, code: '140' } },
  ],
};
const [, , vaccine, allergy, undated, unknown] = toResources(RECORD, vocabulary);

it('writes a vaccine with its dose', () => {
  expect(vaccine).toMatchObject({
    resourceType: 'Immunization',
    meta: { profile: [usCore('immunization')] },
    status: 'completed',
    vaccineCode: { coding: [{ system: System.cvx, code: '140' }] },
    occurrenceDateTime: '2020-01-02T09:15:00Z',
    primarySource: true,
    doseQuantity: { value: 0.5, unit: 'mL', code: 'mL' },
  });
  expect(unknown).toHaveProperty('_occurrenceDateTime');
});

it('writes an allergy with its status', () => {
  expect(allergy).toMatchObject({
    resourceType: 'AllergyIntolerance',
    meta: { profile: [usCore('allergyintolerance')] },
    clinicalStatus: { coding: [{ code: 'resolved' }] },
    verificationStatus: { coding: [{ code: 'confirmed' }] },
    code: { coding: [PENICILLIN] },
    onsetDateTime: '2020-01-02',
    recordedDate: '2020-01-02',
  });
  expect(undated).toMatchObject({ clinicalStatus: { coding: [{ code: 'active' }] } });
});

it('has no subject in them, and refers to the patient within a bundle as the others do', () => {
  const { entry = [] }: Bundle = toBundle(toResources(RECORD, vocabulary));
  const [patient, encounter] = entry.map(({ fullUrl }) => fullUrl);
  expect(patient).toMatch(/^urn:uuid:/);
  for (const { resource } of entry.slice(2)) expect(resource).not.toHaveProperty('subject');
  expect(entry.slice(2).map(({ resource }) => referencesIn(resource).sort())).toEqual(
    [[encounter, patient], [encounter, patient], [patient], [patient]].map((all) => all.sort()),
  );
});

it('are sent after the patient and the encounter that they refer to', () => {
  const nodes = toResources(RECORD, vocabulary)
    .reverse()
    .map((resource) => ({
      key: `${resource.resourceType}/${resource.id}`,
      aliases: [],
      references: referencesIn(resource),
    }));
  const types = levels(nodes).map((level) => level.map(({ key }) => key.split('/')[0]).sort());
  expect(types).toEqual([
    ['Patient'],
    ['AllergyIntolerance', 'Encounter', 'Immunization'],
    ['AllergyIntolerance', 'Immunization'],
  ]);
});
