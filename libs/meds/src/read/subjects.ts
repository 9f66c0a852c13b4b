import type { Tally } from '@ehrsynth/records';
import { type Database, quote } from '@ehrsynth/duckdb';
import { reading } from '../errors.ts';
import { SPLITS_FILE } from '../standard.ts';
import type { Dataset } from './dataset.ts';

/** A subject in the order of the data. */
export type SubjectRow = [file: number, id: bigint, rows: number, split: string | null];

/** What is wrong with a subject as a whole. */
const IN_TWO_FILES = 'subject whose rows are in several files';
const NOT_TOGETHER = 'subject whose rows do not stand together';
export const WITHOUT_SUBJECT = 'row without subject_id';
export const IN_SEVERAL_SPLITS = 'subject in several splits, in none of them';

/**
 * Makes the table `subjects` of where each subject's rows are. Subjects that break what the standard demands of the place of their rows
 * are faults, and so are rows without a subject; gives their ids, whose rows are not to be read.
 * @see MEDS 0.4, DataSchema: a subject is in one file, its rows together
 */
export async function findSubjects({ files, splits }: Dataset, database: Database, tally: Tally): Promise<Set<bigint>> {
  const each = files.map(
    ({ path }, i) =>
      `SELECT ${i} AS file, CAST(subject_id AS BIGINT) AS id, count(*) AS rows, min(file_row_number) AS first, max(file_row_number) AS last
      FROM read_parquet(${quote(path)}, file_row_number = true, hive_partitioning = false) GROUP BY subject_id`,
  );
  await database.run('CREATE TABLE subjects(file INTEGER, id BIGINT, rows BIGINT, first BIGINT, last BIGINT)');
  for (const [i, select] of each.entries())
    await reading(files[i].name, () => database.run(`INSERT INTO subjects ${select}`));
  const [{ rows }] = await database.all<{ rows: bigint | null }>('SELECT sum(rows)::BIGINT AS rows FROM subjects');
  tally.row('data', Number(rows ?? 0));
  await addSplits(splits, database, tally);
  return faultySubjects(files, database, tally);
}

/** The subjects whose rows can be read, as they follow one another, with their split. */
export function subjectRows(): string {
  return `SELECT file, id, CAST(rows AS DOUBLE), split FROM subjects LEFT JOIN splits USING (id)
    WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM faulty) ORDER BY file, first`;
}

async function addSplits(splits: string | undefined, database: Database, tally: Tally): Promise<void> {
  const select = splits
    ? `SELECT CAST(subject_id AS BIGINT) AS id, min(split) AS split, count(DISTINCT split) > 1 AS is_several
      FROM read_parquet(${quote(splits)}) WHERE subject_id IS NOT NULL GROUP BY ALL`
    : 'SELECT NULL::BIGINT AS id, NULL::VARCHAR AS split, false AS is_several WHERE false';
  await reading(SPLITS_FILE, () => database.run(`CREATE TABLE splits AS ${select}`));
  const several = await database.all<{ id: bigint }>('SELECT id FROM splits WHERE is_several ORDER BY id');
  for (const { id } of several)
    tally.repair({
      reason: IN_SEVERAL_SPLITS,
      resourceType: 'subject_splits',
      where: `subject ${id}`,
    });
  await database.run('UPDATE splits SET split = NULL WHERE is_several');
}

async function faultySubjects(files: Dataset['files'], database: Database, tally: Tally): Promise<Set<bigint>> {
  await database.run(`CREATE TABLE faulty AS
    SELECT id, count(*) AS files FROM subjects WHERE id IS NOT NULL
    GROUP BY id HAVING count(*) > 1 OR bool_or(last - first + 1 <> rows)`);
  const faulty = await database.all<{ id: bigint; files: bigint; file: number; rows: bigint }>(
    'SELECT f.id, f.files, s.file, s.rows FROM faulty f JOIN subjects s USING (id) ORDER BY s.file, s.first',
  );
  const nobodys = await database.all<{ file: number; rows: bigint }>(
    'SELECT file, rows FROM subjects WHERE id IS NULL ORDER BY file',
  );
  for (const { file, rows } of nobodys)
    tally.fault({ reason: WITHOUT_SUBJECT, resourceType: 'data', where: files[file].name }, Number(rows));
  const seen = new Set<bigint>();
  for (const { id, files: count, file, rows } of faulty) {
    const isFirst = !seen.has(id);
    seen.add(id);
    const reason = Number(count) > 1 ? IN_TWO_FILES : NOT_TOGETHER;
    tally.fault({ reason, resourceType: 'data', where: `${files[file].name}, subject ${id}` }, Number(rows));
    if (isFirst) tally.skip('person', reason);
  }
  return seen;
}
