import { describe, expect, it } from 'vitest';
import type { CdmRows } from '../testing/cdm-folder.ts';
import { verdicts } from '../testing/verdicts.ts';

const MAN = { person_id: 1, gender_concept_id: 8507, year_of_birth: 1980, month_of_birth: 6 };
const WOMAN = { person_id: 2, gender_concept_id: 8532, year_of_birth: 1980 };
const PERSON = [MAN, WOMAN];

type Row = CdmRows[string][number];
const condition = (more: Row): Row => ({ person_id: 1, condition_start_date: '2020-01-01', ...more });
const procedure = (more: Row): Row => ({ person_id: 2, procedure_date: '2020-01-01', ...more });
const measured = (concept: number, units: (number | string)[]): Row[] =>
  units.map((unit_concept_id) => ({
    person_id: 1,
    measurement_concept_id: concept,
    measurement_date: '2020-01-01',
    unit_concept_id,
  }));
const period = (person_id: number, start: string, end: string, observation_period_id: number): Row => ({
  observation_period_id,
  person_id,
  observation_period_start_date: start,
  observation_period_end_date: end,
});

const CASES: [string, Record<string, CdmRows[string] | string>, Record<string, string>][] = [
  [
    'dates outside of their visit',
    {
      person: PERSON,
      visit_occurrence: [
        {
          visit_occurrence_id: 1,
          person_id: 1,
          visit_start_date: '2020-01-10',
          visit_end_date: '2020-01-10',
        },
      ],
      visit_detail: [
        {
          visit_occurrence_id: 1,
          visit_detail_start_date: '2020-01-02',
          visit_detail_end_date: '2020-01-17',
        },
      ],
      note: ['2020-01-03', '2020-01-18'].map((note_date) => ({ visit_occurrence_id: 1, note_date })),
    },
    {
      'withinVisitDates visit_detail.visit_detail_start_date': '1/1 failed',
      'withinVisitDates visit_detail.visit_detail_end_date': '0/1',
      'withinVisitDates note.note_date': '1/2 failed',
    },
  ],
  [
    'dates before birth: of birth_datetime, else of the parts, the first where they are missing',
    {
      person: [{ ...MAN, birth_datetime: '1980-06-15 10:00:00' }, WOMAN],
      condition_occurrence: [
        condition({ condition_start_date: '1980-06-15' }),
        condition({ condition_start_date: '1980-06-14' }),
        condition({ condition_start_date: '1980-01-01', person_id: 2 }),
        condition({ condition_start_date: '1900-01-01', person_id: 9 }),
      ],
    },
    {
      'plausibleAfterBirth condition_occurrence.condition_start_date': '1/4 failed',
      // The older check takes the first of June.
      'plausibleTemporalAfter condition_occurrence.condition_start_date': '2/4 failed',
    },
  ],
  [
    'parts of a birth that are no day',
    {
      person: [{ ...MAN, month_of_birth: 13 }],
      condition_occurrence: [condition({ condition_start_date: '1900-01-01' })],
    },
    { 'plausibleAfterBirth condition_occurrence.condition_start_date': '0/1' },
  ],
  [
    'ends before starts, by their days',
    {
      person: PERSON,
      condition_occurrence: [
        condition({
          condition_end_date: '2019-12-31',
          condition_start_datetime: '2020-01-01 10:00:00',
          condition_end_datetime: '2020-01-01 09:00:00',
        }),
      ],
    },
    {
      'plausibleStartBeforeEnd condition_occurrence.condition_start_date': '1/1 failed',
      'plausibleStartBeforeEnd condition_occurrence.condition_start_datetime': '0/1',
      'plausibleTemporalAfter condition_occurrence.condition_end_date': '1/1 failed',
    },
  ],
  [
    'dates more than 60 days after death',
    {
      person: PERSON,
      death: [{ person_id: 1, death_date: '2020-01-01' }],
      condition_occurrence: [
        condition({ condition_start_date: '2020-03-01' }),
        condition({ condition_start_date: '2020-03-02' }),
        condition({ person_id: 2 }),
      ],
    },
    {
      'plausibleBeforeDeath condition_occurrence.condition_start_date': '1/2 failed',
      'plausibleDuringLife condition_occurrence.condition_start_date': '1/2 failed',
    },
  ],
  [
    'conditions and procedures of the other sex',
    {
      person: PERSON,
      condition_occurrence: [1, 2].map((id) => condition({ person_id: id, condition_concept_id: 194997 })),
      procedure_occurrence: [procedure({ procedure_concept_id: 4127886 })],
    },
    {
      'plausibleGender condition_occurrence.condition_concept_id 194997': '1/2 failed',
      'plausibleGender condition_occurrence.condition_concept_id 198803': 'nothing to check',
      'plausibleGender procedure_occurrence.procedure_concept_id 4127886': '0/1',
    },
  ],
  [
    'descendants of what only one sex has',
    {
      person: PERSON,
      concept_ancestor: [
        { ancestor_concept_id: 4090861, descendant_concept_id: 5 },
        { ancestor_concept_id: 4041261, descendant_concept_id: 6 },
      ],
      condition_occurrence: [condition({ person_id: 2, condition_concept_id: 5 })],
      procedure_occurrence: [procedure({ procedure_concept_id: 6 })],
    },
    {
      'plausibleGenderUseDescendants condition_occurrence.condition_concept_id 4090861, 4025213': '1/1 failed',
      'plausibleGenderUseDescendants procedure_occurrence.procedure_concept_id 4041261': '0/1',
    },
  ],
  [
    'units of measurements: another, its own, none, and 0, which is counted elsewhere',
    { person: PERSON, measurement: measured(3004410, [8840, 8554, '', 0]) },
    { 'plausibleUnitConceptIds measurement.measurement_concept_id 3004410': '1/3 failed' },
  ],
  [
    'a measurement that has no unit',
    { person: PERSON, measurement: measured(43055141, [8840, '', 0]) },
    { 'plausibleUnitConceptIds measurement.measurement_concept_id 43055141': '1/2 failed' },
  ],
  [
    'numbers of an observation in a unit',
    {
      person: PERSON,
      observation: [49, 50, 501].map((value_as_number) => ({
        person_id: 1,
        observation_concept_id: 37393449,
        observation_date: '2020-01-01',
        unit_concept_id: 8840,
        value_as_number,
      })),
    },
    {
      'plausibleValueLow observation.observation_concept_id 37393449 8840': '1/3 failed',
      'plausibleValueHigh observation.observation_concept_id 37393449 8840': '1/3 failed',
      'plausibleValueLow observation.observation_concept_id 37393449 8753': 'nothing to check',
    },
  ],
  [
    'days that a drug lasts; its quantity has no upper limit',
    {
      person: PERSON,
      drug_exposure: [366, 365].map((days_supply) => ({
        person_id: 1,
        drug_exposure_start_date: '2020-01-01',
        days_supply,
        quantity: 5000,
      })),
    },
    {
      'plausibleValueHigh drug_exposure.days_supply': '1/2 failed',
      'plausibleValueLow drug_exposure.quantity': '0/2',
    },
  ],
  [
    'observation periods that follow each other without a day between',
    {
      person: PERSON,
      observation_period: [
        period(1, '2010-01-01', '2010-12-31', 1),
        period(1, '2011-01-01', '2011-12-31', 2),
        period(2, '2010-01-01', '2010-12-31', 3),
        period(2, '2011-01-02', '2011-12-31', 4),
      ],
    },
    { 'measureObservationPeriodOverlap observation_period': '1/2 failed' },
  ],
];

describe('plausibility, as the Data Quality Dashboard has it', () => {
  it.each(CASES)('%s', async (_what, tables, expected) => {
    const found = await verdicts(tables);
    expect(found).toMatchObject(expected);
    expect(found).not.toHaveProperty('plausibleValueHigh drug_exposure.quantity');
  });
});
