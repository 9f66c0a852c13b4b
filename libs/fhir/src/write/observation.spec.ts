import type { Observation } from 'fhir/r4.js';
import { type CodedEvent, type Quantity, System } from '@ehrsynth/records';
import { UCUM } from '@ehrsynth/units';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { usCore } from '../validate/us-core.ts';
import { toResources } from './to-resources.ts';

const vocabulary = new Vocabulary();
const write = (loinc: string, event: Partial<CodedEvent>) =>
  toResources(
    {
      id: 'a',
      sex: 'female',
      encounters: [],
      events: [{ kind: 'measurement', code: { system: System.loinc, code: loinc }, start: '2020-01-02', ...event }],
    },
    vocabulary,
  ).at(-1) as Observation;
const profileOf = ({ meta }: Observation) => meta?.profile?.map((url) => url.replace(usCore(''), '')).join(' ');
const categoryOf = ({ category }: Observation) => category?.[0].coding?.[0].code;

it('writes a number with comparator, unit, meaning and what is normal', () => {
  const written = write('4548-4', {
    startTime: '07:30',
    quantity: { value: 14, comparator: '>', unit: '%' },
    interpretation: 'H',
    referenceRange: { low: 4, high: 5.6 },
  });
  const unit = { unit: '%', system: UCUM, code: '%' };
  expect(written).toMatchObject({
    effectiveDateTime: '2020-01-02T07:30:00Z',
    valueQuantity: { value: 14, comparator: '>', ...unit },
    interpretation: [{ coding: [{ code: 'H' }] }],
    referenceRange: [{ low: { value: 4, ...unit }, high: { value: 5.6, ...unit } }],
  });
  expect(written).not.toHaveProperty('dataAbsentReason');
});

const POSITIVE = { system: System.snomed, code: '10828004', display: 'Positive' };
it.each([
  ['an answer', { answer: POSITIVE }, { valueCodeableConcept: { coding: [POSITIVE], text: 'Positive' } }],
  [
    'an answer in words',
    { answer: POSITIVE, sourceText: 'pos.' },
    { valueCodeableConcept: { coding: [POSITIVE], text: 'pos.' } },
  ],
  ['a text', { text: 'clear' }, { valueString: 'clear' }],
  ['a text with a character that XML lacks', { text: 'cl\u0007ear' }, { valueString: 'clear' }],
  ['a number beside an answer', { quantity: { value: 1 }, answer: POSITIVE }, { valueQuantity: { value: 1 } }],
  [
    'a unit without a number beside an answer',
    { quantity: { unit: 'mg' }, answer: POSITIVE },
    { valueCodeableConcept: {} },
  ],
  ['nothing', {}, { dataAbsentReason: { coding: [{ code: 'unsupported' }] } }],
  ['blanks', { text: ' ' }, { dataAbsentReason: { coding: [{ code: 'unsupported' }] } }],
] as const)('writes the value of %s', (_, event, value) => {
  const written = write('5778-6', event);
  expect(written).toMatchObject(value);
  expect(Object.keys(written).filter((name) => /^value|^dataAbsent/.test(name))).toHaveLength(1);
});

it('writes an interpretation that HL7 does not have as text, and no range without numbers', () => {
  const written = write('4548-4', { interpretation: 'rather high', referenceRange: {} });
  expect(written).toMatchObject({ interpretation: [{ text: 'rather high' }] });
  expect(written).not.toHaveProperty('referenceRange');
});

it.each<[string, string, Quantity]>([
  ['body-weight', '29463-7', { value: 70, unit: 'kg' }],
  ['body-weight', '29463-7', { value: 154, unit: 'lbs' }],
  ['body-weight', '29463-7', { value: 70, unit: 'kilos', system: UCUM, code: 'kg' }],
  ['body-height', '8302-2', { value: 170, unit: 'cm' }],
  ['bmi', '39156-5', { value: 24, unit: 'kg/m2' }],
  ['body-temperature', '8310-5', { value: 98.6, unit: '°F' }],
  ['heart-rate', '8867-4', { value: 70, unit: '{beats}/min' }],
  ['respiratory-rate', '9279-1', { value: 14, unit: '/min' }],
  ['head-circumference', '9843-4', { value: 40, unit: 'cm' }],
  ['pulse-oximetry', '59408-5', { value: 98, unit: '%' }],
  ['vital-signs', '29463-7', { value: 11, unit: '[stone_av]' }],
  ['vital-signs', '29463-7', { value: 70 }],
  ['vital-signs', '8302-2', { value: 1.7, unit: 'm' }],
  ['vital-signs', '8302-2', { unit: 'cm' }],
  ['vital-signs', '2708-6', { value: 98, unit: '%' }],
])('claims the profile %s for %s in %o', (profile, loinc, quantity) =>
  expect(profileOf(write(loinc, { quantity }))).toBe(profile),
);

it('claims the profile of a vital sign only for a number at a time, among vital signs', () => {
  const quantity = { value: 70, unit: 'kg' };
  expect(profileOf(write('29463-7', { text: 'heavy' }))).toBe('vital-signs');
  expect(profileOf(write('29463-7', { quantity, start: undefined }))).toBeUndefined();
  expect(profileOf(write('29463-7', { quantity, category: 'laboratory' }))).toBe('observation-lab');
});

it('writes the general code of oxygen saturation after its own', () => {
  const { code } = write('59408-5', { quantity: { value: 98, unit: '%' } });
  expect(code.coding?.map((one) => one.code)).toEqual(['59408-5', '2708-6']);
});

const NEVER = { system: System.snomed, code: '266919005' };
it.each<[string, string, Partial<CodedEvent>, string | undefined]>([
  ['laboratory', '4548-4', {}, 'observation-lab'],
  ['laboratory', '4548-4', { category: 'of-our-own' }, 'observation-lab'],
  ['laboratory', '4548-4', { quantity: { value: 1, unit: 'x', system: 'urn:x', code: '1' } }, undefined],
  ['laboratory', '4548-4', { start: undefined }, 'observation-lab'],
  ['survey', '4548-4', { category: 'survey' }, undefined],
  ['social-history', '72166-2', { answer: NEVER }, 'smokingstatus'],
  ['social-history', '72166-2', { answer: { ...NEVER, system: 'urn:x' } }, 'simple-observation'],
  ['social-history', '71802-3', { answer: NEVER }, 'simple-observation'],
  ['social-history', '72166-2', { quantity: { value: 10, unit: '/d' } }, undefined],
  ['laboratory', '29463-7', { code: { system: 'urn:x', code: '29463-7' } }, 'observation-lab'],
])('writes category %s for %s with %o', (category, loinc, event, profile) => {
  const written = write(loinc, event);
  expect(categoryOf(written)).toBe(category);
  expect(profileOf(written)).toBe(profile);
});
