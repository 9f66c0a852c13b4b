import type { PatientRecord, Tally } from '@ehrsynth/records';
import { CodeBook, type CodeEntry } from '../codes/code-book.ts';
import { type Database, openDatabase, quote } from '@ehrsynth/duckdb';
import { isSpark } from '@ehrsynth/spark';
import { reading as readingFile } from '../errors.ts';
import { readMedsOnSpark } from '../spark/read-spark.ts';
import { CODES_FILE } from '../standard.ts';
import { type Dataset, lookAtDataset } from './dataset.ts';
import type { MedsReadOptions } from './options.ts';
import { rowsOf } from './rows.ts';
import { idOf, inOrder, runs } from './runs.ts';
import { findSubjects, type SubjectRow, subjectRows } from './subjects.ts';
import { type Reading, toRecord } from './to-record.ts';

/**
 * The subjects of a MEDS 0.4 dataset as records, in the order of the data (of tables on Spark: of their ids); one subject is in memory at a time. What breaks the
 * standard is counted with file and subject: a subject in several files or whose rows do not stand together is left out, a row without
 * a code too, rows out of order are put in order.
 * @param folder of the dataset, or a sc:// URL
 * @throws NotMedsError, MissingMedsColumnError, MedsTypeError, BrokenMedsFileError; BadInputError where the tally stops at bad input
 */
export async function* readMeds(folder: string, options: MedsReadOptions, tally: Tally): AsyncGenerator<PatientRecord> {
  if (isSpark(folder)) return yield* readMedsOnSpark(folder, options, tally);
  const database = await openDatabase(':memory:', { ordered: true, workFolder: options.workFolder });
  try {
    const dataset = await lookAtDataset(folder, database, tally);
    const faulty = await findSubjects(dataset, database, tally);
    const entries = await readingFile(CODES_FILE, () => codeEntries(dataset, database));
    const book = new CodeBook(entries, options);
    const subjects = database.stream<SubjectRow>(subjectRows());
    let patients = 0;
    for (const file of dataset.files) {
      const fileRows = rowsOf(file, dataset.isOwn);
      const { hasVisits } = fileRows;
      const reading: Reading = { book, kinds: new Set(options.kinds), tally, hasVisits };
      for await (const { id, rows } of runs(database.columns(fileRows.sql), fileRows, file.name)) {
        if (faulty.has(id)) continue;
        const { value: subject } = await subjects.next();
        const where = `${file.name}, subject ${id}`;
        const recordId = idOf(id, rows);
        options.onSubject?.(recordId, (subject as SubjectRow)[3] ?? undefined);
        yield toRecord(recordId, inOrder(rows, where, tally), where, reading);
        patients++;
        options.onProgress?.(patients);
      }
    }
  } finally {
    await database.close();
  }
}

async function codeEntries({ codes }: Dataset, database: Database): Promise<Map<string, CodeEntry>> {
  const entries = new Map<string, CodeEntry>();
  if (!codes) return entries;
  const described = await database.all<{ column_name: string; column_type: string }>(
    `DESCRIBE SELECT * FROM read_parquet(${quote(codes)})`,
  );
  const types = new Map(described.map(({ column_name, column_type }) => [column_name, column_type]));
  const parents = types.get('parent_codes');
  const sql = `SELECT CAST(code AS VARCHAR), ${types.has('description') ? 'CAST(description AS VARCHAR)' : 'NULL'},
    ${parents === 'VARCHAR[]' ? 'parent_codes' : parents === 'VARCHAR' ? '[parent_codes]' : 'NULL'} FROM read_parquet(${quote(codes)}) WHERE code IS NOT NULL`;
  for await (const [code, description, parentCodes] of database.stream<
    [string, string | null, (string | null)[] | null]
  >(sql)) {
    const known = parentCodes?.filter((parent) => parent !== null) ?? [];
    entries.set(code, { ...(description && { description }), parents: known });
  }
  return entries;
}
