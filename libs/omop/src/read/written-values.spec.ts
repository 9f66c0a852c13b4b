import { type CodedEvent } from '@ehrsynth/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../testing/postgres.ts';
import { type ReadCdm, readAsFiles, readFromServer, type SmallCdm } from '../testing/small-cdm.ts';

const DAY = '2020-06-01';
const PANEL = { meas_event_field_concept_id: 1147138 };

let key = 0;
const measured = (more: object) => ({
  measurement_id: ++key,
  person_id: 1,
  measurement_date: DAY,
  measurement_source_value: '4548-4',
  ...more,
});
const observed = (more: object) => ({ observation_id: ++key, person_id: 1, observation_date: DAY, ...more });
const drug = (more: object) => ({
  drug_exposure_id: ++key,
  person_id: 1,
  drug_exposure_start_date: DAY,
  drug_source_value: '00093104801',
  ...more,
});

const NO_TIME = 'measurement_time is no time of its date';
const TIMES: [text: string, time: string | undefined, note?: string][] = [
  ['2:05 PM', '14:05'],
  ['2:05 p.m.', '14:05'],
  ['02:05:30pm', '14:05'],
  ['2 PM', '14:00'],
  ['12:30 AM', '00:30'],
  ['12:00 AM', undefined],
  ['14:05 PM', '14:05'],
  ['1405', '14:05'],
  ['905', '09:05'],
  ['140559', '14:05'],
  ['14:05:00', '14:05'],
  ['14:05:00Z', '14:05'],
  ['2020-06-01 14:05:00', '14:05'],
  ['2020-06-01T2:05 PM', '14:05'],
  ['2020-06-02 14:05:00', undefined, NO_TIME],
  ['00:00:00', undefined],
  ['0000', undefined],
  ['25:00', undefined, NO_TIME],
  ['2460', undefined, NO_TIME],
  ['evening', undefined, NO_TIME],
];

const NUMBER = 'number with a comparator read from the text of a value';
const COMPARATOR = 'comparator of a number read from the text of its value';
type Of = Partial<CodedEvent>;
const VALUES: [row: object, value: Of, note?: string][] = [
  [{ value_source_value: '<0.1' }, { quantity: { value: 0.1, comparator: '<' } }, NUMBER],
  [{ value_source_value: '<0.1 mg/dL' }, { quantity: { value: 0.1, comparator: '<', unit: 'mg/dL' } }, NUMBER],
  [
    { value_source_value: '>= 200', unit_source_value: 'mg/dL' },
    { quantity: { value: 200, comparator: '>=', unit: 'mg/dL' } },
    NUMBER,
  ],
  [{ value_source_value: '<5', operator_concept_id: 4171756 }, { quantity: { value: 5, comparator: '<' } }, NUMBER],
  [{ value_source_value: '<7.2', value_as_number: 7.2 }, { quantity: { value: 7.2, comparator: '<' } }, COMPARATOR],
  [
    { value_source_value: '<7.2', value_as_number: 7.2, operator_concept_id: 4171756 },
    { quantity: { value: 7.2, comparator: '<' }, text: '<7.2' },
  ],
  [
    { value_source_value: '<7.2', value_as_number: 7.3 },
    { quantity: { value: 7.3 }, text: '<7.2' },
  ],
  [
    { value_source_value: '<5', operator_concept_id: 4172704 },
    { quantity: { comparator: '>' }, text: '<5' },
  ],
  [
    { value_source_value: '<5 mg/dL', unit_source_value: '%' },
    { quantity: { unit: '%' }, text: '<5 mg/dL' },
  ],
  [{ value_source_value: '<5 per Mary' }, { text: '<5 per Mary' }],
  [{ value_source_value: '7.2' }, { text: '7.2' }],
  [
    { value_as_number: 5, range_low: 10, range_high: 2 },
    { quantity: { value: 5 } },
    'range_low above range_high, range left out',
  ],
  [
    { value_as_number: 5, range_low: 2, range_high: 10 },
    { quantity: { value: 5 }, referenceRange: { low: 2, high: 10 } },
  ],
];

const ALLERGIES: [row: object, code: string | undefined][] = [
  [{ observation_concept_id: 439224, value_source_value: 'ASPIRIN' }, 'ASPIRIN'],
  [{ observation_concept_id: 4169307, value_as_concept_id: 1112807, value_source_value: 'asa' }, '1191'],
  [{ observation_concept_id: 4188027, value_as_concept_id: 1112807 }, '1191'],
  [{ observation_concept_id: 439224, value_source_value: 'NKDA' }, undefined],
  [{ observation_concept_id: 439224, value_source_value: 'No known allergies' }, undefined],
  [{ observation_concept_id: 439224, value_as_concept_id: 4222295 }, undefined],
];

