import { afterAll, expect, it } from 'vitest';
import { cdmFolders } from '../testing/folders.ts';
import { noteUnknownColumns } from './unknown-columns.ts';
import type { Source } from './source.ts';

const { folder, read, remove } = cdmFolders();
afterAll(remove);

const NEEDED = ['condition_occurrence_id', 'person_id', 'condition_start_date'];

function noted(table: string, ...names: string[]): string[] {
  const source = {
    columns: new Map([[table, new Set(names)]]),
    where: new Map(),
    notes: [],
  } as unknown as Source;
  noteUnknownColumns(source);
  return source.notes.map(({ reason }) => reason.replace(/^.*?: /, ''));
}

it.each([
  ['visit_id', 'visit_id (meant for visit_occurrence_id?)'],
  ['condition_source_val', 'condition_source_val (meant for condition_source_value?)'],
  ['conditionsourcevalue', 'conditionsourcevalue (meant for condition_source_value?)'],
  ['condition_sorce_value', 'condition_sorce_value (meant for condition_source_value?)'],
  ['provider id', 'provider id (meant for provider_id?)'],
  ['icd10', 'icd10'],
  ['load_date', 'load_date'],
  ['trace_id', 'trace_id'],
])('a column %s is noted', (name, words) => {
  expect(noted('condition_occurrence', ...NEEDED, name)).toEqual([words]);
});

it.each([
  ['columns of 5.4', 'condition_occurrence', ['condition_status_concept_id', 'stop_reason']],
  ['columns of 5.3', 'visit_occurrence', ['admitting_source_concept_id', 'discharge_to_concept_id']],
  ['columns without a name', 'person', ['', 'column07', 'unnamed: 0']],
])('but not %s', (_, table, names) => {
  expect(noted(table, ...NEEDED, ...names).filter((words) => !/condition/.test(words))).toEqual([]);
});

it('a name that the table has already is not suggested again', () => {
  const [words] = noted('condition_occurrence', ...NEEDED, 'condition_source_value', 'condition_source_val');
  expect(words).toBe('condition_source_val');
});

it('names all of a table at once, the first of many in words', async () => {
  const more = Array.from({ length: 10 }, (_, i) => `own_${i}_x`);
  const path = await folder({
    'person.csv': 'person_id,gender_concept_id,year_of_birth\n1,8507,1970\n',
    'condition_occurrence.csv': `${NEEDED.join(',')},condition_source_value,person_id,${more.join(',')}\n1,1,2010-01-01,I10,7${',x'.repeat(10)}\n`,
  });
  const { tally, codes } = await read(path);
  expect(codes).toEqual(['I10 2010-01-01']);
  expect([...tally.notes.keys()]).toEqual([
    'columns of condition_occurrence that stand twice in the header, the second not read: person_id',
    'columns of condition_occurrence that are none of the CDM, not read: own_0_x, own_1_x, own_2_x, own_3_x, own_4_x, own_5_x, own_6_x, own_7_x and 2 more',
  ]);
  expect(tally.problems.at(-1)?.detail).toBe(more.join(', '));
});
