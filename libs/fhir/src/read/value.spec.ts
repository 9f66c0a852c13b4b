import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded, RIGHT } from '../testing/right-resources.ts';

const UCUM = 'http://unitsofmeasure.org';
const { patient, observation } = RIGHT;
const positive = {
  coding: [
    { system: 'urn:local', code: 'POS', display: 'pos' },
    { system: System.snomed, code: '10828004', display: 'Positive' },
  ],
};
const answer = { system: System.snomed, code: '10828004', display: 'Positive' };

/** What is read of an Observation with this value in place of its own, and what is noted. */
async function valueOf(value: object) {
  const resource = { ...observation, valueQuantity: undefined, ...value };
  const { records, tally } = await readTheseResources([patient, resource]);
  const [{ quantity, answer: coded, text, sourceText }] = records[0].events;
  const found = { quantity, answer: coded, text, sourceText };
  const given = Object.fromEntries(Object.entries(found).filter(([, one]) => one !== undefined));
  return { given, notes: [...tally.notes.keys()] };
}

it.each<[string, object, object]>([
  [
    'a number with a unit of UCUM',
    { valueQuantity: { value: 7.2, unit: '%', system: UCUM, code: '%' } },
    { quantity: { value: 7.2, unit: '%' } },
  ],
  [
    'a unit that is not its code',
    { valueQuantity: { value: 120, unit: 'mmHg', system: `${UCUM}/`, code: 'mm[Hg]' } },
    { quantity: { value: 120, unit: 'mmHg', system: UCUM, code: 'mm[Hg]' } },
  ],
  [
    'a code of UCUM alone',
    { valueQuantity: { value: 5, system: UCUM, code: 'mg/dL' } },
    { quantity: { value: 5, unit: 'mg/dL' } },
  ],
  [
    'a long unit of UCUM, which is no text',
    {
      valueQuantity: {
        value: 61,
        unit: 'mL/min/{1.73_m2(BSA)}',
        system: UCUM,
        code: 'mL/min/{1.73_m2(BSA)}',
      },
    },
    { quantity: { value: 61, unit: 'mL/min/{1.73_m2(BSA)}', system: UCUM, code: 'mL/min/{1.73_m2(BSA)}' } },
  ],
  [
    'a unit of a local system',
    { valueQuantity: { value: 175, unit: 'ml', system: 'urn:local', code: 'ml' } },
    { quantity: { value: 175, unit: 'ml' } },
  ],
  [
    'a unit by its code in SNOMED CT',
    { valueQuantity: { value: 2, unit: 'milligram', system: System.snomed, code: '258684004' } },
    { quantity: { value: 2, unit: 'milligram', system: System.snomed, code: '258684004' } },
  ],
  ['less than', { valueQuantity: { value: 5, comparator: '<' } }, { quantity: { value: 5, comparator: '<' } }],
  ['nought', { valueQuantity: { value: 0 } }, { quantity: { value: 0 } }],
  ['a whole number', { valueInteger: 3 }, { quantity: { value: 3 } }],
  ['a code, SNOMED CT before local ones', { valueCodeableConcept: positive }, { answer }],
  ['a code whose text is what it is called', { valueCodeableConcept: { ...positive, text: 'Positive' } }, { answer }],
  [
    'a code with a text that says more',
    { valueCodeableConcept: { ...positive, text: 'weakly positive' } },
    { answer, sourceText: 'weakly positive' },
  ],
  ['a local code', { valueCodeableConcept: coded('urn:local', 'P') }, { answer: { system: 'urn:local', code: 'P' } }],
  ['a concept in words', { valueCodeableConcept: { text: 'weakly positive' } }, { text: 'weakly positive' }],
  ['a code without a system', { valueCodeableConcept: { coding: [{ code: 'P', display: 'pos' }] } }, { text: 'pos' }],
  ['true', { valueBoolean: true }, { answer: { system: System.snomed, code: '373066001', display: 'Yes' } }],
  ['false', { valueBoolean: false }, { answer: { system: System.snomed, code: '373067005', display: 'No' } }],
  ['a text that is a number', { valueString: ' <5 ' }, { quantity: { value: 5, comparator: '<' } }],
  ['a text that is a number with a unit', { valueString: '7.2 mg/dL' }, { quantity: { value: 7.2, unit: 'mg/dL' } }],
  ['a text', { valueString: 'No growth after 5 days' }, { text: 'No growth after 5 days' }],
  ['a titre as text', { valueString: '1:40' }, { text: '1:40' }],
  [
    'a titre as a ratio',
    { valueRatio: { numerator: { value: 1, comparator: '<' }, denominator: { value: 40 } } },
    { text: '<1:40' },
  ],
  [
    'a ratio with units',
    { valueRatio: { numerator: { value: 5, unit: 'mg' }, denominator: { value: 2, unit: 'mL' } } },
    { text: '5 mg/2 mL' },
  ],
  ['a range', { valueRange: { low: { value: 5, unit: 'mg' }, high: { value: 10, unit: 'mg' } } }, { text: '5-10 mg' }],
  ['a range without an end', { valueRange: { low: { value: 5, unit: 'mg' } } }, { text: '>=5 mg' }],
  ['a time', { valueDateTime: '2020-03-01T10:00:00+01:00' }, { text: '2020-03-01T10:00:00+01:00' }],
  ['a period', { valuePeriod: { start: '2020-03-01' } }, { text: '2020-03-01/..' }],
])('reads %s', async (_, value, given) => {
  expect(await valueOf(value)).toEqual({ given, notes: [] });
});

it.each<[string, object, object, string]>([
  ['SampledData', { valueSampledData: { data: '1 2', dimensions: 1 } }, {}, 'SampledData, not read'],
  [
    'a type of R5',
    { valueReference: { reference: 'MolecularSequence/x' } },
    {},
    'value of a type that R4 does not have, not read',
  ],
  [
    'a comparator of R5',
    { valueQuantity: { value: 5, comparator: 'ad' } },
    { quantity: { value: 5 } },
    'comparator that R4 does not have, left out',
  ],
  [
    'a code that cannot be one of its system',
    { valueCodeableConcept: { coding: [{ system: System.loinc, code: 'yes', display: 'Yes!' }] } },
    { text: 'Yes!' },
    'value without a code that can be read, read as text',
  ],
  ['a report', { valueString: 'x'.repeat(5000) }, { text: 'x'.repeat(1000) }, 'text of more than 1000 characters, cut'],
])('notes what it cannot read as it stands: %s', async (_, value, given, note) => {
  expect(await valueOf(value)).toEqual({ given, notes: [note] });
});
