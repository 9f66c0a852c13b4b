import { truncateSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { cdmFolders } from '../testing/folders.ts';
import { DatabaseFileError } from './database-error.ts';

const { duckdb, folder, read, remove } = cdmFolders();
afterAll(remove);

const CDM = [
  'CREATE TABLE person AS SELECT 1 AS person_id, 8507 AS gender_concept_id, 1970 AS year_of_birth',
  "CREATE TABLE condition_occurrence AS SELECT 1 AS person_id, DATE '2010-01-01' AS condition_start_date, 'I10' AS condition_source_value",
];

it.each<[string, (path: string) => void, RegExp]>([
  ['nobody to its end', (path) => truncateSync(path, 5000), /damaged or incomplete[\s\S]*Copy it again/],
  ['nobody at all', (path) => truncateSync(path, 0), /A file of 0 bytes/],
  ['a packer', (path) => writeFileSync(path, 'PK\x03\x04zip'), /A zip archive[\s\S]*Unpack it/],
])('a file written by %s is refused with advice of its own', async (_, change, message) => {
  const path = await duckdb(...CDM);
  change(path);
  const error = await read(path).catch((reason: Error) => reason);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).not.toMatch(/as CSV with a header/);
});

it.each([
  [
    'IO Error: Trying to read a database file with version number 69, but we can only read versions between 64 and 68.',
    /written by a newer DuckDB \(storage version 69; up to 68[\s\S]*STORAGE_VERSION 'v1\.0\.0'/,
  ],
  [
    'IO Error: Trying to read a database file with version number 39, but we can only read versions between 64 and 68.\nMore',
    /written by an old DuckDB \(storage version 39/,
  ],
  [
    'IO Error: Could not set lock on file "x.duckdb": Conflicting lock is held in python (PID 1)',
    /in use by another process[\s\S]*Close the program/,
  ],
  ['IO Error: Failure while replaying WAL file "x.wal"', /CHECKPOINT/],
  ['IO Error: something else', /cannot be opened: IO Error: something else[\s\S]*EXPORT DATABASE/],
])('where DuckDB says %s', (said, message) => {
  expect(new DatabaseFileError('x.duckdb', new Error(said)).message).toMatch(message);
});

it('names a broken view, and says where it is to be corrected', async () => {
  const path = await duckdb(
    ...CDM,
    'CREATE TABLE z (a INT)',
    'CREATE VIEW measurement AS SELECT a FROM z',
    'DROP TABLE z',
  );
  await expect(read(path)).rejects.toThrow(
    /Table measurement cannot be read[\s\S]*main\.measurement[\s\S]*Correct or drop it/,
  );
});

it('says of broken Parquet nothing of CSV', async () => {
  const [person] = CDM.map((sql) => ({ sql: sql.replace(/^.* AS SELECT/, 'SELECT') }));
  const path = await folder({ 'person.parquet': person, 'death.parquet': 'PAR1' });
  const error = await read(path).catch((reason: Error) => reason);
  expect((error as Error).message).toMatch(/death[\s\S]*incomplete or not Parquet/);
});
