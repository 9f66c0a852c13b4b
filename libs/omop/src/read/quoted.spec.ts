import { expect, it } from 'vitest';
import { CdmFolder } from '../testing/cdm-folder.ts';
import { readAll } from '../testing/reading.ts';

it('no problem of a reading quotes free text', async () => {
  const folder = new CdmFolder({
    person: [
      {
        person_id: 1,
        gender_concept_id: 0,
        gender_source_value: 'Mr Smith',
        race_source_value: 'Smith family',
        year_of_birth: 1970,
      },
    ],
    visit_occurrence: [
      {
        visit_occurrence_id: 1,
        person_id: 1,
        visit_start_date: '2020-01-01',
        visit_source_value: 'seen by Smith',
      },
    ],
    condition_occurrence: [
      { person_id: 1, condition_start_date: '2020-01-01', condition_source_value: 'Smith syndrome' },
    ],
    drug_exposure: [
      {
        person_id: 1,
        drug_exposure_start_date: '2020-01-01',
        drug_source_value: 'D1',
        refills: 'two (Mr Smith)',
        quantity: '1.5x',
      },
    ],
  });
  try {
    const { problems } = (await readAll(folder.path)).tally;
    expect(Object.fromEntries(problems.map(({ reason, detail }) => [reason, detail]))).toMatchObject({
      'gender not read': 'a text of 8 characters',
      'race not read': 'a text of 12 characters',
      'visit concept of no known class, read as outpatient': 'concept 0, a text of 13 characters',
      'refills is no integer': 'such as a text of 14 characters',
      'source value of no known code system, kept': 'D1 (drug_exposure)',
    });
    expect(JSON.stringify(problems)).not.toContain('Smith');
  } finally {
    folder.remove();
  }
});
