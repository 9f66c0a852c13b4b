import type { EventKind, PatientRecord, Tally } from '@ehrsynth/records';
import { CodeBook, type CodeEntry } from '../codes/code-book.ts';
import type { CodeReading } from '../codes/judged-code.ts';
import { type Database, openDatabase, quote } from '@ehrsynth/duckdb';
import { asReadingError, reading as readingFile } from '../errors.ts';
import { CODES_FILE } from '../standard.ts';
import { type DataFile, type Dataset, lookAtDataset } from './dataset.ts';
import { type FileRows, type Row, rowsOf } from './rows.ts';
import { findSubjects, type SubjectRow, subjectRows } from './subjects.ts';
import { type Reading, toRecord } from './to-record.ts';

export interface MedsReadOptions extends CodeReading {
  kinds: EventKind[];
  /** Called before each record, with its id and the split that metadata/subject_splits.parquet has its subject in. */
  onSubject?: (id: string, split: string | undefined) => void;
  /** Where what does not fit into memory is put; by default the system's folder for temporary files. */
  workFolder?: string;
  onProgress?: (patients: number) => void;
}

const NOT_IN_ORDER = 'subject whose rows are not in the order of time, put in order';

/**
 * The subjects of a MEDS 0.4 dataset as records, in the order of the data; one subject is in memory at a time. What breaks the
 * standard is counted with file and subject: a subject in several files or whose rows do not stand together is left out, a row without
 * a code too, rows out of order are put in order.
 * @throws NotMedsError, MissingMedsColumnError, MedsTypeError, BrokenMedsFileError; BadInputError where the tally stops at bad input
 */
export async function* readMeds(folder: string, options: MedsReadOptions, tally: Tally): AsyncGenerator<PatientRecord> {
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
      for await (const { id, rows } of runs(database, fileRows, file)) {
        if (faulty.has(id)) continue;
        const { value: subject } = await subjects.next();
        const where = `${file.name}, subject ${id}`;
        const recordId = rows.find(({ own }) => own?.source_id)?.own?.source_id ?? String(id);
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

/** Rows that stand together and are of one subject; those of nobody are passed over. */
async function* runs(
  database: Database,
  { sql, subjectsOf, toRow }: FileRows,
  { name }: DataFile,
): AsyncGenerator<{ id: bigint; rows: Row[] }> {
  let id: bigint | null = null;
  let rows: Row[] = [];
  try {
    for await (const columns of database.columns(sql)) {
      const subjects = subjectsOf(columns);
      for (let i = 0; i < subjects.length; i++) {
        if (subjects[i] !== id) {
          if (id !== null) yield { id, rows };
          [id, rows] = [subjects[i], []];
        }
        if (id !== null) rows.push(toRow(columns, i));
      }
    }
  } catch (error) {
    throw asReadingError(name, error);
  }
  if (id !== null) yield { id, rows };
}

function inOrder(rows: Row[], where: string, tally: Tally): Row[] {
  const timeOf = ({ minutes }: Row) => minutes ?? -Infinity;
  const isInOrder = rows.every((row, i) => i === 0 || timeOf(rows[i - 1]) <= timeOf(row));
  if (isInOrder) return rows;
  tally.repair({ reason: NOT_IN_ORDER, resourceType: 'data', where });
  return rows.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0));
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
