import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { VACCINE } from '../testing/rich-resources.ts';
import { coded, RIGHT } from '../testing/right-resources.ts';

const { patient, encounter } = RIGHT;
const flu = { system: System.cvx, code: '140' };

async function read(more: object) {
  const { records, skipped } = await readTheseResources([patient, encounter, { ...VACCINE, ...more }]);
  return { events: records[0].events, skipped };
}

it('reads a vaccination with its dose, time and encounter', async () => {
  const { events } = await read({ encounter: { reference: 'Encounter/e' }, lotNumber: 'X1' });
  expect(events).toMatchObject([
    {
      kind: 'immunization',
      code: flu,
      start: '2010-01-01',
      startTime: '09:30',
      encounter: 0,
      dose: { value: 0.5, unit: 'mL' },
    },
  ]);
  expect(JSON.stringify(events)).not.toContain('X1');
});

it.each<[string, object, object]>([
  [
    'CVX before NDC and others',
    {
      vaccineCode: {
        coding: [coded(System.ndc, '49281042050').coding[0], coded(System.cvx, '140').coding[0]],
      },
    },
    { code: flu },
  ],
  [
    'NDC where there is no CVX',
    { vaccineCode: coded(System.ndc, '49281042050') },
    { code: { system: System.ndc, code: '49281042050' } },
  ],
  [
    'a date in words that is one',
    { occurrenceDateTime: undefined, occurrenceString: '2010-02-03' },
    { start: '2010-02-03' },
  ],
  [
    'the day on which it was recorded',
    { occurrenceDateTime: undefined, recorded: '2010-02-04' },
    { start: '2010-02-04' },
  ],
])('reads %s', async (_, more, expected) => {
  expect((await read(more)).events).toMatchObject([expected]);
});

it.each<[string, object, string]>([
  ['not done', { status: 'not-done' }, 'status not-done'],
  ['an error', { status: 'entered-in-error' }, 'status entered-in-error'],
  ['no vaccine', { vaccineCode: coded(System.cvx, '998') }, 'no code but that nothing is known'],
  ['a vaccine in words', { vaccineCode: { text: 'flu shot' } }, 'no code'],
])('leaves out %s, and counts it', async (_, more, reason) => {
  const { events, skipped } = await read(more);
  expect(events).toEqual([]);
  expect(skipped.Immunization).toEqual({ [reason]: 1 });
});

it('is no drug: it is read where immunizations are asked for', async () => {
  const asDrugs = await readTheseResources([patient, VACCINE], { kinds: ['drug'] });
  expect(asDrugs.records[0].events).toEqual([]);
  expect(asDrugs.skipped).toEqual({ Immunization: { 'immunizations not requested': 1 } });
  const alone = await readTheseResources([patient, VACCINE], { kinds: ['immunization'] });
  expect(alone.records[0].events).toHaveLength(1);
});

it('joins a patient who is named by an identifier', async () => {
  const { value, system } = patient.identifier[0];
  const { events } = await read({ patient: { identifier: { system, value } } });
  expect(events).toHaveLength(1);
});
