import { afterAll, expect, it } from 'vitest';
import { openDatabase } from '@ehrsynth/duckdb';
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
  ['1.5', 'integer', null],
  ['1_1', 'integer', null],
  ['0x1F', 'integer', null],
  ['1e3', 'integer', '1000'],
  ['9007199254740993.0', 'integer', '9007199254740993'],
  ['9.007199254740994e15', 'integer', null],
  ['1_000', 'numeric', null],
  [' 1.5 ', 'numeric', '1.5'],
  [' 2020-01-31 ', 'date', '2020-01-31'],
  ['2020/1/31 10:00', 'date', '2020-01-31'],
  ['2020-01-31Z', 'date', '2020-01-31'],
  ['20200131.0', 'date', '2020-01-31'],
  ['20200131 10:00:00', 'date', '2020-01-31'],
  ['2020131', 'date', null],
  ['2020-01-311', 'date', null],
  ['0000-01-31', 'date', null],
  ['31/01/2020', 'date', null],
  ['19800131', 'datetime', '1980-01-31 00:00:00'],
  ['2020-01-31T23:00:00-05:00', 'datetime', '2020-01-31 23:00:00'],
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
  ['person_id', null],
  ['---', null],
])('the id %s is %s', async (text, wanted) => {
  expect(await value(text, 'person_id', 'integer')).toBe(wanted);
});

it('hashes no id of a concept, and none where a check asks for what is there', async () => {
  expect(await value('a1', 'condition_concept_id', 'integer')).toBe(null);
  expect(await value('a1', 'visit_occurrence_id', 'integer', castStrictly)).toBe(null);
  expect(await value('a1', 'visit_occurrence_id', 'integer')).toBe(await value('a1', 'person_id', 'integer'));
  expect(await value('18446744073709551615', 'person_id', 'integer')).not.toBe(null);
});

it.each([
  ['1_1', '11'],
  ['1e2', '100'],
  ['0x1F', '31'],
  ['1.4', '1'],
  ['1.6', '2'],
  ['1234E05', '123400000'],
  ['100.1', '100.2'],
  ['a1', 'A1'],
  ['12-34', '12-35'],
  ['1.2.840.1', '1.2.840.2'],
  ['ABCDE', 'ABCDF'],
  ['#5', '5'],
  ['a@b1', 'b1'],
  ['A 1', 'A1'],
  ['Ü1', 'Ö1'],
  ['2020-0001', '2020-0002'],
  ['12345678-1234-4234-8234-12345678e901', '12345678-1234-4234-8234-12345678e902'],
  ['1234e056', '1234e057'],
])('the ids %s and %s are two', async (one, other) => {
  const [a, b] = [await value(one, 'person_id', 'integer'), await value(other, 'person_id', 'integer')];
  expect([a, b]).not.toContain(null);
  expect(a).not.toBe(b);
});

it('reads 1e3 as 1000 among ids that are numbers', async () => {
  const asNumber: typeof cast = (column, type) => cast(column, type, true);
  expect(await value('1e3', 'person_id', 'integer', asNumber)).toBe('1000');
  expect(await value('1e3', 'person_id', 'integer')).not.toBe('1000');
});
