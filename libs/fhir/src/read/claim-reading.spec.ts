import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded, hl7 } from '../testing/right-resources.ts';
import { CLAIMS_NOT_READ, type ClaimsMode } from './claim-reading.ts';

const patient = (id: string) => ({ resourceType: 'Patient', id, gender: 'female', birthDate: '1950-05-01' });
const claim = (id: string, more: object = {}, resourceType = 'ExplanationOfBenefit') => ({
  resourceType,
  id,
  status: 'active',
  use: 'claim',
  type: hl7('claim-type', 'professional'),
  patient: { reference: 'Patient/p' },
  billablePeriod: { start: '2020-01-01' },
  diagnosis: [{ diagnosisCodeableConcept: coded(System.icd10cm, 'E11.9') }],
  ...more,
});
const visit = { encounter: [{ reference: 'Encounter/e' }] };
const item = (system: string, code: string, more: object = {}) => ({
  item: [{ productOrService: coded(system, code), ...more }],
});
const subject = { subject: { reference: 'Patient/p' } };
const condition = { resourceType: 'Condition', id: 'c', ...subject, code: coded(System.icd10cm, 'I10') };
const encounter = {
  resourceType: 'Encounter',
  id: 'e',
  status: 'finished',
  class: { code: 'AMB' },
  ...subject,
  period: { start: '2020-01-01' },
};

async function read(resources: object[], claims?: ClaimsMode) {
  const { records, skipped, tally } = await readTheseResources([patient('p'), ...resources], { claims });
  return {
    codes: records.map(({ events }) => events.map(({ code }) => code.code)),
    places: records[0].events.map((event) => event.encounter),
    encounters: records[0].encounters.length,
    skipped,
    notes: Object.fromEntries(tally.notes),
    used: Object.fromEntries(tally.used),
  };
}

describe('which claims are read', () => {
  const both = [claim('a', item(System.cpt, '99213')), condition];

  it.each<[string, object[], ClaimsMode | undefined, string[], object]>([
    ['those of a patient with nothing else', [claim('a')], undefined, ['E11.9'], {}],
    ['what the patient has no clinical records of', both, undefined, ['I10', '99213'], {}],
    [
      'none of what the patient has clinical records of',
      [claim('a'), condition, encounter],
      undefined,
      ['I10'],
      { ExplanationOfBenefit: { [CLAIMS_NOT_READ]: 1 } },
    ],
    [
      'and counts the parts left out of a claim that is read',
      both,
      undefined,
      ['I10', '99213'],
      { 'ExplanationOfBenefit.diagnosis': { [CLAIMS_NOT_READ]: 1 } },
    ],
    [
      'and counts its encounter, where the patient has others',
      [claim('a'), encounter],
      undefined,
      ['E11.9'],
      { 'ExplanationOfBenefit.encounter': { [CLAIMS_NOT_READ]: 1 } },
    ],
    ['all where asked for', both, 'read', ['I10', 'E11.9', '99213'], {}],
    ['none where not asked for', both, 'skip', ['I10'], { ExplanationOfBenefit: { 'claims not requested': 1 } }],
    [
      'those beside a Condition of which nothing can be read',
      [claim('a'), { ...condition, code: coded(System.icd10cm, 'X99.XYZ') }],
      undefined,
      ['E11.9'],
      { Condition: { 'code in no dictionary': 1 } },
    ],
    [
      'those beside a Condition that was refuted',
      [claim('a'), { ...condition, verificationStatus: hl7('condition-ver-status', 'refuted') }],
      undefined,
      ['E11.9'],
      { Condition: { 'status refuted': 1 } },
    ],
  ])('reads %s', async (_, resources, mode, codes, skipped) => {
    expect(await read(resources, mode)).toMatchObject({ codes: [codes], skipped });
  });

  it("decides for each patient, whatever the others' records", async () => {
    const { codes } = await read([
      condition,
      claim('a'),
      patient('q'),
      claim('b', { patient: { reference: 'Patient/q' } }),
    ]);
    expect(codes.sort()).toEqual([['E11.9'], ['I10']]);
  });

  it('joins what is read to the Encounter that the claim names, and makes none of its own', async () => {
    const { places, encounters, used } = await read([claim('a', item(System.cpt, '99213', visit)), encounter]);
    expect(places).toEqual([0, 0]);
    expect(encounters).toBe(1);
    expect(used).toEqual({ Patient: 1, Encounter: 1, ExplanationOfBenefit: 1 });
  });

  it('makes an encounter where the one that the claim names is not there', async () => {
    expect(await read([claim('a', item(System.cpt, '99213', visit))])).toMatchObject({
      places: [0, 0],
      encounters: 1,
    });
  });

  it('counts a diagnosis once that the claim refers to', async () => {
    const refers = { diagnosis: [{ diagnosisReference: { reference: 'Condition/c' } }] };
    expect(await read([claim('a', refers), condition], 'read')).toMatchObject({
      codes: [['I10']],
      notes: {},
    });
    expect(await read([claim('a', refers)], 'read')).toMatchObject({
      codes: [[]],
      notes: { 'a claim refers to a diagnosis or procedure that is not read': 1 },
    });
  });
});

