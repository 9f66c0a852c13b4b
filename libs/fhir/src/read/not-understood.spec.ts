import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded, RIGHT } from '../testing/right-resources.ts';

const rules = { implicitRules: 'http://example.org/rules' };
const REASON = { 'implicitRules not understood': 1 };
const { patient, condition, observation, medication } = RIGHT;
const rx = (code: string) => ({ itemCodeableConcept: coded(System.rxnorm, code) });
const modifier = { modifierExtension: [{ url: 'urn:not' }] };
const mixture = {
  resourceType: 'Medication',
  id: 'mix',
  ingredient: [{ ...rx('161'), ...modifier }, rx('6809')],
};
const ordered = { ...medication, medicationCodeableConcept: undefined };
const outside = { ...ordered, medicationReference: { reference: 'Medication/mix' } };
const inside = { ...ordered, medicationReference: { reference: '#mix' } };
const LEFT = { 'ingredient left out: modifierExtension not understood': 1 };

it.each<[string, object[], string[], object, object]>([
  ['a resource under rules', [{ ...condition, ...rules }, observation], ['4548-4'], { Condition: REASON }, {}],
  ['no rules', [{ ...condition, implicitRules: null }], ['I10'], {}, {}],
  [
    'a Medication under rules',
    [{ ...mixture, ...rules }, outside],
    [],
    { Medication: REASON, MedicationRequest: { 'medication unknown': 1 } },
    {},
  ],
  [
    'a contained Medication under rules',
    [{ ...inside, contained: [{ ...mixture, ...rules }] }],
    [],
    { MedicationRequest: REASON },
    {},
  ],
  ['an ingredient', [mixture, outside], ['6809'], {}, LEFT],
  ['an ingredient of a contained Medication', [{ ...inside, contained: [mixture] }], ['6809'], {}, LEFT],
  [
    'all ingredients',
    [{ ...mixture, ingredient: [mixture.ingredient[0]] }, outside],
    [],
    { MedicationRequest: { 'medication without a code': 1 } },
    LEFT,
  ],
  [
    'an ingredient of what has a code',
    [{ ...mixture, code: coded(System.rxnorm, '860975') }, outside],
    ['860975'],
    {},
    {},
  ],
])('what is not understood is left out: %s', async (_, resources, codes, skipped, notes) => {
  const { records, tally, ...counted } = await readTheseResources([patient, ...resources]);
  expect(records[0].events.map(({ code }) => code.code)).toEqual(codes);
  expect(counted.skipped).toEqual(skipped);
  expect(Object.fromEntries(tally.notes)).toMatchObject(notes);
});
