import { type CodedEvent, System } from '@ehrsynth/records';
import { UCUM } from '@ehrsynth/units';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { toResources } from './to-resources.ts';

const vocabulary = new Vocabulary();
const ORAL = { system: System.snomed, code: '26643006', display: 'Oral route' };
const write = (event: Partial<CodedEvent>) =>
  toResources(
    {
      id: 'a',
      sex: 'female',
      encounters: [],
      events: [{ kind: 'drug', code: { system: System.ndc, code: '68180051301' }, ...event }],
    },
    vocabulary,
  ).at(-1) as object;

it('writes dose, times and route, and says them in words', () => {
  expect(write({ dose: { value: 2, unit: 'tablet' }, timesPerDay: 3, route: { code: ORAL } })).toMatchObject({
    dosageInstruction: [
      {
        text: '2 tablet, 3 times a day, Oral route',
        timing: { repeat: { frequency: 3, period: 1, periodUnit: 'd' } },
        route: { coding: [ORAL] },
        doseAndRate: [{ doseQuantity: { value: 2, unit: 'tablet' } }],
      },
    ],
  });
  expect(write({ timesPerDay: 0.5, route: { text: 'by mouth' } })).toMatchObject({
    dosageInstruction: [
      {
        text: 'once in 2 days, by mouth',
        timing: { repeat: { frequency: 1, period: 2 } },
        route: { text: 'by mouth' },
      },
    ],
  });
});

it('writes what is handed over, for how many days, and how often again', () => {
  const dispenseRequest = {
    numberOfRepeatsAllowed: 0,
    quantity: { value: 30, unit: 'tablet' },
    expectedSupplyDuration: { value: 30, unit: 'days', system: UCUM, code: 'd' },
  };
  const supply = { quantity: { value: 30, unit: 'tablet' }, daysSupply: 30, refills: 0 };
  expect(write(supply)).toMatchObject({ dispenseRequest });
});

it.each([
  ['nothing', {}],
  ['numbers that FHIR has not', { daysSupply: -3, refills: -1 }],
  ['more refills than FHIR can say', { daysSupply: 0, refills: 2 ** 31 }],
  ['a dose of less than', { dose: { value: 1, unit: 'mg', comparator: '<' as const } }],
  ['a dose without a number', { dose: { unit: 'mg' } }],
])('of %s writes no dosage and no supply', (_, event) => {
  const written = write(event);
  expect(written).not.toHaveProperty('dosageInstruction');
  expect(written).not.toHaveProperty('dispenseRequest');
});

it('writes when it was ordered to the minute', () =>
  expect(write({ start: '2020-01-02', startTime: '07:30' })).toMatchObject({
    authoredOn: '2020-01-02T07:30:00Z',
  }));

it('says that nobody knows who asked for it, for machines and for people', () => {
  expect(write({})).toMatchObject({
    requester: { extension: [{ valueCode: 'unknown' }], display: 'Unknown' },
  });
});
