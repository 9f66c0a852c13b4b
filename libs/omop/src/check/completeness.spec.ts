import { describe, expect, it } from 'vitest';
import type { CdmRows } from '../testing/cdm-folder.ts';
import { verdicts } from '../testing/verdicts.ts';

const PERSON = [
  { person_id: 1, gender_concept_id: 8507, year_of_birth: 1980 },
  { person_id: 2, gender_concept_id: 8532, year_of_birth: 1980 },
];
const ERA = 'condition_era_id,person_id,condition_concept_id,condition_era_start_date,condition_era_end_date';

type Row = CdmRows[string][number];
const condition = (more: Row): Row => ({ person_id: 1, condition_start_date: '2020-01-01', ...more });
const measurement = (more: Row): Row => ({ person_id: 1, measurement_date: '2020-01-01', ...more });

const CASES: [string, Record<string, CdmRows[string] | string>, Record<string, string>][] = [
  [
    'persons without rows, in a table that is empty, one that is not, and one that is not there',
    {
      person: PERSON,
      observation_period: 'observation_period_id,person_id',
      visit_occurrence: [{ visit_occurrence_id: 1, person_id: 1, visit_start_date: '2020-01-01' }],
    },
    {
      'measurePersonCompleteness observation_period': '2/2 failed',
      'measurePersonCompleteness visit_occurrence': '1/2',
      'measurePersonCompleteness death': 'nothing to check',
    },
  ],
  [
    'unmapped conditions, which have no eras',
    { person: PERSON, condition_era: ERA, condition_occurrence: [condition({ condition_concept_id: 0 })] },
    {
      'measureConditionEraCompleteness condition_era': '0/0',
      'standardConceptRecordCompleteness condition_occurrence.condition_concept_id': '1/1 failed',
    },
  ],
  [
    'a mapped condition without an era',
    {
      person: PERSON,
      condition_era: ERA,
      condition_occurrence: [
        condition({ condition_concept_id: 316866 }),
        condition({ condition_concept_id: 0, person_id: 2 }),
      ],
    },
    { 'measureConditionEraCompleteness condition_era': '1/1 failed' },
  ],
  [
    'no conditions',
    {
      person: PERSON,
      condition_era: ERA,
      condition_occurrence: 'person_id,condition_concept_id,condition_start_date',
    },
    { 'measureConditionEraCompleteness condition_era': 'nothing to check' },
  ],
  [
    'units that are 0, or missing beside a source value',
    {
      person: PERSON,
      measurement: [
        measurement({ unit_concept_id: '', unit_source_value: 'mg/dL' }),
        measurement({ unit_concept_id: 8840, unit_source_value: 'mg/dL' }),
        measurement({ unit_concept_id: 0, unit_source_value: '' }),
        measurement({ unit_concept_id: '', unit_source_value: '' }),
      ],
    },
    { 'standardConceptRecordCompleteness measurement.unit_concept_id': '2/3 failed' },
  ],
  [
    'source concepts of events, which may be missing beside a source value',
    {
      person: PERSON,
      condition_occurrence: [
        condition({ condition_source_value: 'I10', condition_source_concept_id: 0 }),
        condition({ condition_source_value: 'I10', condition_source_concept_id: '' }),
        condition({ condition_source_value: 'I10', condition_source_concept_id: 5 }),
      ],
    },
    {
      'sourceConceptRecordCompleteness condition_occurrence.condition_source_concept_id': '1/2 failed',
    },
  ],
  [
    'source values that are mapped to 0, a missing one being one of them',
    {
      person: PERSON,
      condition_occurrence: [
        condition({ condition_source_value: 'I10', condition_concept_id: 0 }),
        condition({ condition_source_value: 'I10', condition_concept_id: 316866 }),
        condition({ condition_source_value: '', condition_concept_id: 0 }),
        condition({ condition_source_value: 'E11', condition_concept_id: 201826 }),
      ],
    },
    { 'sourceValueCompleteness condition_occurrence.condition_source_value': '2/3 failed' },
  ],
  [
    'causes of death, whose source values are compared with their source concepts',
    {
      person: PERSON,
      death: [{ person_id: 1, death_date: '2020-01-01', cause_source_value: 'I21', cause_source_concept_id: 0 }],
    },
    { 'sourceValueCompleteness death.cause_source_value': '1/1 failed' },
  ],
];

describe('completeness, as the Data Quality Dashboard has it', () => {
  it.each(CASES)('%s', async (_what, tables, expected) => {
    expect(await verdicts(tables)).toMatchObject(expected);
  });
});
