import { expect, it } from 'vitest';
import type { Sex } from '@ehrsynth/records';
import { IdNote } from './lives.ts';
import { readAsFiles } from '../testing/small-cdm.ts';

const born = { year_of_birth: 1980 };

it.each<[string, [concept?: number, source?: number, text?: string], Sex, string?]>([
  ['male', [8507], 'male'],
  ['female, whatever the text', [8532, 0, 'x1'], 'female'],
  ['other', [8521], 'other'],
  ['ambiguous', [8570], 'other'],
  ['unknown', [8551], 'unknown'],
  ['unknown, and a text that knows', [8551, 0, 'F'], 'female'],
  ['feminine gender of SNOMED CT', [45766035], 'female'],
  ["LOINC's answer", [45880669], 'male'],
  ["PCORnet's other", [44814649], 'other'],
  ["PCORnet's ambiguous", [44814664], 'other'],
  ["PCORnet's unknown", [44814653], 'unknown'],
  ["PCORnet's no information", [44814650], 'unknown'],
  ["PCORnet's female", [0, 44814665], 'female'],
  ["LOINC's other", [45878142], 'other'],
  ['surgically transgendered', [4231242], 'other'],
  ['non-binary in All of Us', [1585841], 'other'],
  ['the concept of the source', [0, 8507], 'male'],
  ['M', [0, 0, 'M'], 'male'],
  ['FEMALE with spaces', [0, undefined, ' FEMALE '], 'female'],
  ['weiblich', [undefined, undefined, 'weiblich'], 'female'],
  ['Homme', [0, 0, 'Homme'], 'male'],
  ['DEM|SEX:F', [0, 0, 'DEM|SEX:F'], 'female'],
  ['U', [0, 0, 'U'], 'unknown'],
  ['Other', [0, 0, 'Other'], 'other'],
  ['nothing', [], 'unknown'],
  ['a number, which is one sex here and another there', [0, 0, '1'], 'unknown', 'gender not read'],
  ['a concept of no one', [123456789, 0], 'unknown', 'gender not read'],
  ['a concept of no one and a text', [123456789, 0, 'male'], 'male'],
  ['a concept by its name', [2000000001, 0], 'female'],
  ['a concept by what it maps to', [0, 2000000002], 'male'],
  ['a contradiction', [8507, 0, 'F'], 'male', 'gender_source_value says otherwise than the gender concept, not read'],
])('sex: %s', async (_, [concept, source, text], sex, note) => {
  const { records, tally } = await readAsFiles({
    person: [
      {
        person_id: 1,
        gender_concept_id: concept,
        gender_source_concept_id: source,
        gender_source_value: text,
        ...born,
      },
    ],
    concept: [
      { concept_id: 2000000001, concept_name: 'Female gender', concept_code: 'x', vocabulary_id: 'Local' },
      { concept_id: 2000000002, concept_name: '02', concept_code: 'y', vocabulary_id: 'Local' },
    ],
    concept_relationship: [{ concept_id_1: 2000000002, concept_id_2: 8507, relationship_id: 'Maps to' }],
  });
  expect(records.get('1')!.sex).toBe(sex);
  expect([...tally.notes.keys()]).toEqual(note ? [note] : []);
});

const [INDIAN, ASIAN, BLACK, PACIFIC, WHITE] = ['1002-5', '2028-9', '2054-5', '2076-8', '2106-3'];
const [HISPANIC, NOT_HISPANIC] = ['2135-2', '2186-5'];

const UNREAD = 'race not read';
const LETTER = 'letter of race read as in the United States';
const OTHERWISE = 'race_source_value says otherwise than the race concept, not read';