const times = TIMES.map(([text]) => measured({ measurement_time: text }));
const values = VALUES.map(([row]) => measured(row));
const allergies = ALLERGIES.map(([row]) => observed(row));
const [panel, itself, component, lost] = ['85354-9', '8478-0', '8480-6', '8462-4'].map((code) =>
  measured({ measurement_source_value: code, value_as_number: 120 }),
);
Object.assign(itself, { ...PANEL, measurement_event_id: itself.measurement_id });
Object.assign(component, { ...PANEL, measurement_event_id: panel.measurement_id });
Object.assign(lost, { ...PANEL, measurement_event_id: 4711 });
const drugs = [drug({ days_supply: -30, refills: -1 }), drug({ days_supply: 30, refills: 0 })];

/** A person of their own for each row, so that a row's event is found. */
const all = [times, values, allergies, drugs].flat();
all.forEach((row, i) => (row.person_id = i + 2));
const CDM: SmallCdm = {
  person: [1, ...all.map((_, i) => i + 2)].map((id) => ({
    person_id: id,
    gender_concept_id: 8532,
    year_of_birth: 1960,
  })),
  measurement: [...times, ...values, panel, itself, component, lost],
  observation: allergies,
  drug_exposure: drugs,
  concept: [
    {
      concept_id: 1112807,
      concept_name: 'aspirin',
      domain_id: 'Drug',
      vocabulary_id: 'RxNorm',
      concept_code: '1191',
      concept_class_id: 'Ingredient',
    },
    {
      concept_id: 4222295,
      concept_name: 'No known allergy',
      domain_id: 'Observation',
      vocabulary_id: 'SNOMED',
      concept_code: '716186003',
      concept_class_id: 'x',
    },
  ],
};

const server = await startPostgres();
afterAll(() => server?.stop());

describe.each(['files', 'a server'] as const)('read from %s', (from) => {
  let cdm: ReadCdm;
  const isThere = from === 'files' || server;
  beforeAll(async () => {
    if (isThere) cdm = from === 'files' ? await readAsFiles(CDM) : await readFromServer(CDM, server!.url, 'written');
  });
  const eventsOf = ({ person_id: id }: { person_id: number }) => cdm.records.get(String(id))!.events;
  const notedOf = (reason: string, row: { person_id: number; measurement_id?: number }) =>
    cdm.tally.problems.filter(
      (one) =>
        one.reason === reason &&
        (one.where === `person ${row.person_id}` || one.where.endsWith(`measurement_id ${row.measurement_id}`)),
    ).length;

  it.skipIf(!isThere).each(TIMES.map((time, i) => [i, ...time] as const))('%i: the time %j', (i, _, time, note) => {
    expect(eventsOf(times[i])[0].startTime).toBe(time);
    expect(notedOf(NO_TIME, times[i])).toBe(note ? 1 : 0);
  });

  it.skipIf(!isThere).each(VALUES.map((value, i) => [i, ...value] as const))(
    '%i: the value %j',
    (i, _, value, note) => {
      const { quantity, text, referenceRange } = eventsOf(values[i])[0];
      expect({ quantity, text, referenceRange }).toEqual({
        quantity: undefined,
        text: undefined,
        referenceRange: undefined,
        ...value,
      });
      for (const reason of [NUMBER, COMPARATOR]) expect(notedOf(reason, values[i])).toBe(reason === note ? 1 : 0);
      if (note) expect(notedOf(note, values[i])).toBe(1);
    },
  );

  it.skipIf(!isThere).each(ALLERGIES.map((row, i) => [i, ...row] as const))('%i: the allergy %j', (i, _, code) => {
    const found = eventsOf(allergies[i]).map((event) => [event.kind, event.code.code]);
    expect(found).toEqual(code === undefined ? [] : [['allergy', code]]);
  });

  it.skipIf(!isThere)('counts those who have no known allergy', () => {
    expect(Object.fromEntries(cdm.tally.skipped.get('observation')!)).toEqual({ 'no known allergy': 3 });
  });

  it.skipIf(!isThere)('has no panel of a row that names itself, or none', () => {
    const panels = eventsOf(panel).map((event) => [event.code.code, event.panel?.code]);
    expect(panels.sort()).toEqual([
      ['8462-4', undefined],
      ['8478-0', undefined],
      ['8480-6', '85354-9'],
      ['85354-9', undefined],
    ]);
    expect(cdm.tally.notes.get('measurement_event_id of the row itself')).toBe(1);
    expect(cdm.tally.notes.get('measurement_event_id of no measurement of the person')).toBe(1);
  });

  it.skipIf(!isThere)('leaves out a supply that is negative', () => {
    const supplies = drugs.map((row) => eventsOf(row).map(({ daysSupply, refills }) => [daysSupply, refills])[0]);
    expect(supplies).toEqual([
      [undefined, undefined],
      [30, 0],
    ]);
    expect(notedOf('days_supply is negative, left out', drugs[0])).toBe(1);
    expect(notedOf('refills is negative, left out', drugs[0])).toBe(1);
  });
});
