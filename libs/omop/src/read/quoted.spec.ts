import { expect, it } from 'vitest';
import { CdmFolder } from '../testing/cdm-folder.ts';
import { readAll } from '../testing/reading.ts';
import { quoted, sampleOf } from './quoted.ts';

it.each(['99213', 'E11.9', 'NA', 'L-1234', '0093-1048-01', 'IMP', 'Z1a', ' GLU '])(
  'quotes the code %j',
  (text) => {
    expect(quoted(text)).toBe(text.trim());
  },
);

it.each([
  'Mr Smith',
  'Smith',
  'SMITH',
  'Smith1970',
  'room 4',
  'kim',
  '',
  'jane@clinic.example',
  '1'.repeat(51),
])('gives only the length of %j', (text) => expect(quoted(text)).toBe(`a text of ${text.length} characters`));

it('quotes a word of a list, if it is short', () => {
  const isWord = (text: string) => text.startsWith('weiblich');
  expect(quoted('weiblich', isWord)).toBe('weiblich');
  expect(quoted('weiblich'.padEnd(51, 'x'), isWord)).toBe('a text of 51 characters');
});

it.each([
  'NaN',
  '-Infinity',
  '1,5',
  '1.2E5',
  '12-MAR-2020',
  '3 January 2020',
  '2020-13-45T10:00:00Z',
  '< 5',
  '10%',
  '07:30 PM',
])('gives %j as a sample', (text) => expect(sampleOf(text)).toBe(JSON.stringify(text)));

it.each(['Mr Smith', 'see Mrs Meyer 555-1234', 'May', 'Jane 5', 'x', 'Tee', '9'.repeat(31)])(
  'gives no sample of %j',
  (text) => expect(sampleOf(text)).toBe(`a text of ${text.length} characters`),
);

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
