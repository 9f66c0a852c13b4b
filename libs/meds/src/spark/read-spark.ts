import type { PatientRecord, Tally } from '@ehrsynth/records';
import { inSpark, SparkSession } from '@ehrsynth/spark';
import { CodeBook } from '../codes/code-book.ts';
import { checkTypes } from '../read/dataset.ts';
import type { MedsReadOptions } from '../read/options.ts';
import { rowsFrom } from '../read/rows.ts';
import { idOf, inOrder, runs } from '../read/runs.ts';
import { IN_SEVERAL_SPLITS } from '../read/subjects.ts';
import { type Reading, toRecord } from '../read/to-record.ts';
import { codeEntries } from './code-entries.ts';
import { counted, factsOf, orderOf, quoted } from './data-rows.ts';
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
    const fileRows = rowsFrom(await inOrderOf(session, data), factsOf(data.types));
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

/** SQL of the rows of a table in order. */
async function inOrderOf(session: SparkSession, table: MedsTable): Promise<string> {
  const columns = (await orderOf(session, table)).map((column) => `${column} NULLS FIRST`);
  return quoted(`${table.from} ORDER BY ${columns.join(', ')}`);
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
