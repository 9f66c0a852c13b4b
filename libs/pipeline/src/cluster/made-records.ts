import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@ehrsynth/io';
import type { CodedPatients } from '@ehrsynth/omop';
import type { Tally } from '@ehrsynth/records';
import type { Executors, Word } from '@ehrsynth/spark';
import { pathOf, PARTS } from '../cohort/coded/stay.ts';
import { KeptRecords } from '../cohort/kept-records.ts';
import { COUNTED, type CountedByTask, COUNTS, READING } from './omop-task.ts';
import { tallyOf } from './tally-json.ts';

/** The view of what tasks made: a row for each patient, and those in which `part` is COUNTS. */
export const MADE = 'ehrsynth_made';
const KEPT = 'ehrsynth_kept';

/** A task that makes records. */
export interface RecordTask {
  task: 'make-records' | 'read-meds';
  /** What its lines are read by: sent as a file. */
  reading: unknown;
  options: { minPatients: number };
  /** Spark's SQL of one column `line`. */
  lines: string;
  /** Of the rows that it writes; `part`, `patient` and `record` are among them. */
  columns: string;
}

/** Patients of a source whose records executors made, and keep. */
export interface MadeThere {
  coded: CodedPatients;
  records: MadeRecords;
}

/** Records that executors made of a source and keep until the session ends: none of them comes here. */
export class MadeRecords {
  private constructor(
    private readonly executors: Executors,
    /** What was counted of the records, and so decides what a cohort keeps of them. */
    readonly kept: KeptRecords,
    private readonly minPatients: number,
  ) {}

  /** @param tally what the tasks counted is added to it @throws TaskFailedError, SparkError */
  static async make(
    executors: Executors,
    { task, reading, lines, columns, options }: RecordTask,
    tally: Tally,
  ): Promise<MadeRecords> {
    const { session } = executors;
    await withFile(executors, READING, reading, (folder) =>
      session.keep(MADE, executors.query([task, ...folder, '--options', JSON.stringify(options)], lines, columns)),
    );
    const kept = new KeptRecords(options.minPatients);
    for await (const json of countsIn(executors, MADE)) {
      const counted = JSON.parse(json) as CountedByTask;
      tally.add(tallyOf(counted.tally));
      kept.include(counted.records);
    }
    return new MadeRecords(executors, kept, options.minPatients);
  }

  /** Brings the records to what a cohort keeps of them, and writes them to a place. @throws TaskFailedError, SparkError */
  async write(place: string, isReplaced: boolean): Promise<void> {
    const { session } = this.executors;
    const view = await this.keepWanted();
    for (const part of PARTS)
      await session.write(`SELECT patient, record FROM ${view} WHERE part = '${part}'`, {
        ...{ path: pathOf(place, part, 'records'), format: 'parquet', replaces: isReplaced },
      });
  }

  private async keepWanted(): Promise<string> {
    const { executors, kept, minPatients } = this;
    if (!kept.isChanged) return MADE;
    const made = `SELECT concat(part, ' ', record) AS line FROM ${MADE} WHERE part <> '${COUNTS}'`;
    await withFile(executors, COUNTED, kept.counted(), (folder) => {
      const words = ['keep-records', ...folder, '--options', JSON.stringify({ minPatients })];
      const columns = 'part STRING, patient STRING, record STRING';
      return executors.session.keep(KEPT, executors.query(words, made, columns));
    });
    for await (const json of countsIn(executors, KEPT))
      kept.include({ units: [], texts: [], notes: JSON.parse(json) as [string, number][] });
    return KEPT;
  }
}

async function* countsIn({ session }: Executors, view: string): AsyncGenerator<string> {
  for await (const [json] of session.stream<[string]>(`SELECT record FROM ${view} WHERE part = '${COUNTS}'`))
    yield json;
}

/** Sends a file of JSON to the executors, in a folder that a task is given under the file's name. */
async function withFile(
  executors: Executors,
  file: string,
  content: unknown,
  work: (folder: Word[]) => Promise<void>,
): Promise<void> {
  const temporary = await temporaryFolder();
  try {
    const path = join(temporary.path, 'sent');
    await mkdir(path);
    await writeFile(join(path, file), JSON.stringify(content));
    await work(['--folder', { ...(await executors.addFolder(path)), before: `${file.replace('.json', '')}=` }]);
  } finally {
    await temporary.remove();
  }
}
