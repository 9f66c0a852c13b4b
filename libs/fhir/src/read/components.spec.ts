import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded, hl7 } from '../testing/right-resources.ts';

const PANEL = {
  resourceType: 'Observation',
  id: 'panel',
  status: 'final',
  subject: { reference: 'Patient/p' },
  encounter: { reference: 'Encounter/e' },
  effectiveDateTime: '2020-03-03',
  code: coded(System.loinc, '85354-9'),
};
const PATIENT = { resourceType: 'Patient', id: 'p' };
const ENCOUNTER = {
  resourceType: 'Encounter',
  id: 'e',
  class: { code: 'AMB' },
  subject: { reference: 'Patient/p' },
  period: { start: '2020-03-03', end: '2020-03-03' },
};
const component = (code: string, more: object) => ({ code: coded(System.loinc, code), ...more });
const mmHg = (value: number, more: object = {}) => ({ valueQuantity: { value, unit: 'mm[Hg]', ...more } });
const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const notPerformed = { extension: [{ url: ABSENT, valueCode: 'not-performed' }] };
const absent = (code: string) => ({ dataAbsentReason: hl7('data-absent-reason', code) });
const nullFlavor = (code: string) => ({ valueCodeableConcept: hl7('v3-NullFlavor', code) });

async function read(...observations: object[]) {
  const { records, skipped, tally } = await readTheseResources([PATIENT, ENCOUNTER, ...observations]);
  const events = records[0].events.map(({ code, quantity }) => [code.code, quantity?.value, quantity?.unit]);
  return { record: records[0], events, skipped, tally };
}

it('reads each component of a panel as a measurement, on its day and in its encounter', async () => {
  const { record, tally } = await read({
    ...PANEL,
    component: [component('8480-6', mmHg(120)), component('8462-4', mmHg(80))],
  });
  const common = { kind: 'measurement', start: '2020-03-03', encounter: 0 };
  expect(record.events).toMatchObject([
    { ...common, code: { code: '8480-6' }, quantity: { value: 120, unit: 'mm[Hg]' } },
    { ...common, code: { code: '8462-4' }, quantity: { value: 80, unit: 'mm[Hg]' } },
  ]);
  expect(tally.used.get('Observation')).toBe(1);
});

it.each<[string, object, unknown[][], string[]]>([
  [
    'a value of its own too',
    { valueInteger: 3, component: [component('8480-6', mmHg(120))] },
    [
      ['85354-9', 3, undefined],
      ['8480-6', 120, 'mm[Hg]'],
    ],
    [],
  ],
  [
    'a component without a value',
    { component: [component('8480-6', mmHg(120)), component('8462-4', absent('unknown'))] },
    [['8480-6', 120, 'mm[Hg]']],
    ['component left out: no value'],
  ],
  [
    'a component without a code',
    { component: [component('8480-6', mmHg(120)), mmHg(80)] },
    [['8480-6', 120, 'mm[Hg]']],
    ['component left out: no code'],
  ],
  [
    'a modifier on a component',
    {
      component: [
        component('8480-6', mmHg(120)),
        { ...component('8462-4', mmHg(80)), modifierExtension: [{ url: 'urn:x' }] },
      ],
    },
    [['8480-6', 120, 'mm[Hg]']],
    ['component left out: modifierExtension not understood'],
  ],
  [
    'a reason in the value of a component',
    {
      component: [component('8480-6', { valueQuantity: notPerformed }), component('8462-4', mmHg(80))],
    },
    [['8462-4', 80, 'mm[Hg]']],
    ['component left out: no value'],
  ],
  ['a number beside a reason', mmHg(120, notPerformed), [['85354-9', 120, 'mm[Hg]']], []],
  [
    'components that say nothing',
    { component: [component('8480-6', {})] },
    [['85354-9', undefined, undefined]],
    ['component left out: no value'],
  ],
  ['an empty list', { component: [] }, [['85354-9', undefined, undefined]], []],
  [
    'a comparator',
    { component: [component('8480-6', mmHg(120, { comparator: '>' }))] },
    [['8480-6', 120, 'mm[Hg]']],
    [],
  ],
  ['an empty unit', mmHg(120, { unit: '' }), [['85354-9', 120, undefined]], []],
  ['no unit but its code', mmHg(120, { unit: null, code: 'mm[Hg]' }), [['85354-9', 120, 'mm[Hg]']], []],
  ['a result that was masked', nullFlavor('MSK'), [['85354-9', undefined, undefined]], []],
  ['a result that is given in words only', absent('as-text'), [['85354-9', undefined, undefined]], []],
  ['a result that the source cannot give', absent('unsupported'), [['85354-9', undefined, undefined]], []],
])('reads a panel with %s', async (_, more, expected, notes) => {
  const { events, tally } = await read({ ...PANEL, ...more });
  expect(events).toEqual(expected);
  expect([...tally.notes.keys()]).toEqual(notes);
  expect(tally.used.get('Observation')).toBe(1);
});

it.each<[string, object]>([
  ['no value, and a reason', absent('not-performed')],
  ['no number in its value, and a reason', { valueQuantity: { unit: '%' }, ...absent('unknown') }],
  ['a reason for its value', nullFlavor('UNK')],
  [
    'a reason beside its value',
    {
      _valueString: {
        extension: [{ url: ABSENT, valueCode: 'unknown' }],
      },
    },
  ],
  ['a reason in its quantity', { valueQuantity: notPerformed }],
  ['a reason beside the number of its quantity', { valueQuantity: { _value: notPerformed, unit: '%' } }],
  ['a reason in its concept', { valueCodeableConcept: notPerformed }],
  ['a reason in its coding', { valueCodeableConcept: { coding: [notPerformed] } }],
  ['a reason beside its text', { valueCodeableConcept: { _text: notPerformed } }],
  ['a reason in its period', { valuePeriod: notPerformed }],
  ['a reason that is not named', { valueQuantity: { extension: [{ url: ABSENT }] } }],
  ['"not done" for a value', { valueCodeableConcept: coded(System.snomed, '385660001') }],
  [
    'reasons in all its components',
    { component: [component('8480-6', absent('unknown')), component('8462-4', absent('unknown'))] },
  ],
])('does not count what was not measured: %s', async (_, more) => {
  const { events, skipped } = await read({ ...PANEL, ...more });
  expect(events).toEqual([]);
  expect(skipped.Observation).toEqual({ 'no value (dataAbsentReason)': 1 });
});

it('counts a panel once that comes twice, and one of whose parts none can be read', async () => {
  const panel = { ...PANEL, component: [component('8480-6', mmHg(120)), component('8462-4', mmHg(80))] };
  const unreadable = {
    ...panel,
    id: 'other',
    component: [component('84\u00018', mmHg(1)), component('8\u0001', mmHg(2))],
  };
  const { events, skipped, tally } = await read(panel, panel, unreadable);
  expect(events).toHaveLength(2);
  expect(tally.used.get('Observation')).toBe(1);
  expect(skipped).toEqual({
    Observation: { 'the same id came before': 1, 'no part of it could be read': 1 },
    'Observation.component': { 'code with control characters': 2 },
  });
});
