import { afterAll, expect, it } from 'vitest';
import { cdmFolders } from '../testing/folders.ts';

const { folder, read, remove } = cdmFolders();
afterAll(remove);

const PERSON = 'person_id,gender_concept_id,year_of_birth\n1,8507,1970\n';
const parquet = (id: number, code: string) => ({
  sql: `SELECT ${id} AS condition_occurrence_id, 1 AS person_id, DATE '2010-01-01' AS condition_start_date, '${code}' AS condition_source_value`,
});
const commit = (version: number) => `_delta_log/${String(version).padStart(20, '0')}.json`;
const log = (...actions: (object | string)[]) =>
  actions.map((action) => (typeof action === 'string' ? action : JSON.stringify(action))).join('\n');
const add = (path: string) => ({ add: { path } });
const mapped = (physicalName: string) => ({
  metaData: {
    schemaString: JSON.stringify({
      fields: [{ name: 'person_id', metadata: { 'delta.columnMapping.physicalName': physicalName } }],
    }),
  },
});
/** Three versions: I10, then E11.9 beside it, then J45.909 in place of I10. */
const WHOLE: Record<string, string | { sql: string }> = {
  'a.parquet': parquet(1, 'I10'),
  'b.parquet': parquet(2, 'E11.9'),
  'c c.parquet': parquet(3, 'J45.909'),
  [commit(0)]: log(mapped('person_id'), add('a.parquet')),
  [commit(1)]: log(add('b.parquet')),
  [commit(2)]: log({ remove: { path: 'a.parquet' } }, add('c%20c.parquet')),
};
const inTable = (files: typeof WHOLE, table = 'condition_occurrence') => ({
  'person.csv': PERSON,
  ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`${table}/${name}`, content])),
});
const without = (name: string) => Object.fromEntries(Object.entries(WHOLE).filter(([one]) => one !== name));

it('of a Delta table the files are read that hold its rows now', async () => {
  const { codes } = await read(await folder(inTable(WHOLE)));
  expect(codes).toEqual(['E11.9 2010-01-01', 'J45.909 2010-01-01']);
});

it.each<[string, typeof WHOLE, RegExp]>([
  ['a file that the log names', without('b.parquet'), /is missing[\s\S]*condition_occurrence.b\.parquet/],
  ['a commit', without(commit(1)), /lacks the commit 00000000000000000001\.json/],
  ['the first commit', without(commit(0)), /first commits are missing/],
  [
    'commits before a checkpoint',
    { ...WHOLE, '_delta_log/00000000000000000004.checkpoint.parquet': parquet(9, 'x') },
    /lacks the commit 00000000000000000003\.json/,
  ],
  [
    'the end of a line',
    { ...WHOLE, [commit(2)]: '\n{"add":{"pa' },
    /A line of the log[\s\S]*00000000000000000002\.json, line 2/,
  ],
  [
    'the place of a file, which is in a bucket',
    { ...WHOLE, [commit(3)]: log(add('s3://bucket/d.parquet')) },
    /is missing[\s\S]*bucket.d\.parquet/,
  ],
  ['the names of columns', { ...WHOLE, [commit(3)]: log(mapped('col-1')) }, /whose columns were renamed/],
])('a Delta table is refused that lacks %s', async (_, files, message) => {
  await expect(read(await folder(inTable(files)))).rejects.toThrow(message);
});

it.each<[string, typeof WHOLE]>([
  [
    'its log',
    {
      '.hoodie/hoodie.properties': '',
      'a.parquet': parquet(1, 'I10'),
      'year=2010/b.parquet': parquet(2, 'I10'),
    },
  ],
  ['the log of a partition', { '.hoodie_partition_metadata': '', 'a.parquet': parquet(1, 'I10') }],
  [
    'the names of its files',
    { '0b2c7e3a-5d1f-4c6b-9a8e-7f6d5c4b3a21-0_0-12-34_20210101120000123.parquet': parquet(1, 'I10') },
  ],
])('a Hudi table is refused by %s', async (_, files) => {
  await expect(read(await folder(inTable(files)))).rejects.toThrow(
    /A Hudi table cannot be read[\s\S]*condition_occurrence/,
  );
});

it('a table that is not read may be in any state', async () => {
  const note = inTable({ ...without(commit(1)), '.hoodie/hoodie.properties': '' }, 'note');
  const { records } = await read(await folder({ ...note, 'condition_occurrence.parquet': parquet(1, 'I10') }));
  expect(records[0].events).toHaveLength(1);
});
