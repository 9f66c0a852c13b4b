import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded, hl7, RIGHT } from '../testing/right-resources.ts';

const penicillin = { system: System.rxnorm, code: '7980' };
const ALLERGY = {
  resourceType: 'AllergyIntolerance',
  id: 'a',
  clinicalStatus: hl7('allergyintolerance-clinical', 'active'),
  verificationStatus: hl7('allergyintolerance-verification', 'confirmed'),
  code: coded(System.rxnorm, '7980'),
  patient: { reference: 'Patient/p' },
  recordedDate: '2010-01-01',
};

async function read(more: object) {
  const { records, skipped, tally } = await readTheseResources([RIGHT.patient, { ...ALLERGY, ...more }]);
  return { events: records[0].events, skipped, notes: [...tally.notes.keys()] };
}
const verified = (code: string) => ({ verificationStatus: hl7('allergyintolerance-verification', code) });
const clinical = (code: string) => ({ clinicalStatus: hl7('allergyintolerance-clinical', code) });
const local = (code: string, display?: string) => ({
  coding: [{ system: 'http://epic/allergen', code, display }],
});
const reaction = (...codes: string[]) => ({
  code: undefined,
  reaction: codes.map((code) => ({ substance: coded(System.rxnorm, code) })),
});

it.each<[string, object, object, string[]]>([
  ['what it is to, and since when', {}, { code: penicillin, start: '2010-01-01', active: true }, []],
  [
    'a local code',
    { code: local('7', 'Nka-like pollen, no known cause') },
    { code: { system: 'http://epic/allergen', code: '7' } },
    [],
  ],
  ['one that is resolved', clinical('resolved'), { active: false }, []],
  ['one that is inactive', clinical('inactive'), { active: false }, []],
  ['one without a status', { clinicalStatus: undefined }, { active: undefined }, []],
  ['one that is unconfirmed', verified('unconfirmed'), { code: penicillin }, ['status unconfirmed, kept']],
  ['the substance of a reaction', reaction('7980', '7980'), { code: penicillin }, []],
  [
    'the first of several substances',
    reaction('7980', '2670'),
    { code: penicillin },
    ['further substances of an allergy, the first read'],
  ],
  ['its code, whatever the reaction', { reaction: reaction('2670').reaction }, { code: penicillin }, []],
])('reads %s', async (_, more, expected, noted) => {
  const { events, notes } = await read(more);
  expect(events).toMatchObject([{ kind: 'allergy', ...expected }]);
  expect(notes).toEqual(noted);
});

it.each<[string, object, string]>([
  ['what was refuted', verified('refuted'), 'status refuted'],
  ['an error', verified('entered-in-error'), 'status entered-in-error'],
  ['no known allergy', { code: coded(System.snomed, '716186003') }, 'no known allergy'],
  ['no known drug allergy', { code: coded(System.snomed, '409137002') }, 'no known allergy'],
  ['no known latex allergy', { code: coded(System.snomed, '716184000') }, 'no known allergy'],
  [
    'the same by the OID of SNOMED CT',
    { code: coded('urn:oid:2.16.840.1.113883.6.96', '428607008') },
    'no known allergy',
  ],
  [
    "the International Patient Summary's",
    { code: coded('http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips', 'no-known-allergies') },
    'no known allergy',
  ],
  ['the same in words', { code: { text: 'NKDA' } }, 'no known allergy'],
  [
    'no known allergy, beside a reaction',
    { ...reaction('7980'), code: { text: 'No known drug allergies' } },
    'no known allergy',
  ],
  ['a local code for it', { code: local('NKA', 'No Known Allergies') }, 'no known allergy'],
  ['a local number for it', { code: local('99', 'NKDA') }, 'no known allergy'],
  ['a local number, and words', { code: { ...local('99'), text: 'No Known Drug Allergies' } }, 'no known allergy'],
  ['a local number for no allergies', { code: local('98', 'No allergies') }, 'no known allergy'],
  ['who was not asked', { code: coded(System.snomed, '1631000175102') }, 'no code but that nothing is known'],
  ['what nobody knows', { code: hl7('data-absent-reason', 'unknown') }, 'no code but that nothing is known'],
  ['words', { code: { text: 'peanuts' } }, 'no code'],
])('leaves out %s, and counts it', async (_, more, reason) => {
  const { events, skipped } = await read(more);
  expect(events).toEqual([]);
  expect(skipped.AllergyIntolerance).toEqual({ [reason]: 1 });
});

it('is read where allergies are asked for', async () => {
  const { skipped } = await readTheseResources([RIGHT.patient, ALLERGY], { kinds: ['drug'] });
  expect(skipped).toEqual({ AllergyIntolerance: { 'allergies not requested': 1 } });
});
