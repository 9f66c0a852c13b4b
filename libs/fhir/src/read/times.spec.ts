import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded, hl7, RIGHT } from '../testing/right-resources.ts';

const { patient, encounter, condition, observation, procedure, medication } = RIGHT;
const allergy = {
  resourceType: 'AllergyIntolerance',
  id: 'a',
  code: coded(System.rxnorm, '7980'),
  patient: { reference: 'Patient/p' },
};
const dispense = {
  resourceType: 'MedicationDispense',
  id: 'd',
  status: 'completed',
  medicationCodeableConcept: coded(System.rxnorm, '311354'),
  subject: { reference: 'Patient/p' },
};

/** Start and end of the one event, as a day and a time with a blank between. */
async function timesOf(resource: object, ...others: object[]) {
  const { records, tally } = await readTheseResources([patient, ...others, resource], { countDrugs: 'each' });
  const [{ start, startTime, end, endTime }] = records[0].events.slice(-1);
  return { from: at(start, startTime), to: at(end, endTime), notes: [...tally.notes.keys()] };
}
const at = (day?: string, time?: string) => (time === undefined ? day : `${day} ${time}`);

it.each<[string, object, string | undefined, string | undefined]>([
  [
    'by the clock on the wall',
    { ...observation, effectiveDateTime: '2010-01-01T23:30:15-05:00' },
    '2010-01-01 23:30',
    undefined,
  ],
  [
    'in UTC, as it is written',
    { ...observation, effectiveDateTime: '2010-01-01T04:05:00Z' },
    '2010-01-01 04:05',
    undefined,
  ],
  ['at midnight', { ...observation, effectiveDateTime: '2010-01-01T00:00:00Z' }, '2010-01-01 00:00', undefined],
  ['without seconds', { ...observation, effectiveDateTime: '2010-01-01T10:20Z' }, '2010-01-01 10:20', undefined],
  [
    'with parts of seconds',
    { ...observation, effectiveDateTime: undefined, effectiveInstant: '2010-01-01T10:20:59.999+02:00' },
    '2010-01-01 10:20',
    undefined,
  ],
  ['on a day', { ...observation, effectiveDateTime: '2010-01-01' }, '2010-01-01', undefined],
  ['in a month', { ...observation, effectiveDateTime: '2010-01' }, '2010-01-01', undefined],
  ['at an hour, which is no minute', { ...observation, effectiveDateTime: '2010-01-01T10Z' }, '2010-01-01', undefined],
  [
    'at 24:00, which R4 does not have',
    { ...observation, effectiveDateTime: '2010-01-01T24:00:00Z' },
    '2010-01-01',
    undefined,
  ],
  [
    'when it was issued',
    { ...observation, effectiveDateTime: undefined, issued: '2010-01-02T08:00:00Z' },
    '2010-01-02 08:00',
    undefined,
  ],
  [
    'in a period',
    {
      ...procedure,
      performedDateTime: undefined,
      performedPeriod: { start: '2010-01-01T23:00:00Z', end: '2010-01-02T01:15:00Z' },
    },
    '2010-01-01 23:00',
    '2010-01-02 01:15',
  ],
  [
    'in a period with one time',
    {
      ...procedure,
      performedDateTime: undefined,
      performedPeriod: { start: '2010-01-01T23:00:00Z', end: '2010-01-02' },
    },
    '2010-01-01 23:00',
    '2010-01-02',
  ],
  [
    'from onset to abatement',
    { ...condition, onsetDateTime: '2010-01-01T07:00:00Z', abatementDateTime: '2010-01-05T08:00:00Z' },
    '2010-01-01 07:00',
    '2010-01-05 08:00',
  ],
  [
    'at the first of an onset',
    {
      ...condition,
      onsetDateTime: undefined,
      onsetPeriod: { start: '2010-01-01T07:00:00Z', end: '2010-01-03T09:00:00Z' },
    },
    '2010-01-01 07:00',
    undefined,
  ],
  [
    'at an age, not when it was written down',
    {
      ...condition,
      onsetDateTime: undefined,
      onsetAge: { value: 40, unit: 'a' },
      recordedDate: '2010-03-01T07:00:00Z',
    },
    '2010-02-28',
    undefined,
  ],
  [
    'when it was recorded, for the onset is before birth',
    { ...condition, onsetDateTime: '1960-01-01T01:01:00Z', recordedDate: '2010-03-01T07:00:00Z' },
    '2010-03-01 07:00',
    undefined,
  ],
  ['when it was ordered', { ...medication, authoredOn: '2010-01-01T10:11:12Z' }, '2010-01-01 10:11', undefined],
  [
    'when it was handed over',
    { ...dispense, whenPrepared: '2010-01-01T10:00:00Z', whenHandedOver: '2010-01-01T11:00:00Z' },
    '2010-01-01 11:00',
    undefined,
  ],
  [
    'at the onset of an allergy',
    { ...allergy, onsetDateTime: '2010-01-01T10:00:00Z', recordedDate: '2011-01-01' },
    '2010-01-01 10:00',
    undefined,
  ],
  [
    'in the years of an onset, which are no end',
    { ...allergy, onsetPeriod: { start: '2009', end: '2010' } },
    '2009-01-01',
    undefined,
  ],
  ['when an allergy was recorded', { ...allergy, recordedDate: '2011-01-01T09:00:00Z' }, '2011-01-01 09:00', undefined],
])('reads when it was: %s', async (_, resource, from, to) => {
  expect(await timesOf(resource)).toMatchObject({ from, to });
});

