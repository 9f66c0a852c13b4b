import { afterAll, expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { cast, castStrictly } from './cast.ts';

const database = await openDatabase();
afterAll(() => database.close());

async function value(text: string, column: string, type: Parameters<typeof cast>[1], how = cast) {
  const [{ found }] = await database.all<{ found: string | null }>(
    `SELECT CAST(${how(column, type)} AS VARCHAR) AS found FROM (SELECT '${text}' AS ${column})`,
  );
  return found;
}

it.each<[text: string, type: Parameters<typeof cast>[1], value: string | null]>([
  ['1.5', 'numeric', '1.5'],
  ['-1e3', 'numeric', '-1000.0'],
  ['NaN', 'numeric', null],
  ['nan', 'numeric', null],
  ['Infinity', 'numeric', null],
  ['-inf', 'numeric', null],
  ['1e999', 'numeric', null],
  ['1,5', 'numeric', null],
  ['2020-01-31', 'date', '2020-01-31'],
  ['2020-01-31 23:59:59', 'date', '2020-01-31'],
  ['2020-01-31T23:59:59.000Z', 'date', '2020-01-31'],
  ['20200131', 'date', '2020-01-31'],
  ['2020-02-30', 'date', null],
  ['infinity', 'date', null],
  ['-infinity', 'date', null],
  ['epoch', 'date', null],
  ['infinity', 'datetime', null],
  ['-infinity', 'datetime', null],
  ['epoch', 'datetime', null],
  ['2020-01-31 10:00:00', 'datetime', '2020-01-31 10:00:00'],
  ['12', 'integer', '12'],
  ['12.0', 'integer', '12'],
  ['x', 'integer', null],
])('%s as %s: %s', async (text, type, wanted) => {
  expect(await value(text, 'some_value', type)).toBe(wanted);
});

// The first 16 digits of `printf '%s' TEXT | md5sum`, as a signed integer of 64 bits.
it.each<[text: string, id: string | null]>([
  ['42', '42'],
  ['-42', '-42'],
  ['9223372036854775807', '9223372036854775807'],
  ['0f8fad5b-d9cb-469f-a165-70867728950e', '6275458511906178983'],
  ['0F8FAD5B-D9CB-469F-A165-70867728950E', '6275458511906178983'],
  ['{0f8fad5b-d9cb-469f-a165-70867728950e}', '6275458511906178983'],
  ['NULL', null],
  ['(3 rows affected)', null],
  ['2020-01-31T10:00:00Z', null],
  ['2020-01-31', null],
])('the id %s is %s', async (text, wanted) => {
  expect(await value(text, 'person_id', 'integer')).toBe(wanted);
});

it('hashes no id of a concept, and none where a check asks for what is there', async () => {
  expect(await value('a1', 'condition_concept_id', 'integer')).toBe(null);
  expect(await value('a1', 'visit_occurrence_id', 'integer', castStrictly)).toBe(null);
  expect(await value('a1', 'visit_occurrence_id', 'integer')).toBe(await value('A1', 'person_id', 'integer'));
  expect(await value('18446744073709551615', 'person_id', 'integer')).not.toBe(null);
});
