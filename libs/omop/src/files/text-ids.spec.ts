import { afterAll, expect, it } from 'vitest';
import { cdmFolders } from '../testing/folders.ts';

const { folder, read, remove } = cdmFolders();
afterAll(remove);

/** Persons of these ids, named by them, each with a condition in a visit of such an id. */
async function cdm(ids: string[], elsewhere = ids) {
  const rows = (line: (id: string, i: number) => string, of = ids) => of.map((id, i) => `${line(id, i)}\n`).join('');
  const { records, tally } = await read(
    await folder({
      'person.csv': `person_id,gender_concept_id,year_of_birth,person_source_value\n${rows((id, i) => `${id},8507,1970,p${i}`)}`,
      'visit_occurrence.csv': `visit_occurrence_id,person_id,visit_concept_id,visit_start_date\n${rows((id) => `${id},${id},9201,2010-01-01`)}`,
      'condition_occurrence.csv': `condition_occurrence_id,person_id,condition_start_date,condition_source_value,visit_occurrence_id\n${rows((id, i) => `${i},${id},2010-01-01,I10,${id}`, elsewhere)}`,
    }),
  );
  const read1 = records.filter(({ events }) => events.length === 1 && events[0].encounter === 0).map(({ id }) => id);
  return { persons: read1.sort(), tally };
}

it.each([
  ['underscores', ['1_1', '11']],
  ['floats among texts', ['1e2', '100', 'A1']],
  ['hexadecimal digits', ['0x1F', '31', '1F', '1234E05', '123400000', '0012ab34']],
  ['fractions', ['1.4', '1', '1.6', '2']],
  ['dashes and dots', ['12-34', '12-35', '1.2.840.1', '1.2.840.2', '2020-0001']],
  ['letters alone', ['ABCDE', 'ABCDF', 'Ü1', 'Ö1']],
  ['signs', ['#5', '5', 'a@b1', 'A 1', 'A1', 'a1']],
  ['UUIDs', ['12345678-1234-4234-8234-12345678e901', '12345678-1234-4234-8234-12345678e902']],
])('ids with %s stay apart, and join', async (_, ids) => {
  const { persons, tally } = await cdm(ids);
  expect(persons).toEqual(ids.map((__, i) => `p${i}`).sort());
  expect(tally.notes.get('person_id is text: hashed to 64 bits')).toBeGreaterThan(0);
  expect([...tally.notes.keys()].filter((reason) => reason.includes('is no'))).toEqual([]);
  expect(tally.unaccounted()).toEqual([]);
});

it('takes 1e3 for 1000 where all ids are numbers, in whatever table', async () => {
  const { persons, tally } = await cdm(['1000', '2000.0', '9007199254740993.0'], ['1e3', '2e+03', '9007199254740993']);
  expect(persons).toEqual(['p0', 'p1', 'p2']);
  expect([...tally.notes.keys()]).toEqual([]);
});

it('takes words for NULL, days and a header for no ids', async () => {
  const { persons, tally } = await cdm(['1', 'A2'], ['1', 'A2', 'NULL', '2020-01-01', 'person_id', '---']);
  expect(persons).toEqual(['p0', 'p1']);
  expect(tally.skipped.get('condition_occurrence')?.get('person unknown')).toBe(4);
});
