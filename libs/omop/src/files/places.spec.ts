import { afterAll, expect, it } from 'vitest';
import { cdmFolders } from '../testing/folders.ts';

const { folder, read, remove } = cdmFolders();
afterAll(remove);

const PERSON = 'person_id,gender_concept_id,year_of_birth,person_source_value\n1,8507,1970,a\n2,8532,1980,b\n';
const OTHERS = 'person_id,gender_concept_id,year_of_birth,person_source_value\n3,8507,1970,c\n4,8532,1980,d\n';
const HEADER = 'condition_occurrence_id,person_id,condition_start_date,condition_source_value\n';
const A = `${HEADER}1,1,2010-01-01,I10\n2,2,2010-01-02,I10\n3,2,2010-01-03,E11.9\n`;
const parquet = (first: number) => ({
  sql: `SELECT ${first} AS condition_occurrence_id, 1 AS person_id, DATE '2010-01-01' AS condition_start_date, 'I10' AS condition_source_value`,
});

it.each<[string, Record<string, string | { sql: string }>, string]>([
  [
    'of two sites',
    {
      'siteA/person.csv': PERSON,
      'siteB/person.csv': OTHERS,
      'siteA/condition_occurrence.csv': A,
      'siteB/condition_occurrence.csv': `${HEADER}4,3,2010-01-01,I10\n5,4,2010-01-02,I10\n`,
    },
    'files of 2 places read as one table: siteA and siteB',
  ],
  [
    'of the folder and one in it',
    {
      'person.csv': PERSON,
      'condition_occurrence.csv': A,
      'more/condition_occurrence.csv': `${HEADER}4,1,2012-01-01,I10\n5,2,2010-01-02,I10\n6,2,2011-01-02,I10\n`,
    },
    'files of 2 places read as one table: the folder itself and more',
  ],
  [
    'of two names',
    {
      'person.csv': PERSON,
      'a.condition_occurrence.csv': A,
      'b.condition_occurrence.csv': `${HEADER}9,1,2012-01-01,I10\n`,
    },
    'files of 2 places read as one table: a.condition_occurrence.csv and b.condition_occurrence.csv',
  ],
])('the places are named whose files are read as one table: %s', async (_, files, reason) => {
  const { tally } = await read(await folder(files));
  expect([...tally.notes.keys()]).toContain(reason);
});

it('and parts that were written together are of one', async () => {
  const files = {
    'person.csv': PERSON,
    'condition_occurrence_0.csv': A,
    'condition_occurrence_1.csv': `${HEADER}9,1,2010-01-01,I10\n`,
  };
  const { tally, codes } = await read(await folder(files));
  expect([...tally.notes.keys()].filter((reason) => reason.includes('places'))).toEqual([]);
  expect(codes).toHaveLength(4);
});

it.each<[string, Record<string, string | { sql: string }>, RegExp]>([
  [
    'a backup',
    { 'condition_occurrence.csv': A, 'backup/condition_occurrence.csv': A.replaceAll(/^(\d)/gm, '1$1') },
    /condition_occurrence was found more than once[\s\S]*3 of 3 are alike in all but condition_occurrence_id[\s\S]*backup/,
  ],
  [
    'a test database',
    { 'prod.condition_occurrence.csv': A, 'test.condition_occurrence.csv': `${HEADER}99,1,2010-01-01,I10\n` },
    /1 of 1 are alike[\s\S]*prod\.condition_occurrence\.csv, and .*test\.condition_occurrence\.csv/,
  ],
  [
    'Parquet',
    { 'condition_occurrence.parquet': parquet(1), 'old/condition_occurrence.parquet': parquet(2) },
    /1 of 1 are alike/,
  ],
  [
    'Parquet under the same keys',
    { 'condition_occurrence.parquet': parquet(1), 'old/condition_occurrence.parquet': parquet(1) },
    /the same rows: condition_occurrence_id 1/,
  ],
  [
    'overlapping ids of two sites',
    { 'siteB/person.csv': OTHERS.replace('3,', '2,') },
    /the same rows: person_id 2[\s\S]*two sites whose ids overlap, ingest each site's folder separately/,
  ],
])('a copy under other keys is refused as one: %s', async (_, files, message) => {
  await expect(read(await folder({ 'person.csv': PERSON, ...files }))).rejects.toThrow(message);
});
