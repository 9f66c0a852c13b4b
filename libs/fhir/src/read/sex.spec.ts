import { expect, it } from 'vitest';
import { System } from '@ehrsynth/records';
import { readTheseResources } from '../testing/read-resources.ts';

const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';
const snomed = (code: string) => ({ system: System.snomed, code });
const birthSex = (valueCode: string) => ({ extension: [{ url: `${US_CORE}birthsex`, valueCode }] });
const recorded = (code: string) => ({
  extension: [
    {
      url: 'http://hl7.org/fhir/StructureDefinition/individual-recordedSexOrGender',
      extension: [{ url: 'value', valueCodeableConcept: { coding: [{ code }] } }],
    },
  ],
});

it.each<[string, object, string, string?]>([
  ['a gender', { gender: 'other' }, 'other'],
  ['a gender and another sex at birth', { gender: 'female', ...birthSex('M') }, 'female'],
  ['nothing', {}, 'unknown'],
  ['birthsex F', birthSex('F'), 'female'],
  ['birthsex M', birthSex('M'), 'male'],
  ['birthsex UNK', birthSex('UNK'), 'unknown'],
  ['birthsex OTH', birthSex('OTH'), 'unknown'],
  ['birthsex ASKU', birthSex('ASKU'), 'unknown'],
  ['us-core-sex as a code', { extension: [{ url: `${US_CORE}sex`, valueCode: '248152002' }] }, 'female'],
  ['us-core-sex as a coding', { extension: [{ url: `${US_CORE}sex`, valueCoding: snomed('248153007') }] }, 'male'],
  ['us-core-sex, declined', { extension: [{ url: `${US_CORE}sex`, valueCode: 'asked-declined' }] }, 'unknown'],
  ['individual-sex', { extension: [{ url: `${US_CORE}individual-sex`, valueCoding: snomed('248152002') }] }, 'female'],
  ['a recorded sex', recorded('male'), 'male'],
  [
    'a gender identity',
    {
      extension: [{ url: `${US_CORE}genderIdentity`, valueCodeableConcept: { coding: [{ code: 'male' }] } }],
    },
    'unknown',
  ],
  [
    'an extension that says nothing before one that does',
    { extension: [...birthSex('UNK').extension, { url: `${US_CORE}sex`, valueCode: '248152002' }] },
    'female',
  ],
  ['an extension of a wrong shape', { extension: [{ url: `${US_CORE}birthsex`, valueCode: { x: 1 } }] }, 'unknown'],
  ['Male', { gender: 'Male' }, 'male', 'gender in a writing that is not of R4, read'],
  ['FEMALE', { gender: 'FEMALE ' }, 'female', 'gender in a writing that is not of R4, read'],
  ['M', { gender: 'M' }, 'male', 'gender in a writing that is not of R4, read'],
  ['a word of another language', { gender: 'weiblich' }, 'unknown', 'gender not read'],
  ['a word that cannot be read, and a birthsex', { gender: '2', ...birthSex('F') }, 'female', 'gender not read'],
])('%s', async (_, more, sex, note) => {
  const { records, tally } = await readTheseResources([{ resourceType: 'Patient', id: 'p', ...more }]);
  expect(records[0].sex).toBe(sex);
  expect([...tally.notes.keys()]).toEqual(note ? [note] : []);
});

const race = (...values: unknown[]) => ({
  extension: [
    {
      url: `${US_CORE}race`,
      extension: values.map((code) => ({ url: 'ombCategory', valueCoding: { code } })),
    },
  ],
});

it.each<[string, object, string | undefined, string?]>([
  ['a race', race('2054-5'), '2054-5'],
  ['an unknown race', race('UNK'), undefined],
  ['several races', race('2054-5', '2106-3'), '2054-5', 'several codes of race, the first read'],
  ['a race twice', race('2054-5', '2054-5'), '2054-5'],
  ['a race that is a number', race(2054), undefined, 'race not read'],
  ['a race in words', race('White'), undefined, 'race not read'],
  ['a race that is an object', race({ a: 1 }), undefined, 'race not read'],
  ['null', race(null), undefined],
  ['parts that are no list', { extension: [{ url: `${US_CORE}race`, extension: {} }] }, undefined],
  ['null among the parts', { extension: [{ url: `${US_CORE}race`, extension: [null] }] }, undefined],
  [
    "DSTU2's form",
    {
      extension: [
        {
          url: 'http://hl7.org/fhir/StructureDefinition/us-core-race',
          valueCodeableConcept: { coding: [{ code: '2028-9' }] },
        },
      ],
    },
    '2028-9',
  ],
])('%s', async (_, more, code, note) => {
  const { records, tally } = await readTheseResources([{ resourceType: 'Patient', id: 'p', ...more }]);
  expect(records[0].race).toBe(code);
  expect([...tally.notes.keys()]).toEqual(note ? [note] : []);
});
