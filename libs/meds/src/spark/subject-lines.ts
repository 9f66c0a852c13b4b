import type { PatientRecord, Tally } from '@ehrsynth/records';
import { inSpark, type SparkSession } from '@ehrsynth/spark';
import { CodeBook, type CodeEntry } from '../codes/code-book.ts';
import { checkTypes } from '../read/dataset.ts';
import type { MedsReadOptions } from '../read/options.ts';
import { type FileRows, type Kind, rowsFrom } from '../read/rows.ts';
import { idOf, inOrder, runs } from '../read/runs.ts';
import { IN_SEVERAL_SPLITS } from '../read/subjects.ts';
import { type Reading, toRecord } from '../read/to-record.ts';
import { codeEntries } from './code-entries.ts';
import { counted, factsOf, orderOf, quoted } from './data-rows.ts';
import { type MedsTable, medsTables } from './tables.ts';

/** What `recordsOfSubjects` needs beside the lines: plain JSON. */
export interface SubjectReading {
  types: [column: string, type: string][];
  codes: [code: string, entry: CodeEntry][];
  /** For messages. */
  where: string;
}

/** A subject's record, with the number that its rows have, and the split that it is in. */
export interface SubjectRecord {
  subject: bigint;
  split: string | undefined;
  record: PatientRecord;
}

/** Lines of a block, whose rows are read at once. */
const BLOCK = 256;

/**
 * The rows of a MEDS dataset on Spark as lines for programs in its executors: those of a subject are in one partition, one after another,
 * in the order in which `readMeds` reads them.
 * @returns Spark's SQL of one column `line`
 * @throws NoMedsTablesError, MissingMedsColumnError, MedsTypeError, SparkError; BadInputError where the tally stops at bad input
 */
export async function subjectLines(
  session: SparkSession,
  place: { catalog?: string; schema?: string },
  tally: Tally,
): Promise<{ lines: string; reading: SubjectReading }> {
  const { data, codes, subject_splits: splits } = await medsTables(session, place);
  checkTypes(data.types, data.where, tally);
  const entries = await codeEntries(session, codes, tally);
  if (splits) await noteSeveralSplits(session, splits, tally);
  const { columns } = rowsFrom('', factsOf(data.types));
  const texts = columns.map(
    ({ sql, kind }) => `CAST(${kind === 'number' ? `CAST(${sql} AS DOUBLE)` : sql} AS VARCHAR)`,
  );
  const order = await orderOf(session, data);
  const places = order.map((column, i) => `${column} AS ehrsynth_o${i}`);
  const ofSplits = splits
    ? `SELECT CAST(subject_id AS BIGINT) AS ehrsynth_id, CASE WHEN count(DISTINCT split) = 1 THEN CAST(min(split) AS VARCHAR) END AS ehrsynth_split
      FROM ${splits.from} WHERE subject_id IS NOT NULL GROUP BY subject_id`
    : 'SELECT CAST(NULL AS BIGINT) AS ehrsynth_id, CAST(NULL AS VARCHAR) AS ehrsynth_split';
  const rows = `SELECT ${order.map((_, i) => `ehrsynth_o${i} AS o${i}`).join(', ')}, to_json(array(ehrsynth_split, ${texts.join(', ')})) AS line
    FROM (SELECT *, ${places.join(', ')} FROM ${data.from}) d LEFT JOIN (${ofSplits}) s ON s.ehrsynth_id = d.ehrsynth_o0`;
  const sorted = order.map((_, i) => `o${i} NULLS FIRST`).join(', ');
  const lines = inSpark(quoted(`SELECT line FROM (${rows}) r DISTRIBUTE BY o0 SORT BY ${sorted}`));
  return { lines, reading: { types: [...data.types], codes: [...entries], where: data.where } };
}

/** The records of such lines: the same that `readMeds` makes of the dataset. */
export async function* recordsOfSubjects(
  lines: AsyncIterable<string>,
  { types, codes, where }: SubjectReading,
  options: Pick<MedsReadOptions, 'vocabulary' | 'kinds' | 'keepUnknownCodes' | 'formerCodes'>,
  tally: Tally,
): AsyncGenerator<SubjectRecord> {
  const fileRows = rowsFrom('', factsOf(new Map(types)));
  const book = new CodeBook(new Map(codes), options);
  const reading: Reading = { book, kinds: new Set(options.kinds), tally, hasVisits: fileRows.hasVisits };
  const splits = new Map<string, string>();
  for await (const { id, rows } of runs(counted(blocksOf(lines, fileRows, splits), where, tally), fileRows, where)) {
    const of = `${where}, subject ${id}`;
    const record = toRecord(idOf(id, rows), inOrder(rows, of, tally), of, reading);
    yield { subject: id, split: splits.get(String(id)), record };
    splits.delete(String(id));
  }
}

async function noteSeveralSplits(session: SparkSession, { from }: MedsTable, tally: Tally): Promise<void> {
  const several = session.stream<[bigint]>(
    `SELECT CAST(subject_id AS BIGINT) AS id FROM ${from} WHERE subject_id IS NOT NULL
    GROUP BY subject_id HAVING count(DISTINCT split) > 1 ORDER BY id`,
  );
  for await (const [id] of several)
    tally.repair({ reason: IN_SEVERAL_SPLITS, resourceType: 'subject_splits', where: `subject ${id}` });
}

/** Values of some lines at a time, column by column. @param splits gets the split of each subject that has one */
async function* blocksOf(
  lines: AsyncIterable<string>,
  { columns }: FileRows,
  splits: Map<string, string>,
): AsyncGenerator<unknown[][]> {
  let block: unknown[][] = columns.map(() => []);
  for await (const line of lines) {
    const [split, ...texts] = JSON.parse(line) as (string | null)[];
    if (split !== null && texts[0] !== null) splits.set(texts[0], split);
    for (const [i, text] of texts.entries()) block[i].push(valueOf(text, columns[i].kind));
    if (block[0].length < BLOCK) continue;
    yield block;
    block = columns.map(() => []);
  }
  if (block[0].length > 0) yield block;
}

function valueOf(text: string | null, kind: Kind): unknown {
  if (text === null || kind === 'text') return text;
  if (kind === 'boolean') return text === 'true';
  return kind === 'id' ? BigInt(text) : Number(text);
}
