import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded } from '../testing/right-resources.ts';

const PATIENT = { resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1970-05-01' };
const METFORMIN = coded(System.rxnorm, '6809');
const GLYBURIDE = coded(System.rxnorm, '4815');
const TEXT = { text: 'Metformin' };
const to = (reference: string) => ({ reference });
const medication = (id: string, more: object) => ({ resourceType: 'Medication', id, ...more });

/** A request with these elements, beside other resources: what becomes of it. */
async function request(elements: object, others: object[] = [], resourceType = 'MedicationRequest') {
  const one = {
    resourceType,
    id: 'r',
    status: 'active',
    intent: 'order',
    subject: to('Patient/p'),
    authoredOn: '2020-03-02',
  };
  const { records, skipped, tally } = await readTheseResources([PATIENT, { ...one, ...elements }, ...others]);
  return {
    codes: records[0].events.map(({ code }) => code.code),
    skipped: skipped[resourceType],
    notes: Object.fromEntries(tally.notes),
    used: tally.used.get(resourceType),
  };
}

describe('which drug', () => {
  const within = (...contained: object[]) => ({ contained, medicationReference: to('#m') });
  const outside = { medicationReference: to('Medication/m') };

  it.each<[string, object, object[], string[]]>([
    ['a concept', { medicationCodeableConcept: METFORMIN }, [], ['6809']],
    ['a contained Medication', within(medication('m', { code: METFORMIN })), [], ['6809']],
    ['a Medication beside it', outside, [medication('m', { code: METFORMIN })], ['6809']],
    [
      'an absolute, versioned address',
      { medicationReference: to('https://x.org/fhir/Medication/m/_history/2') },
      [medication('m', { code: METFORMIN })],
      ['6809'],
    ],
    [
      'concepts of contained ingredients',
      within(
        medication('m', {
          ingredient: [{ itemCodeableConcept: METFORMIN }, { itemCodeableConcept: GLYBURIDE }],
        }),
      ),
      [],
      ['6809', '4815'],
    ],
    [
      'a contained ingredient that is a Medication',
      within(medication('m', { ingredient: [{ itemReference: to('#n') }] }), medication('n', { code: METFORMIN })),
      [],
      ['6809'],
    ],
    [
      'a contained ingredient that is a mixture itself',
      within(
        medication('m', { ingredient: [{ itemReference: to('#n') }] }),
        medication('n', {
          ingredient: [{ itemCodeableConcept: METFORMIN }, { itemReference: to('Medication/g') }],
        }),
      ),
      [medication('g', { code: GLYBURIDE })],
      ['6809', '4815'],
    ],
    [
      'an ingredient contained in a Medication beside it',
      outside,
      [
        medication('m', {
          contained: [{ resourceType: 'Substance', id: 's', code: METFORMIN }],
          ingredient: [{ itemReference: to('#s') }],
        }),
      ],
      ['6809'],
    ],
    [
      'a Substance beside it, and what that is made of',
      outside,
      [
        medication('m', { ingredient: [{ itemReference: to('Substance/s') }] }),
        {
          resourceType: 'Substance',
          id: 's',
          code: TEXT,
          ingredient: [{ substanceCodeableConcept: METFORMIN }, { substanceReference: to('Substance/g') }],
        },
        { resourceType: 'Substance', id: 'g', code: GLYBURIDE },
      ],
      ['6809', '4815'],
    ],
    [
      'ingredients of a Medication whose code is text alone',
      outside,
      [medication('m', { code: TEXT, ingredient: [{ itemCodeableConcept: METFORMIN }] })],
      ['6809'],
    ],
    [
      'ingredients of a Medication whose code has no system',
      outside,
      [
        medication('m', {
          code: { coding: [{ code: '17' }] },
          ingredient: [{ itemCodeableConcept: METFORMIN }],
        }),
      ],
      ['6809'],
    ],
    [
      'no ingredients where the mixture has a code',
      outside,
      [medication('m', { code: METFORMIN, ingredient: [{ itemCodeableConcept: GLYBURIDE }] })],
      ['6809'],
    ],
    [
      'no ingredient that is not active',
      outside,
      [
        medication('m', {
          ingredient: [{ itemCodeableConcept: METFORMIN }, { isActive: false, itemCodeableConcept: GLYBURIDE }],
        }),
      ],
      ['6809'],
    ],
    [
      'text and a reference: the reference',
      { medicationCodeableConcept: TEXT, ...outside },
      [medication('m', { code: METFORMIN })],
      ['6809'],
    ],
    [
      'a concept and a reference: the concept',
      { medicationCodeableConcept: METFORMIN, ...outside },
      [medication('m', { code: GLYBURIDE })],
      ['6809'],
    ],
    [
      'a Medication that is no longer made',
      outside,
      [medication('m', { status: 'inactive', code: METFORMIN })],
      ['6809'],
    ],
    [
      'a Medication by its identifier',
      { medicationReference: { identifier: { system: 'urn:x', value: '7' } } },
      [medication('m', { identifier: [{ system: 'urn:x', value: '7' }], code: METFORMIN })],
      ['6809'],
    ],
    [
      'a Medication by a search',
      { medicationReference: to('Medication?identifier=urn:x%7C7') },
      [medication('m', { identifier: [{ system: 'urn:x', value: '7' }], code: METFORMIN })],
      ['6809'],
    ],
  ])('reads %s', async (_, elements, others, codes) => {
    for (const type of ['MedicationRequest', 'MedicationDispense', 'MedicationAdministration', 'MedicationStatement']) {
      const status = type === 'MedicationRequest' || type === 'MedicationStatement' ? 'active' : 'completed';
      const read = await request({ status, ...elements }, others, type);
      expect(read).toMatchObject({ codes, skipped: undefined, used: 1, notes: {} });
    }
  });

  it.each<[string, object, object[], Record<string, number>]>([
    ['text alone', { medicationCodeableConcept: TEXT }, [], { 'no code': 1 }],
    ['nothing', {}, [], { 'no code': 1 }],
    ['a display alone', { medicationReference: { display: 'Metformin' } }, [], { 'no code': 1 }],
    ['a Medication of text alone', outside, [medication('m', { code: TEXT })], { 'medication without a code': 1 }],
    ['a contained one of text alone', within(medication('m', { code: TEXT })), [], { 'medication without a code': 1 }],
    ['a Medication that is not there', outside, [], { 'medication unknown': 1 }],
    ['a contained one that is not there', { medicationReference: to('#m') }, [], { 'medication unknown': 1 }],
    [
      'an identifier that no Medication has',
      { medicationReference: { identifier: { system: 'urn:x', value: '8' } } },
      [medication('m', { identifier: [{ system: 'urn:x', value: '7' }], code: METFORMIN })],
      { 'medication by identifier, and none has it': 1 },
    ],
    [
      'a Medication entered in error',
      outside,
      [medication('m', { status: 'entered-in-error', code: METFORMIN })],
      { 'medication entered in error': 1 },
    ],
    [
      'a contained one entered in error',
      within(medication('m', { status: 'entered-in-error', code: METFORMIN })),
      [],
      { 'medication entered in error': 1 },
    ],
    [
      'a mixture of itself',
      outside,
      [medication('m', { ingredient: [{ itemReference: to('Medication/m') }] })],
      { 'medication without a code': 1 },
    ],
    [
      'a contained mixture of itself',
      within(medication('m', { ingredient: [{ itemReference: to('#m') }] })),
      [],
      { 'medication without a code': 1 },
    ],
  ])('counts %s under its reason', async (_, elements, others, skipped) => {
    expect(await request(elements, others)).toMatchObject({ codes: [], skipped, used: undefined });
  });

  it('reads the other ingredients where one is not there, and says so', async () => {
    const mixture = medication('m', {
      ingredient: [{ itemCodeableConcept: METFORMIN }, { itemReference: to('Substance/none') }],
    });
    expect(await request(outside, [mixture])).toMatchObject({
      codes: ['6809'],
      notes: { 'an ingredient unknown, the others read': 1 },
    });
  });

  it('counts a Medication that is entered in error as none', async () => {
    const { skipped, tally } = await readTheseResources([PATIENT, medication('m', { status: 'entered-in-error' })]);
    expect(skipped.Medication).toEqual({ 'status entered-in-error': 1 });
    expect(tally.used.get('Medication')).toBeUndefined();
  });
});