it('drops a time with its date, and an end before its start on one day without its day', async () => {
  const performed = (start: string, end: string) => ({
    ...procedure,
    performedDateTime: undefined,
    performedPeriod: { start, end },
  });
  const reversed = await timesOf(performed('2010-01-02T10:00:00Z', '2010-01-01T11:00:00Z'));
  expect(reversed).toEqual({ from: '2010-01-02 10:00', to: undefined, notes: ['end before start, dropped'] });
  const within = await timesOf(performed('2010-01-02T10:00:00Z', '2010-01-02T09:00:00Z'));
  expect(within).toEqual({
    from: '2010-01-02 10:00',
    to: '2010-01-02',
    notes: ['end before start on the same day, its time dropped'],
  });
  const early = await timesOf(performed('1950-01-02T10:00:00Z', '2010-01-02T09:00:00Z'));
  expect(early).toEqual({ from: undefined, to: '2010-01-02 09:00', notes: ['date before birth, dropped'] });
});

it('gives what has no date of its own the day of its encounter or request, and no time', async () => {
  const visit = { ...encounter, period: { start: '2010-01-01T08:00:00Z', end: '2010-01-01T09:30:00Z' } };
  const undated = { ...condition, onsetDateTime: undefined };
  expect(await timesOf(undated, visit)).toMatchObject({ from: '2010-01-01' });
  const order = { ...medication, authoredOn: '2010-01-03T10:11:00Z' };
  const handed = { ...dispense, authorizingPrescription: [{ reference: 'MedicationRequest/m' }] };
  expect(await timesOf(handed, order)).toMatchObject({ from: '2010-01-03' });
});

it('reads the times of encounters, and puts those of a day in their order', async () => {
  const visit = (id: string, start: string, end: string) => ({
    ...encounter,
    id,
    class: hl7('v3-ActCode', id),
    period: { start, end },
  });
  const { records } = await readTheseResources([
    patient,
    visit('AMB', '2010-01-01T11:00:00+01:00', '2010-01-01T11:30:00+01:00'),
    visit('EMER', '2010-01-01T09:00:00+01:00', '2010-01-02T03:00:00+01:00'),
    visit('IMP', '2010-01-01', '2010-01-03'),
  ]);
  expect(records[0].encounters).toEqual([
    { class: 'IMP', start: '2010-01-01', end: '2010-01-03' },
    { class: 'EMER', start: '2010-01-01', startTime: '09:00', end: '2010-01-02', endTime: '03:00' },
    { class: 'AMB', start: '2010-01-01', startTime: '11:00', end: '2010-01-01', endTime: '11:30' },
  ]);
});
