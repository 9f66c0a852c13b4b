import { basename } from 'node:path';
import { Tally } from '@ehrsynth/records';
import { afterAll, expect, it } from 'vitest';
import { cdmFolders } from '../testing/folders.ts';

const { folder, duckdb, read, remove } = cdmFolders();
afterAll(remove);

const PERSON = 'person_id,gender_concept_id,year_of_birth\n1,8507,1970\n';

it.each([
  ['condition_occurrence.zip', 'PK\x03\x04', 'an archive: unpack it', true],
  ['cdm.tar.gz', 'x', 'an archive: unpack it', true],
  ['cdm.duckdb', 'x', 'a DuckDB file: give it instead of the folder', true],
  ['condition_occurrence.csv.bak', 'x', 'a backup, as its name says', false],
  ['person.csv~', 'x', 'a backup, as its name says', false],
  ['condition_occurrence.csv.aa', 'x', 'a piece of a file that was split: join the pieces', true],
  ['measurement.csv.001', 'x', 'a piece of a file that was split: join the pieces', true],
])('%s beside the persons is named as what it is', async (name, content, reason, stops) => {
  const path = await folder({ 'person.csv': PERSON, [name]: content });
  const { tally, records } = await read(path);
  expect(records).toHaveLength(1);
  expect([...tally.filesNotRead].map(([why, { names }]) => [why, ...names.map((one) => basename(one))])).toEqual([
    [reason, name],
  ]);
  const stopped = await read(path, {}, new Tally('stop')).then(
    () => false,
    () => true,
  );
  expect(stopped).toBe(stops);
});

it.each([{ schema: 'cdm' }, { vocabularySchema: 'vocab' }])('a folder has no schemas: %o', async (options) => {
  await expect(read(await folder({ 'person.csv': PERSON }), options)).rejects.toThrow(
    /no schemas: --(schema|vocabulary-schema)/,
  );
});

it('the delimiter is of files alone', async () => {
  const path = await duckdb('CREATE TABLE person AS SELECT 1 AS person_id, 1970 AS year_of_birth');
  const error = (await read(path).catch((reason: Error) => reason)) as Error;
  expect(error.message).toMatch(/Table person has no column gender_concept_id/);
  expect(error.message).not.toMatch(/delimiter/);
  const files = await folder({ 'person.csv': 'person_id,year_of_birth\n1,1970\n' });
  await expect(read(files)).rejects.toThrow(/the delimiter/);
});

it('tables of a DuckDB file that are none of the CDM are named', async () => {
  const path = await duckdb(
    'CREATE TABLE person AS SELECT 1 AS person_id, 8507 AS gender_concept_id, 1970 AS year_of_birth',
    'CREATE TABLE condition_occurrence_2019 AS SELECT 1 AS a',
    'CREATE TABLE conditions AS SELECT 1 AS a',
    'CREATE TABLE mine AS SELECT 1 AS a',
  );
  const { tally } = await read(path);
  const names = [...tally.filesNotRead].map(([why, { names }]) => [why, names[0].split(', ')[1]]);
  expect(Object.fromEntries(names)).toEqual({
    'no table of the CDM; a part of condition_occurrence? Of a database no parts are read: make one view of all':
      'table main.condition_occurrence_2019',
    'no table of the CDM; meant for condition_occurrence?': 'table main.conditions',
    'no table of the CDM': 'table main.mine',
  });
});
