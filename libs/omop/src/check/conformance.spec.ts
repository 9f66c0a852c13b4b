import { describe, expect, it } from 'vitest';
import type { CdmRows } from '../testing/cdm-folder.ts';
import { verdicts } from '../testing/verdicts.ts';

const PERSON = [
  { person_id: 1, gender_concept_id: 8507, year_of_birth: 1980 },
  { person_id: 2, gender_concept_id: 8532, year_of_birth: 1980 },
];
const VISIT = 'visit_occurrence_id,person_id,visit_start_date,visit_end_date';

type Row = CdmRows[string][number];
const condition = (more: Row = {}): Row => ({
  condition_occurrence_id: 1,
  person_id: 1,
  condition_concept_id: 316866,
  condition_start_date: '2020-01-01',
  ...more,
});
const concept = (more: Row): Row => ({
  concept_id: 1,
  domain_id: 'Condition',
  vocabulary_id: 'SNOMED',
  standard_concept: 'S',
  concept_code: '1',
  invalid_reason: '',
  ...more,
});
const drug = (more: Row): Row => ({ person_id: 1, drug_exposure_start_date: '2020-01-01', ...more });

/** A CDM, and what the dashboard says of it: counted by hand after its SQL and its rules of when a check is not applicable. */
const CASES: [string, Record<string, CdmRows[string] | string>, Record<string, string>][] = [
  [
    'a table without rows that others refer to',
    {
      person: PERSON,
      visit_occurrence: VISIT,
      condition_occurrence: [condition({ visit_occurrence_id: 77 })],
    },
    {
      'isForeignKey condition_occurrence.visit_occurrence_id': '1/1 failed',
      'isForeignKey condition_occurrence.person_id': '0/1',
      'withinVisitDates condition_occurrence.condition_start_date': '0/0',
      'isRequired visit_occurrence.person_id': 'nothing to check',
    },
  ],
  [
    'a table that others refer to and that is not there',
    { person: PERSON, condition_occurrence: [condition({ visit_occurrence_id: 77 })] },
    {
      'isForeignKey condition_occurrence.visit_occurrence_id': 'error',
      'withinVisitDates condition_occurrence.condition_start_date': 'error',
      'plausibleBeforeDeath condition_occurrence.condition_start_date': 'error',
    },
  ],
  [
    'a table that others refer to and that lacks its key',
    {
      person: PERSON,
      death: [{ column0: 'x' }],
      condition_occurrence: [condition()],
    },
    {
      'cdmField death.person_id': '1/1 failed',
      'plausibleBeforeDeath condition_occurrence.condition_start_date': 'error',
      'measurePersonCompleteness death': 'error',
    },
  ],
  [
    'a table and a field that are not there',
    { person: PERSON },
    {
      'cdmTable visit_occurrence': '1/1 failed',
      'cdmTable person': '0/1',
      'cdmField visit_occurrence.person_id': 'nothing to check',
      'cdmField person.race_concept_id': '1/1 failed',
      'cdmField person.person_id': '0/1',
      'isRequired person.race_concept_id': 'nothing to check',
      'measureValueCompleteness person.race_concept_id': 'nothing to check',
    },
  ],
  [
    'a required field without any value',
    { person: [{ ...PERSON[0], race_concept_id: '' }] },
    {
      'measureValueCompleteness person.race_concept_id': '1/1 failed',
      'isRequired person.race_concept_id': 'nothing to check',
      'isRequired person.person_id': '0/1',
    },
  ],
  [
    'keys that are there twice, and missing ones',
    { person: ['1', '1', '', ''].map((id) => ({ ...PERSON[0], person_id: id })) },
    { 'isPrimaryKey person.person_id': '2/4 failed', 'isRequired person.person_id': '2/4 failed' },
  ],
  [
    'concepts that are not standard, not valid, of another domain, not there',
    {
      person: PERSON,
      concept: [
        concept({}),
        concept({ concept_id: 2, standard_concept: '' }),
        concept({ concept_id: 3, invalid_reason: 'D' }),
        concept({ concept_id: 4, domain_id: 'Drug' }),
      ],
      condition_occurrence: [1, 2, 3, 4, 0, 99].map((id) => condition({ condition_concept_id: id })),
    },
    {
      'isStandardValidConcept condition_occurrence.condition_concept_id': '2/6 failed',
      'fkDomain condition_occurrence.condition_concept_id': '1/6 failed',
      'isForeignKey condition_occurrence.condition_concept_id': '2/6 failed',
    },
  ],
  [
    'classes of ingredients',
    {
      person: PERSON,
      concept: ['Ingredient', 'Precise Ingredient', 'Clinical Drug'].map((name, at) =>
        concept({ concept_id: at + 1, domain_id: 'Drug', concept_class_id: name }),
      ),
      drug_strength: [1, 2, 3].map((id) => ({ drug_concept_id: 3, ingredient_concept_id: id })),
      drug_era: [1, 2].map((id) => ({ drug_era_id: id, drug_concept_id: id })),
    },
    {
      'fkClass drug_strength.ingredient_concept_id': '1/3 failed',
      'fkClass drug_era.drug_concept_id': '1/2 failed',
    },
  ],
  [
    'values that are none of their type: unreadable, but not missing',
    {
      person: PERSON,
      drug_exposure: ['twelve', 'NaN', 'Infinity', '12'].map((quantity, at) =>
        drug({ drug_exposure_id: at, quantity, refills: ['1.5', '2.0', 'two', '2'][at] }),
      ),
    },
    {
      'cdmDatatype drug_exposure.quantity': '3/4 failed',
      'cdmDatatype drug_exposure.refills': '3/4 failed',
      'cdmDatatype drug_exposure.person_id': '0/4',
      'measureValueCompleteness drug_exposure.quantity': '0/4',
    },
  ],
  [
    'days that no calendar has',
    {
      person: PERSON,
      drug_exposure: ['2020-02-30', 'infinity', '2020-02-29'].map((day, at) =>
        drug({ drug_exposure_id: at, drug_exposure_start_date: day }),
      ),
    },
    {
      'cdmDatatype drug_exposure.drug_exposure_start_date': '2/3 failed',
      'isRequired drug_exposure.drug_exposure_start_date': '0/3',
    },
  ],
];

describe('conformance to the CDM, as the Data Quality Dashboard has it', () => {
  it.each(CASES)('%s', async (_what, tables, expected) => {
    expect(await verdicts(tables)).toMatchObject(expected);
  });
});