describe('a claim that comes twice', () => {
  const number = (value: string) => ({ identifier: [{ system: 'urn:payer', value }] });
  const PLAN = { system: 'urn:plan', value: 'group' };
  const toUnknown = { claim: { reference: 'Claim/unknown' } };
  const asked = (more: object = {}) => claim('k', more, 'Claim');

  it.each<[string, object[], string, string]>([
    [
      'its ExplanationOfBenefit names it',
      [asked(), claim('a', { claim: { reference: 'Claim/k' } })],
      'Claim',
      'its ExplanationOfBenefit is read',
    ],
    [
      'both have the same number',
      [asked(number('7')), claim('a', number('7'))],
      'Claim',
      'its ExplanationOfBenefit is read',
    ],
    [
      'two answer one Claim: the newer',
      [
        claim('a', { claim: { reference: 'Claim/k' }, created: '2020-03-01' }),
        claim('b', { claim: { reference: 'Claim/k' }, created: '2020-02-01' }),
      ],
      'ExplanationOfBenefit',
      'another ExplanationOfBenefit of the same claim is read',
    ],
    [
      'a later one replaces it',
      [
        claim('a'),
        claim('b', {
          related: [{ relationship: coded('urn:x', 'prior'), claim: { reference: 'ExplanationOfBenefit/a' } }],
        }),
      ],
      'ExplanationOfBenefit',
      'replaced by another claim',
    ],
    [
      'a later one replaces it, by its number',
      [
        asked(number('7')),
        claim('b', {
          related: [{ relationship: coded('urn:x', 'prior'), reference: { system: 'urn:payer', value: '7' } }],
        }),
      ],
      'Claim',
      'replaced by another claim',
    ],
    [
      'a later ExplanationOfBenefit replaces it, by its number',
      [
        claim('a', { identifier: [PLAN, ...number('7').identifier] }),
        claim('b', {
          identifier: [PLAN],
          related: [
            { relationship: coded('urn:x', 'prior'), reference: { system: 'urn:payer', value: '7' } },
            { relationship: coded('urn:x', 'prior'), reference: PLAN },
          ],
        }),
      ],
      'ExplanationOfBenefit',
      'replaced by another claim',
    ],
    [
      'two answer one Claim that is not there, and have one number',
      [
        claim('a', { ...toUnknown, ...number('7') }),
        claim('b', { ...toUnknown, ...number('7'), billablePeriod: { start: '2022-01-01' } }),
      ],
      'ExplanationOfBenefit',
      'another ExplanationOfBenefit of the same claim is read',
    ],
    ['it has the same id', [claim('a'), claim('a')], 'ExplanationOfBenefit', 'the same id came before'],
  ])('counts once where %s', async (_, resources, type, reason) => {
    expect(await read(resources)).toMatchObject({
      codes: [['E11.9']],
      encounters: 1,
      skipped: { [type]: { [reason]: 1 } },
    });
  });

  it('counts twice where nothing says that it is the same, a number shared by many included', async () => {
    expect((await read([claim('a'), claim('b')])).codes).toEqual([['E11.9', 'E11.9']]);
    const many = [asked(number('9')), claim('k2', number('9'), 'Claim'), claim('a', number('9'))];
    expect((await read(many)).codes).toEqual([['E11.9', 'E11.9', 'E11.9']]);
  });

  it.each<[string, object[]]>([
    [
      'answers to a Claim that is not there, of other days and numbers',
      [
        claim('a', { ...toUnknown, ...number('7') }),
        claim('b', { ...toUnknown, ...number('8'), billablePeriod: { start: '2022-01-01' } }),
      ],
    ],
    [
      'claims that have the number of one that a third replaces',
      [
        claim('a', number('7')),
        claim('b', number('7')),
        claim('c', {
          related: [{ relationship: coded('urn:x', 'prior'), reference: number('7').identifier[0] }],
        }),
      ],
    ],
  ])('counts all: %s', async (_, resources) => {
    expect((await read(resources)).codes[0]).toHaveLength(resources.length);
  });

  it('counts claims that have no id and no address each by itself', async () => {
    expect(
      (
        await read([
          { ...claim(''), id: undefined },
          { ...claim(''), id: undefined },
        ])
      ).codes[0],
    ).toHaveLength(2);
  });
});
