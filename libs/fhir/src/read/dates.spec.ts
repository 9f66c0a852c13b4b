import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded } from '../testing/right-resources.ts';

const PATIENT = { resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1970-05-01' };
const subject = { reference: 'Patient/p' };
const CODE = coded('urn:x', '1');
const TYPES: Record<string, object> = {
  Condition: { code: CODE },
  Procedure: { status: 'completed', code: CODE },
  Observation: { status: 'final', code: CODE, valueString: 'x' },
  MedicationRequest: { status: 'active', intent: 'order', medicationCodeableConcept: CODE },
  MedicationDispense: { status: 'completed', medicationCodeableConcept: CODE },
  MedicationAdministration: { status: 'completed', medicationCodeableConcept: CODE },
  MedicationStatement: { status: 'active', medicationCodeableConcept: CODE },
};

async function readEvent(resourceType: string, more: object, patient: object = PATIENT) {
  const resource = { resourceType, subject, ...TYPES[resourceType], ...more };
  const { records, tally } = await readTheseResources([patient, resource]);
  expect(records[0].events).toHaveLength(1);
  const { start, end } = records[0].events[0];
  return { dates: [start, end], notes: [...tally.notes.keys()], problems: tally.problems };
}

const asserted = (valueDateTime: string) => ({
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/condition-assertedDate', valueDateTime }],
});
const age = (value: number, code: string) => ({ value, code, system: 'http://unitsofmeasure.org' });

describe('which element says when it was', () => {
  it.each<[string, object, string | undefined, string?]>([
    ['Condition', { onsetDateTime: '2015-03-04T10:00:00Z' }, '2015-03-04'],
    ['Condition', { onsetDateTime: '2015-03-04', recordedDate: '2016-01-01' }, '2015-03-04'],
    ['Condition', { recordedDate: '2016-01-01' }, '2016-01-01'],
    ['Condition', { onsetDateTime: 'unknown', recordedDate: '2016-01-01' }, '2016-01-01'],
    ['Condition', { onsetDateTime: '1900-01-01', recordedDate: '2016-01-01' }, '2016-01-01'],
    ['Condition', { onsetPeriod: { start: '2015-03-04', end: '2015-03-09' } }, '2015-03-04'],
    ['Condition', { onsetPeriod: { end: '2015-03-09' } }, '2015-03-09'],
    ['Condition', { onsetAge: age(40, 'a') }, '2010-05-01'],
    ['Condition', { onsetAge: age(40, 'a'), recordedDate: '2016-01-01' }, '2010-05-01'],
    ['Condition', { onsetAge: { value: 18, unit: 'months' } }, '1971-11-01'],
    ['Condition', { onsetAge: age(0.5, 'a') }, '1970-11-01'],
    ['Condition', { onsetAge: age(10, 'wk') }, '1970-07-10'],
    ['Condition', { onsetAge: age(36, 'h') }, '1970-05-02'],
    ['Condition', { onsetRange: { low: age(30, 'a'), high: age(39, 'a') } }, '2000-05-01'],
    ['Condition', { onsetString: '2015-03-04' }, '2015-03-04'],
    ['Condition', { ...asserted('2015-06-01'), recordedDate: '2016-01-01' }, '2015-06-01'],
    ['Condition', { ...asserted('2015-06-01'), onsetDateTime: '2015-03-04' }, '2015-03-04'],
    ['Condition', { ...asserted('1900-01-01'), recordedDate: '2016-01-01' }, '2016-01-01'],
    ['Procedure', asserted('2015-06-01'), undefined],
    ['Condition', { onsetDateTime: '2015-03-04', abatementDateTime: '2016-01-01' }, '2015-03-04', '2016-01-01'],
    ['Condition', { onsetAge: age(40, 'a'), abatementAge: age(41, 'a') }, '2010-05-01', '2011-05-01'],
    ['Condition', { abatementPeriod: { start: '2016-01-01', end: '2016-02-01' } }, undefined, '2016-02-01'],
    ['Procedure', { performedDateTime: '2015-03-04' }, '2015-03-04'],
    ['Procedure', { performedPeriod: { start: '2015-03-04', end: '2015-03-05' } }, '2015-03-04', '2015-03-05'],
    ['Procedure', { performedAge: age(12, 'a') }, '1982-05-01'],
    ['Procedure', { performedRange: { high: age(12, 'a') } }, '1982-05-01'],
    ['Observation', { effectiveInstant: '2015-03-04T23:59:59.999+14:00' }, '2015-03-04'],
    ['Observation', { effectiveTiming: { event: ['2015-03-04', '2015-03-05'] } }, '2015-03-04'],
    ['Observation', { effectiveTiming: { repeat: { boundsPeriod: { start: '2015-03-04' } } } }, '2015-03-04'],
    ['Observation', { issued: '2015-03-04T10:00:00Z' }, '2015-03-04'],
    ['MedicationRequest', { authoredOn: '2015-03-04' }, '2015-03-04'],
    ['MedicationDispense', { whenPrepared: '2015-03-03', whenHandedOver: '2015-03-04' }, '2015-03-04'],
    ['MedicationDispense', { whenPrepared: '2015-03-03' }, '2015-03-03'],
    [
      'MedicationAdministration',
      { effectivePeriod: { start: '2015-03-04', end: '2015-03-05' } },
      '2015-03-04',
      '2015-03-05',
    ],
    ['MedicationStatement', { effectiveDateTime: '2015-03-04', dateAsserted: '2016-01-01' }, '2015-03-04'],
    ['MedicationStatement', { dateAsserted: '2016-01-01' }, '2016-01-01'],
  ])('%s %j', async (resourceType, more, start, end) => {
    expect((await readEvent(resourceType, more)).dates).toEqual([start, end]);
  });
});

describe('what a date can be', () => {
  it.each([
    ['2015', '2015-01-01'],
    ['2015-03', '2015-03-01'],
    ['2015-03-04', '2015-03-04'],
    ['2015-03-04T10:00:00Z', '2015-03-04'],
    ['2015-03-04T10:00Z', '2015-03-04'],
    ['2015-03-04T23:30:00-11:00', '2015-03-04'],
    ['2015-03-04T00:30:00+14:00', '2015-03-04'],
    ['2015-03-04T10:00:00.123456789+02:00', '2015-03-04'],
    ['2015-03-04T10:00:00+0000', '2015-03-04'],
    ['2015-03-04T24:00:00Z', '2015-03-04'],
    ['2016-12-31T23:59:60Z', '2016-12-31'],
    ['1970', '1970-05-01'],
    ['1970-05', '1970-05-01'],
    ['1970-04-30T23:00:00Z', '1970-04-30'],
  ])('%s', async (text, day) => {
    const { dates, notes } = await readEvent('Condition', { onsetDateTime: text });
    expect(dates[0]).toBe(day);
    expect(notes).toEqual([]);
  });

  it.each<unknown>([
    '2015-13-01',
    '2015-02-30',
    '2015-3-4',
    '03/04/2015',
    '20150304',
    '2015-03-04Z',
    '2015-03-04 10:00:00',
    '2015-03-04T25:00:00Z',
    '2015-03-04T10:61:00Z',
    ' 2015-03-04',
    'unknown',
    '',
    '15',
    1425427200000,
    true,
    {},
    ['2015'],
  ])('not %j', async (value) => {
    const { dates, problems } = await readEvent('Condition', { onsetDateTime: value });
    expect(dates).toEqual([undefined, undefined]);
    expect(problems).toMatchObject([
      {
        reason: 'date not read',
        resourceType: 'Condition',
        detail: expect.stringMatching(/^Condition\.onsetDateTime: /),
      },
    ]);
  });

  it.each<[string, object]>([
    ['childhood', { onsetString: 'childhood' }],
    ['an age in parsecs', { onsetAge: { value: 40, unit: 'parsecs' } }],
    ['an age below 0', { onsetAge: age(-1, 'a') }],
    ['an age of a thousand years', { onsetAge: age(1000, 'a') }],
    ['an empty range', { onsetRange: {} }],
  ])('nor %s', async (_, more) => {
    const { dates, notes } = await readEvent('Condition', more);
    expect([dates[0], notes]).toEqual([undefined, ['date not read']]);
  });

  it('needs a birth date to make a day of an age', async () => {
    const { dates, notes } = await readEvent(
      'Condition',
      { onsetAge: age(40, 'a') },
      { ...PATIENT, birthDate: undefined },
    );
    expect([dates[0], notes]).toEqual([undefined, ['age without a birth date, dropped']]);
  });
});

it.each<[string, object, string[]]>([
  ['a birth date in another writing', { birthDate: '05/01/1970' }, ['date not read']],
  ['a birth date that is a number', { birthDate: 19700501 }, ['date not read']],
  ['a date of death in another writing', { deceasedDateTime: '1.1.2020' }, ['date not read']],
  ['a death without a date', { deceasedBoolean: true }, ['dead, but no date of death']],
  ['no death', { deceasedBoolean: false }, []],
])('keeps the patient, and notes %s', async (_, more, notes) => {
  const { records, tally } = await readTheseResources([{ ...PATIENT, ...more }]);
  expect(records).toHaveLength(1);
  expect(records[0].deathDate).toBeUndefined();
  expect([...tally.notes.keys()]).toEqual(notes);
});

it('reads what an encounter says of its time, and notes what it does not', async () => {
  const encounter = (id: string, period?: object) => ({
    resourceType: 'Encounter',
    id,
    status: 'finished',
    class: { code: 'AMB' },
    subject,
    period,
  });
  const { records, tally } = await readTheseResources([
    PATIENT,
    encounter('whole', { start: '2020-03-01T09:00:00Z', end: '2020-03-01T10:00:00Z' }),
    encounter('open', { start: '2020-03-02' }),
    encounter('reversed', { start: '2020-03-04', end: '2020-03-03' }),
    encounter('month', { start: '2020-03-05', end: '2020-03' }),
    encounter('none'),
  ]);
  expect(records[0].encounters.map(({ start, end }) => [start, end])).toEqual([
    ['2020-03-01', '2020-03-01'],
    ['2020-03-02', undefined],
    ['2020-03-04', undefined],
    ['2020-03-05', '2020-03-05'],
    [undefined, undefined],
  ]);
  expect(Object.fromEntries(tally.notes)).toEqual({
    'finished encounter without an end': 1,
    'end before start, dropped': 1,
    'encounter without a start': 1,
  });
});

it('keeps no end before a start that comes from the encounter', async () => {
  const { records, tally } = await readTheseResources([
    PATIENT,
    {
      resourceType: 'Encounter',
      id: 'e',
      class: { code: 'AMB' },
      subject,
      period: { start: '2020-03-05', end: '2020-03-06' },
    },
    {
      resourceType: 'Condition',
      subject,
      code: coded(System.icd10cm, 'I10'),
      encounter: { reference: 'Encounter/e' },
      abatementDateTime: '2020-03-01',
    },
  ]);
  expect(records[0].events[0]).toMatchObject({ start: '2020-03-05', end: undefined });
  expect(tally.notes.get('end before start, dropped')).toBe(1);
});
