import { afterAll, expect, it } from 'vitest';
import { cdmFolders } from '../testing/folders.ts';

const { folder, read, remove } = cdmFolders();
afterAll(remove);

it.each<[what: string, id: string, day: string, codes: string[], notes: Record<string, number>]>([
  ['DATE', '1::INTEGER', "DATE '2010-01-01'", ['I10 2010-01-01'], {}],
  ['TIMESTAMP', '1::BIGINT', "TIMESTAMP '2010-01-01 23:59:59'", ['I10 2010-01-01'], {}],
  ['whole numbers of YYYYMMDD', '1::SMALLINT', '20100101', ['I10 2010-01-01'], {}],
  ['floating ids', '1.0::DOUBLE', "DATE '2010-01-01'", ['I10 2010-01-01'], {}],
  ['texts', "'1'", "'2010-01-01'", ['I10 2010-01-01'], {}],
  ['days since 1970', '1::INTEGER', '14610', [], { 'condition_start_date is no date': 1 }],
  ['milliseconds since 1970', '1::INTEGER', '1262304000000', [], { 'condition_start_date is no date': 1 }],
  ['an infinite day', '1::INTEGER', "DATE 'infinity'", [], { 'condition_start_date is no date': 1 }],
])('Parquet with %s', async (_, id, day, wanted, notes) => {
  const path = await folder({
    'person.parquet': {
      sql: `SELECT ${id} AS person_id, 8507 AS gender_concept_id, 1970.0::DOUBLE AS year_of_birth`,
    },
    'condition_occurrence.parquet': {
      sql: `SELECT 1 AS condition_occurrence_id, ${id} AS person_id, ${day} AS condition_start_date, 'I10' AS condition_source_value`,
    },
  });
  const { codes, tally, records } = await read(path);
  expect(records).toHaveLength(1);
  expect(codes).toEqual(wanted);
  expect(Object.fromEntries(tally.notes)).toEqual(notes);
});

const CONDITION = (id: string, person: string, day: string, code = "'I10'") => ({
  sql: `SELECT ${id} AS condition_occurrence_id, ${person} AS person_id, ${day} AS condition_start_date, ${code} AS condition_source_value`,
});
const PERSON = (id: string) => ({
  sql: `SELECT ${id} AS person_id, 8507 AS gender_concept_id, 1970 AS year_of_birth`,
});

it.each<[what: string, person: string, parts: [id: string, day: string][]]>([
  [
    'ids as BIGINT and DOUBLE',
    '9007199254740993',
    [
      ['9007199254740993', "DATE '2010-01-01'"],
      ['9007199254740993::DECIMAL(18, 1)', "DATE '2010-01-02'"],
    ],
  ],
  [
    'large ids as DOUBLE and text',
    '1e16::DOUBLE',
    [
      ['1e16::DOUBLE', "DATE '2010-01-01'"],
      ["'10000000000000000'", "DATE '2010-01-02'"],
    ],
  ],
  [
    'days as DATE and whole numbers',
    '1',
    [
      ['1', "DATE '2010-01-01'"],
      ['1::DOUBLE', '20100102'],
      ['1', '20100103.0::DOUBLE'],
      ['1', "'2010-01-04'"],
    ],
  ],
])('Parquet in parts with %s', async (_, person, parts) => {
  const files = parts.map(([id, day], i) => [`condition_occurrence_${i + 1}.parquet`, CONDITION(`${i}`, id, day)]);
  const { codes, tally, records } = await read(
    await folder({ 'person.parquet': PERSON(person), ...Object.fromEntries(files) }),
  );
  expect(records).toHaveLength(1);
  expect(codes).toEqual(parts.map((__, i) => `I10 2010-01-0${i + 1}`));
  expect([...tally.notes.keys()]).toEqual([]);
});

it('keeps ids apart that a DOUBLE for both would make one', async () => {
  const { records } = await read(
    await folder({
      'person_1.parquet': PERSON('9007199254740993'),
      'person_2.parquet': PERSON('9007199254740992::DOUBLE'),
    }),
  );
  expect(records.map(({ id }) => id).sort()).toEqual(['9007199254740992', '9007199254740993']);
});

it('reads a part that lacks a column of the others', async () => {
  const lacking = CONDITION('2', '1', "DATE '2010-01-02'").sql.replace(/, 'I10' AS.*/, '');
  const { codes, tally } = await read(
    await folder({
      'person.parquet': PERSON('1'),
      'condition_occurrence_1.parquet': { sql: lacking },
      'condition_occurrence_2.parquet': CONDITION('1', '1', "DATE '2010-01-01'"),
    }),
  );
  expect(codes).toEqual(['I10 2010-01-01']);
  expect(tally.rows.get('condition_occurrence')).toBe(2);
});

it('reads bytes as the text that they are, or as an id', async () => {
  const { codes, records } = await read(
    await folder({
      'person.parquet': PERSON("'\\xFF\\x00\\x01\\x02'::BLOB"),
      'condition_occurrence.parquet': CONDITION(
        '1',
        "'\\xFF\\x00\\x01\\x02'::BLOB",
        "encode('2010-01-01')",
        "encode('Grippe ü')",
      ),
    }),
  );
  expect(records).toHaveLength(1);
  expect(codes).toEqual(['Grippe ü 2010-01-01']);
});
