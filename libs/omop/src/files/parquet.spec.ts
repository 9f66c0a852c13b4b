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
