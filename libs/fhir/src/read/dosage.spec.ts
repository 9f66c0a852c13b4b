import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded, RIGHT } from '../testing/right-resources.ts';

const { patient, medication } = RIGHT;
const mg = (value: number) => ({ value, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' });
const of = (resourceType: string, more: object) => ({
  ...medication,
  resourceType,
  intent: undefined,
  ...more,
});
const dosage = (more: object) => ({ dosageInstruction: [more] });
const repeat = (more: object) => dosage({ timing: { repeat: more } });

async function read(resource: object) {
  const { records, tally } = await readTheseResources([patient, resource]);
  const [{ kind, code, active, ...details }] = records[0].events;
  expect([kind, code.code, active]).toEqual(['drug', '68180051301', undefined]);
  return { details: JSON.parse(JSON.stringify(details)) as object, notes: [...tally.notes.keys()] };
}
const oral = coded(System.snomed, '26643006');

it.each<[string, object, object]>([
  [
    'the dose',
    of('MedicationRequest', dosage({ doseAndRate: [{ doseQuantity: mg(5) }] })),
    { dose: { value: 5, unit: 'mg' } },
  ],
  [
    'the dose of a statement',
    of('MedicationStatement', { dosage: [{ doseAndRate: [{ doseQuantity: mg(5) }] }] }),
    { dose: { value: 5, unit: 'mg' } },
  ],
  [
    'what was given',
    of('MedicationAdministration', { dosage: { dose: mg(25), route: oral } }),
    { dose: { value: 25, unit: 'mg' }, route: { code: { system: System.snomed, code: '26643006' } } },
  ],
  [
    'the route in words too',
    of('MedicationRequest', dosage({ route: { ...oral, text: 'by mouth' } })),
    { route: { code: { system: System.snomed, code: '26643006' }, text: 'by mouth' } },
  ],
  [
    'the route in words alone',
    of('MedicationRequest', dosage({ route: { text: 'by mouth' } })),
    { route: { text: 'by mouth' } },
  ],
  ['twice a day', of('MedicationRequest', repeat({ frequency: 2, period: 1, periodUnit: 'd' })), { timesPerDay: 2 }],
  [
    'every eight hours',
    of('MedicationRequest', repeat({ frequency: 1, period: 8, periodUnit: 'h' })),
    { timesPerDay: 3 },
  ],
  ['every other day', of('MedicationRequest', repeat({ period: 2, periodUnit: 'd' })), { timesPerDay: 0.5 }],
  [
    'three days of the week',
    of('MedicationRequest', repeat({ frequency: 1, period: 1, periodUnit: 'd', dayOfWeek: ['mon', 'wed', 'fri'] })),
    { timesPerDay: 3 / 7 },
  ],
  [
    'a day of the week',
    of('MedicationRequest', repeat({ frequency: 1, period: 1, periodUnit: 'wk', dayOfWeek: ['sun'] })),
    { timesPerDay: 1 / 7 },
  ],
  ['times of day', of('MedicationRequest', repeat({ timeOfDay: ['08:00:00', '20:00:00'] })), { timesPerDay: 2 }],
  ['morning and bedtime', of('MedicationRequest', repeat({ when: ['MORN', 'HS'] })), { timesPerDay: 2 }],
  [
    'a code',
    of(
      'MedicationRequest',
      dosage({ timing: { code: coded('http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation', 'TID') } }),
    ),
    { timesPerDay: 3 },
  ],
  [
    'a code beside a repeat that only bounds it',
    of('MedicationRequest', dosage({ timing: { repeat: { duration: 3, durationUnit: 'd' }, code: { text: 'BID' } } })),
    { timesPerDay: 2 },
  ],
  [
    'no range of frequencies',
    of('MedicationRequest', repeat({ frequency: 1, frequencyMax: 2, period: 1, periodUnit: 'd' })),
    {},
  ],
  [
    'no range of periods',
    of('MedicationRequest', repeat({ frequency: 1, period: 4, periodMax: 6, periodUnit: 'h' })),
    {},
  ],
  [
    'not how often where needed',
    of(
      'MedicationRequest',
      dosage({
        asNeededBoolean: true,
        timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
        doseAndRate: [{ doseQuantity: mg(5) }],
      }),
    ),
    { dose: { value: 5, unit: 'mg' } },
  ],
  [
    'not how often for a reason',
    of('MedicationRequest', dosage({ asNeededCodeableConcept: { text: 'pain' }, timing: { code: { text: 'BID' } } })),
    {},
  ],
  ['not when needed by a code', of('MedicationRequest', dosage({ timing: { code: { text: 'Q6H:PRN' } } })), {}],
  ['not what is taken once', of('MedicationRequest', dosage({ timing: { code: { text: 'ONCE' } } })), {}],
  [
    'the supply that is asked for',
    of('MedicationRequest', {
      dispenseRequest: {
        quantity: { value: 60, unit: 'tablet' },
        numberOfRepeatsAllowed: 0,
        expectedSupplyDuration: { value: 4, unit: 'weeks', code: 'wk' },
      },
    }),
    { quantity: { value: 60, unit: 'tablet' }, daysSupply: 28, refills: 0 },
  ],
  [
    'the supply that was handed over',
    of('MedicationDispense', { quantity: { value: 30 }, daysSupply: { value: 30, unit: 'Day' } }),
    { quantity: { value: 30 }, daysSupply: 30 },
  ],
  ['days without a unit', of('MedicationDispense', { daysSupply: { value: 30 } }), { daysSupply: 30 }],
  ['hours of supply', of('MedicationDispense', { daysSupply: { value: 48, unit: 'h' } }), { daysSupply: 2 }],
])('reads %s', async (_, resource, details) => {
  expect(await read(resource)).toEqual({ details, notes: [] });
});

it.each<[string, object, object, string]>([
  [
    'a further dosage',
    of('MedicationRequest', {
      dosageInstruction: [{ timing: { code: { text: 'BID' } } }, { timing: { code: { text: 'QD' } } }],
    }),
    { timesPerDay: 2 },
    'further dosages of a drug, the first read',
  ],
  [
    'a dose that is a range',
    of('MedicationRequest', dosage({ doseAndRate: [{ doseRange: { low: mg(1), high: mg(2) } }] })),
    {},
    'dose that is a range, not read',
  ],
  [
    'a word that is not understood',
    of('MedicationRequest', dosage({ timing: { code: { text: 'HD PROTOCOL' } } })),
    {},
    'how often a drug is taken, not read',
  ],
  [
    'a repeat that is not understood',
    of('MedicationRequest', repeat({ frequency: 1, period: 1, periodUnit: 'fortnight' })),
    {},
    'how often a drug is taken, not read',
  ],
  [
    'with meals, however many there are',
    of('MedicationRequest', repeat({ when: ['C'] })),
    {},
    'how often a drug is taken, not read',
  ],
  [
    'a dosage that is not understood',
    of('MedicationRequest', dosage({ timing: { code: { text: 'BID' } }, modifierExtension: [{ url: 'urn:x' }] })),
    {},
    'MedicationRequest.dosageInstruction left out: modifierExtension not understood',
  ],
  [
    'days of supply in another unit',
    of('MedicationDispense', { daysSupply: { value: 30, unit: 'tablet' } }),
    {},
    'days of supply not read',
  ],
  [
    'days of supply with a comparator',
    of('MedicationDispense', { daysSupply: { value: 30, unit: 'd', comparator: '>' } }),
    {},
    'days of supply not read',
  ],
  [
    'a part of a day of supply',
    of('MedicationRequest', { dispenseRequest: { expectedSupplyDuration: { value: 2.5, code: 'd' } } }),
    { daysSupply: 3 },
    'days of supply rounded to whole days',
  ],
  [
    'the second dosage, which is the first of their sequence',
    of('MedicationRequest', {
      dosageInstruction: [
        { sequence: 2, doseAndRate: [{ doseQuantity: { value: 2 } }] },
        { sequence: 1, doseAndRate: [{ doseQuantity: { value: 1 } }] },
      ],
    }),
    { dose: { value: 1 } },
    'further dosages of a drug, the first read',
  ],
  [
    'a dose that is no number',
    of('MedicationRequest', dosage({ doseAndRate: [{ doseQuantity: { value: '5', unit: 'mg' } }] })),
    {},
    'quantity whose value is no number, not read',
  ],
  [
    'a supply that is no number',
    of('MedicationRequest', { dispenseRequest: { quantity: { value: '30', unit: 'tablet' } } }),
    {},
    'quantity whose value is no number, not read',
  ],
  [
    'a dosage that is a text',
    of('MedicationRequest', { dosageInstruction: 'take two' }),
    {},
    'element that is no object, left out',
  ],
  [
    'refills that are none',
    of('MedicationRequest', { dispenseRequest: { numberOfRepeatsAllowed: -1 } }),
    {},
    'number of refills not read',
  ],
])('notes what it does not read: %s', async (_, resource, details, note) => {
  expect(await read(resource)).toEqual({ details, notes: [note] });
});

it.each([
  'x',
  5,
  [null, 'x'],
  { timing: 5 },
  [{ timing: { repeat: 'x', code: [] }, doseAndRate: 7, route: 'oral' }],
  [{ timing: { repeat: { dayOfWeek: 3, when: 'x', period: 'x' } } }],
])('reads the drug whatever its dosage is: %j', async (dosageInstruction) => {
  const dispenseRequest = dosageInstruction;
  const { records } = await readTheseResources([patient, { ...medication, dosageInstruction, dispenseRequest }]);
  expect(records[0].events).toHaveLength(1);
});
