import { describe, expect, it } from 'vitest';
import { isSidecar, tableLike, tableOf } from './table-names.ts';

describe('the table that a file belongs to', () => {
  it.each([
    ['person.csv', 'person'],
    ['PERSON.CSV.GZ', 'person'],
    ['cdm.person.csv', 'person'],
    ['omop.dbo.condition_occurrence_0.csv', 'condition_occurrence'],
    ['[dbo].[person].csv', 'person'],
    ['condition_occurrence_17.csv', 'condition_occurrence'],
    ['condition_occurrence000000000012.csv', 'condition_occurrence'],
    ['condition_occurrence-00001-of-00003.parquet', 'condition_occurrence'],
    ['condition_occurrence_part_3.tsv', 'condition_occurrence'],
    ['drug_exposure_0_2_1.csv.gz', 'drug_exposure'],
    ['measurement0000_part_00.gz', 'measurement'],
    ['measurement_0000_part_00', 'measurement'],
    ['measurement-0f8fad5b-d9cb-469f-a165-70867728950e.parquet', 'measurement'],
    ['note_nlp_1.csv', 'note_nlp'],
    ['note_1.csv', 'note'],
    ['more/condition_occurrence.csv', 'condition_occurrence'],
    ['condition_occurrence/part-00000-tid-1-c000.snappy.parquet', 'condition_occurrence'],
    ['condition_occurrence/part-00000-1.c000.csv.gz', 'condition_occurrence'],
    ['condition_occurrence.parquet/part-0.parquet', 'condition_occurrence'],
    ['condition_occurrence.csv/part-00000', 'condition_occurrence'],
    ['cdm.measurement/000000_0', 'measurement'],
    ['measurement/year=2019/month=1/data_0.parquet', 'measurement'],
    ['data/Measurement/0a1b.parquet', 'measurement'],
    ['person (1).csv', 'person'],
  ])('%s: %s', (path, table) => expect(tableOf(path)?.table).toBe(table));

  it.each([
    'conditions.csv',
    'person_old.csv',
    'persons.csv',
    'README.md',
    'person.json',
    'condition_occurrence/notes.docx',
    'ddl/load.sql',
    'my_person_table.csv',
  ])('%s: none', (path) => expect(tableOf(path)).toBeUndefined());

  it.each([
    ['a_0.csv', 'a_1.csv', true],
    ['a.csv', 'a_1.csv', false],
    ['a.csv', 'more/a.csv', false],
    ['a/part-0.csv', 'a/part-1.csv', true],
    ['a/b=1/part-0.csv', 'a/b=2/part-0.csv', true],
    ['a/a_1.csv', 'a/part-1.csv', true],
    ['a.csv', 'a (1).csv', false],
    ['a.csv', 'a.csv.gz', false],
    ['a_0.csv', 'a_0.csv.gz', false],
    ['a.csv', 'cdm.a.csv', false],
  ])('%s and %s were written together: %s', (one, other, together) => {
    const place = (path: string) => tableOf(path.replaceAll(/a(?=[./_ ])/g, 'person'))!.place;
    expect(place(one) === place(other)).toBe(together);
  });

  it('reads what the folders of partitions say', () => {
    const path = 'measurement/Measurement_Date=2019-01-02/unit=a%2Fb/site=__HIVE_DEFAULT_PARTITION__/0.parquet';
    expect(tableOf(path)!.partition).toEqual({ measurement_date: '2019-01-02', unit: 'a/b', site: null });
  });
});

it.each([
  ['conditions.csv', 'condition_occurrence'],
  ['person_old.csv', 'person'],
  ['persons.csv', 'person'],
  ['ConditionOccurrence.csv', 'condition_occurrence'],
  ['drugs.csv', 'drug_exposure'],
  ['omop_person.csv', 'person'],
  ['readings.csv', undefined],
])('%s may be meant for %s', (path, table) => expect(tableLike(path)).toBe(table));

it.each(['person/_SUCCESS', 'person/_temporary/0/part-0.parquet', 'person/.part-0.crc', 'person/_delta_log/0.json'])(
  '%s stands beside the data',
  (path) => expect(isSidecar(path)).toBe(true),
);
