import type { PatientRecord, Tally } from '@ehrsynth/records';
import { inSpark, SparkError, sparkName, SparkSession } from '@ehrsynth/spark';
import { CodeBook, type CodeEntry } from '../codes/code-book.ts';
import { EXTRA_COLUMNS } from '../standard.ts';
import { checkTypes } from '../read/dataset.ts';
import type { MedsReadOptions } from '../read/options.ts';
import { rowsFrom } from '../read/rows.ts';
import { idOf, inOrder, runs } from '../read/runs.ts';
import { IN_SEVERAL_SPLITS, WITHOUT_SUBJECT } from '../read/subjects.ts';
import { type Reading, toRecord } from '../read/to-record.ts';
import { type MedsTable, medsTables } from './tables.ts';

/**
 * The subjects of a MEDS dataset that is tables of a schema on Spark, in the order of their ids; one subject is in memory at a time. The
 * cluster puts the rows in order: by subject, by time, and at one time as the files of the table have them, where Spark says where a row is.
 * @param url sc://host:port/;…
 * @throws NoMedsTablesError, MissingMedsColumnError, MedsTypeError, SparkError; BadInputError where the tally stops at bad input
 */
export async function* readMedsOnSpark(
  url: string,
  options: MedsReadOptions,
  tally: Tally,
): AsyncGenerator<PatientRecord> {
  let patients = 0;
  const session = await SparkSession.open(url, {
    signal: options.signal,
    settings: { 'spark.sql.session.timeZone': 'UTC', 'spark.sql.ansi.enabled': 'true' },
    onProgress: ({ tasks, doneTasks }) => options.onProgress?.(patients, `Spark: ${doneTasks} of ${tasks} tasks`),
  });
  try {
    const { data, codes, subject_splits: splits } = await medsTables(session, options);
    checkTypes(data.types, data.where, tally);
    const book = new CodeBook(await codeEntries(session, codes, tally), options);
    const splitOf = new Splits(session, splits, tally);
    const isOwn = EXTRA_COLUMNS.every(([name]) => data.types.has(name));
    const facts = { types: data.types, empty: new Set<string>(), isOwn, minutesOf };
    const fileRows = rowsFrom(await inOrderOf(session, data), facts);
    const reading: Reading = { book, kinds: new Set(options.kinds), tally, hasVisits: fileRows.hasVisits };
    const blocks = counted(session.blocks(inSpark(fileRows.sql)), data.where, tally);
    for await (const { id, rows } of runs(blocks, fileRows, data.where)) {
      const where = `${data.where}, subject ${id}`;
      const recordId = idOf(id, rows);
      options.onSubject?.(recordId, await splitOf.subject(id));
      yield toRecord(recordId, inOrder(rows, where, tally), where, reading);
      options.onProgress?.(++patients);
    }
  } finally {
    options.onTraffic?.({ ...session.traffic });
    await session.close();
  }
}

/** SQL of the rows of a table in order: where a table is of files, each row has its place in one. */
async function inOrderOf(session: SparkSession, { from, types }: MedsTable): Promise<string> {
  const order = 'subject_id NULLS FIRST, time NULLS FIRST';
  const places = '_metadata.file_path, _metadata.row_index';
  try {
    await session.columns(`SELECT ${places} FROM ${from}`);
    return quoted(`${from} ORDER BY ${order}, ${places}`);
  } catch (error) {
    if (!(error instanceof SparkError)) throw error;
  }
  const others = [...types]
    .filter(([, type]) => type !== 'VARCHAR[]')
    .map(([name]) => `${sparkName(name)} NULLS FIRST`);
  return quoted(`${from} ORDER BY ${[order, ...others].join(', ')}`);
}

/** Names as DuckDB quotes them: what is translated as a whole has one way. */
function quoted(sql: string): string {
  return sql.replaceAll('`', '"');
}

/** Of times without a zone, and of those with one in UTC. Spark has no infinite ones. */
function minutesOf(column: string): string {
  return `CAST(unix_micros(CAST("${column}" AS TIMESTAMP_LTZ)) AS DOUBLE) / 6E7`;
}

/** Counts the rows as they come, and those of nobody. */
async function* counted(blocks: AsyncIterable<unknown[][]>, where: string, tally: Tally): AsyncGenerator<unknown[][]> {
  let nobodys = 0;
  for await (const block of blocks) {
    tally.row('data', block[0].length);
    nobodys += block[0].filter((subject) => subject === null).length;
    yield block;
  }
  if (nobodys > 0) tally.fault({ reason: WITHOUT_SUBJECT, resourceType: 'data', where }, nobodys);
}

async function codeEntries(
  session: SparkSession,
  codes: MedsTable | undefined,
  tally: Tally,
): Promise<Map<string, CodeEntry>> {
  const entries = new Map<string, CodeEntry>();
  if (!codes?.types.has('code')) {
    const reason = 'no table codes: codes have no description';
    tally.note({ reason, resourceType: 'codes', where: session.where });
    return entries;
  }
  const { from, types } = codes;
  const parents = types.get('parent_codes');
  // Of no code: a separator of Unicode's.
  const list = parents === 'VARCHAR[]' ? 'array_join(parent_codes, chr(31))' : 'CAST(parent_codes AS STRING)';
  const text = (name: string, sql: string) => (types.has(name) ? sql : 'CAST(NULL AS STRING)');
  const rows = session.stream<[string, string | null, string | null]>(
    `SELECT CAST(code AS STRING), ${text('description', 'CAST(description AS STRING)')}, ${text('parent_codes', list)}
    FROM ${from} WHERE code IS NOT NULL`,
  );
  for await (const [code, description, others] of rows)
    entries.set(code, { ...(description && { description }), parents: others ? others.split('\u001f') : [] });
  return entries;
}

/** The split of each subject, as they are asked for in the order of their ids. */
class Splits {
  private readonly rows: AsyncGenerator<[bigint, string | null, bigint | number]> | undefined;
  private next: [id: bigint, split: string | null, splits: bigint | number] | undefined;

  constructor(
    session: SparkSession,
    table: MedsTable | undefined,
    private readonly tally: Tally,
  ) {
    this.rows =
      table &&
      session.stream(
        `SELECT CAST(subject_id AS BIGINT) AS id, CAST(min(split) AS STRING) AS split, count(DISTINCT split) AS splits FROM ${table.from}
        WHERE subject_id IS NOT NULL GROUP BY subject_id ORDER BY id`,
      );
  }

  async subject(id: bigint): Promise<string | undefined> {
    while (this.rows && (this.next === undefined || this.next[0] < id)) {
      const { value, done } = await this.rows.next();
      if (done) return undefined;
      this.next = value;
      if (Number(value[2]) > 1)
        this.tally.repair({
          reason: IN_SEVERAL_SPLITS,
          resourceType: 'subject_splits',
          where: `subject ${value[0]}`,
        });
    }
    if (this.next?.[0] !== id || Number(this.next[2]) > 1) return undefined;
    return this.next[1] ?? undefined;
  }
}
