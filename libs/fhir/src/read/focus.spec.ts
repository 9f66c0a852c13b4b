import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { RIGHT } from '../testing/right-resources.ts';

const to = (reference: string, more: object = {}) => ({ focus: [{ reference, ...more }] });
const within = (resourceType: string) => ({ ...to('#x'), contained: [{ resourceType, id: 'x' }] });

it.each<[string, object, boolean]>([
  ['nothing but the patient', {}, false],
  ['the patient', to('Patient/p'), false],
  ['the patient, by an address', to('https://server.example.org/fhir/Patient/p'), false],
  ['a problem', to('Condition/c'), false],
  ['a device', to('Device/d'), false],
  ['a baby', to('Patient/baby'), true],
  ['a baby, beside a device', { focus: [{ reference: 'Device/d' }, { reference: 'Patient/baby' }] }, true],
  ['a fetus', to('RelatedPerson/fetus'), true],
  ['a fetus, by identifier', { focus: [{ type: 'RelatedPerson', identifier: { value: '1' } }] }, true],
  ['a contained fetus', within('RelatedPerson'), true],
  ['a contained Patient', within('Patient'), true],
  ['a contained specimen', within('Specimen'), false],
  ['what is no list', { focus: { reference: 'Patient/baby' } }, false],
  ['what is no reference', { focus: [null, 'x', { reference: 7 }] }, false],
])('an Observation about %s', async (_, more, isLeftOut) => {
  const { records, skipped } = await readTheseResources([
    RIGHT.patient,
    { ...RIGHT.observation, id: 'o', ...more },
    { ...RIGHT.patient, id: 'baby' },
  ]);
  const codes = records.flatMap(({ events }) => events.map(({ code }) => `${code.system} ${code.code}`));
  expect(codes).toEqual(isLeftOut ? [] : [`${System.loinc} 4548-4`]);
  expect(skipped).toEqual(isLeftOut ? { Observation: { 'about another: focus': 1 } } : {});
});