type Said = [concept?: number, source?: number, text?: string];
it.each<[string, Said, Said, race: string | undefined, ethnicity: string | undefined, note?: string]>([
  ['categories', [8527], [38003564], WHITE, NOT_HISPANIC],
  ['Chinese', [38003579], [38003563], ASIAN, HISPANIC],
  ['Madagascar', [38003597], [], ASIAN, undefined],
  ['Black', [38003598], [], BLACK, undefined],
  ['West Indian', [38003609], [], BLACK, undefined],
  ['Alaska Native', [38003573], [], INDIAN, undefined],
  ['Other Pacific Islander', [38003613], [], PACIFIC, undefined],
  ['Arab', [38003616], [], WHITE, undefined],
  ['other race, unknown ethnicity', [8522], [0, 0, 'Unknown'], undefined, undefined],
  ['an ethnicity as race', [38003563], [0], undefined, HISPANIC],
  ['a race as ethnicity', [0], [8516], BLACK, undefined],
  ['concepts of the source', [0, 8515], [0, 38003564], ASIAN, NOT_HISPANIC],
  ['words', [0, 0, 'White'], [0, 0, 'hispanic'], WHITE, HISPANIC],
  ["Synthea's", [0, 0, 'native'], [0, 0, 'nonhispanic'], INDIAN, NOT_HISPANIC],
  ["Synthea's hispanic race", [0, 0, 'hispanic'], [0, 0, 'puerto_rican'], undefined, HISPANIC],
  ["MIMIC's", [0, 0, 'BLACK/AFRICAN AMERICAN'], [0, 0, 'HISPANIC/LATINO - CUBAN'], BLACK, HISPANIC],
  ['Asian Indian and not Latino', [0, 0, 'Asian Indian'], [0, 0, 'Not Hispanic or Latino'], ASIAN, NOT_HISPANIC],
  ['Caucasian', [0, 0, 'CAUCASIAN'], [0, 0, 'Non-Hispanic'], WHITE, NOT_HISPANIC],
  ['Middle Eastern or North African', [0, 0, 'Middle Eastern or North African'], [], WHITE, undefined],
  ["CDC's codes", [0, 0, '2106-3'], [0, 0, '2186-5'], WHITE, NOT_HISPANIC],
  ["CDC's detailed codes", [0, 0, '2034-7'], [0, 0, '2148-5'], ASIAN, HISPANIC],
  ['a letter', [0, 0, 'W'], [0, 0, 'N'], WHITE, NOT_HISPANIC],
  ['a letter of another country', [0, 0, 'B'], [], BLACK, undefined, LETTER],
  ['the letter of Asians', [0, 0, 'a'], [0, 0, 'H'], ASIAN, HISPANIC, LETTER],
  ['the letter of Hispanics', [0, 0, 'H'], [], undefined, HISPANIC, LETTER],
  ['a letter beside a concept of no one', [46286810, 0, 'A'], [], undefined, undefined, UNREAD],
  ['a word beside a concept of no one', [46286810, 0, 'White British'], [], WHITE, undefined],
  ['a letter that contradicts', [8527, 0, 'B'], [], WHITE, undefined, OTHERWISE],
  ['a word that contradicts', [0, 8516, 'White'], [], BLACK, undefined, OTHERWISE],
  ['a letter that agrees', [8515, 0, 'A'], [], ASIAN, undefined],
  ["PCORnet's concepts", [44814656], [44814651], BLACK, HISPANIC],
  ['neither', [0, 0, 'Not white or black'], [], undefined, undefined, UNREAD],
  ['other than White', [0, 0, 'other than White'], [], undefined, undefined, UNREAD],
  ['not American Indian', [0, 0, 'not an American Indian'], [], undefined, undefined, UNREAD],
  ['white and not Hispanic', [0, 0, 'White, not Hispanic'], [], WHITE, NOT_HISPANIC],
  ['not Hispanic and black', [0, 0, 'Non-Hispanic Black'], [], BLACK, NOT_HISPANIC],
  ['white of unknown ethnicity', [0, 0, 'White, not known if Hispanic'], [], WHITE, undefined],
  ['Hispanic of unknown race', [0, 0, 'Hispanic (race unknown)'], [], undefined, HISPANIC],
  ['neither known', [0, 0, 'UNKNOWN/NOT SPECIFIED'], [0, 0, 'n/a'], undefined, undefined],
  ['Mexican American Indian', [0, 0, 'Mexican American Indian'], [], INDIAN, undefined],
  ['Central American Indian', [0, 0, 'Central American Indian'], [], INDIAN, undefined],
  ['Mexican American', [0, 0, 'Mexican American'], [], undefined, HISPANIC],
  ['North African', [0, 0, 'north african'], [], WHITE, undefined],
  ['declined', [0, 0, 'Patient declined'], [0, 0, 'REFUSED'], undefined, undefined],
  ['two races', [0, 0, 'Asian or Pacific Islander'], [], undefined, undefined, 'race not read'],
  ['not white', [0, 0, 'non-white'], [], undefined, undefined, 'race not read'],
  ['a number', [0, 0, '5'], [], undefined, undefined, 'race not read'],
  ['a concept of no one', [123456789], [123456789], undefined, undefined, 'race not read'],
  ['a nationality', [8527], [0, 0, 'irish'], WHITE, undefined, 'ethnicity not read'],
  ['a concept by its name', [700389], [], undefined, undefined, 'race not read'],
  ['a concept by what it maps to', [2000000003], [], PACIFIC, undefined],
])('race and ethnicity: %s', async (_, race, ethnicity, expectedRace, expectedEthnicity, note) => {
  const columns = (name: string, [concept, source, text]: Said) => ({
    [`${name}_concept_id`]: concept,
    [`${name}_source_concept_id`]: source,
    [`${name}_source_value`]: text,
  });
  const { records, tally } = await readAsFiles({
    person: [
      {
        person_id: 1,
        gender_concept_id: 8507,
        ...born,
        ...columns('race', race),
        ...columns('ethnicity', ethnicity),
      },
    ],
    concept: [
      {
        concept_id: 700389,
        concept_name: 'Mixed - White and Black African',
        concept_code: 'E',
        vocabulary_id: 'NHS',
      },
    ],
    concept_relationship: [{ concept_id_1: 2000000003, concept_id_2: 8557, relationship_id: 'Maps to' }],
  });
  expect(records.get('1')).toMatchObject({ race: expectedRace, ethnicity: expectedEthnicity });
  if (note) expect(tally.notes.has(note)).toBe(true);
  else expect([...tally.notes.keys()]).toEqual([]);
});

it('gives people ids of their own: their source value where it is nobody else’s, nor the person_id of another', async () => {
  const sources = ['SAME', 'SAME', '4', undefined, 'E', '6'];
  const { records, reasons } = await readAsFiles({
    person: sources.map((source, i) => ({
      person_id: i + 1,
      gender_concept_id: 8507,
      year_of_birth: 1951 + i,
      person_source_value: source,
    })),
  });
  const ids = [...records].map(([id, { birthDate }]) => [id, Number(birthDate!.slice(0, 4)) - 1950]);
  expect(Object.fromEntries(ids)).toEqual({ 1: 1, 2: 2, 3: 3, 4: 4, E: 5, 6: 6 });
  expect(Object.fromEntries(reasons)).toEqual({
    'person 1': [IdNote.shared],
    'person 2': [IdNote.shared],
    'person 3': [IdNote.taken],
  });
});
