import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMessage, type Message } from '@ehrsynth/federation';
import { type Executors, SparkError, sparkName, TaskFailedError, type Word } from '@ehrsynth/spark';
import { pathOf, type Stay } from '../cohort/coded/stay.ts';
import type { Running } from '../run/events.ts';
import { StayChangedError } from './errors.ts';
import { answersOf, type Piece } from './part-answer.ts';
import type { PartLines, PartTasks } from './part-sites.ts';

/** Patients that one task looks at, about: of more a share is drawn by their ids. */
const MOST_SURVEYED = 1_000_000;
/** Whole numbers among which one is found for each part that Spark puts into a partition of its own. */
const KEYS_A_PART = 64;
const OWNER_FILE = 0o600;
const ANSWER = 'part INT, at INT, text STRING';
/** Views of the session, of lines that the executors keep. */
const KEPT = { rows: 'ehrsynth_part_rows', prepared: 'ehrsynth_part_prepared' };

/**
 * The training patients that stay on a cluster's storage, in parts by a hash of the patient's id: each part is a partition, and so a task's.
 * What rounds read again and again the executors keep; where one of them is lost, it is made once more.
 */
export class SparkParts implements PartTasks {
  private preparing: Message | undefined;
  private readonly kept = new Set<keyof typeof KEPT>();

  private constructor(
    private readonly executors: Executors,
    private readonly stay: Stay,
    readonly patients: readonly number[],
    private readonly columns: number,
    /** By part what its partition is found by. */
    private readonly keys: readonly number[],
    private readonly running: Running,
  ) {}

  /** @throws StayChangedError, SparkError */
  static async open(
    executors: Executors,
    stay: Stay,
    { parts, columns }: { parts: number; columns: number },
    running: Running,
  ): Promise<SparkParts> {
    const { session } = executors;
    // Spark's own hash of an INT decides on its partition.
    const found = await session.all<{ part: number; key: number }>(
      `SELECT pmod(hash(CAST(id AS INT)), ${parts}) AS part, min(CAST(id AS INT)) AS key FROM range(${KEYS_A_PART * parts}) GROUP BY 1`,
    );
    const keys = Array.from({ length: parts }, (_, part) => found.find((one) => one.part === part)?.key ?? part);
    const counted = await session.all<{ part: number; patients: bigint }>(
      `SELECT ${partOf('id', parts)} AS part, count(*) AS patients FROM ${tableOf(stay, 'rows')} GROUP BY 1`,
    );
    const patients = keys.map((_, part) => Number(counted.find((one) => one.part === part)?.patients ?? 0));
    const all = patients.reduce((sum, own) => sum + own, 0);
    if (all !== stay.training) throw new StayChangedError(stay.place, stay.training, all);
    return new SparkParts(executors, stay, patients, columns, keys, running);
  }

  async carriers(): Promise<number[]> {
    const found = await this.executors.session.all<{ place: number; n: bigint }>(
      `SELECT place, count(*) AS n FROM (SELECT explode(indices) AS place FROM ${tableOf(this.stay, 'rows')}) GROUP BY place`,
    );
    const counts = new Map(found.map(({ place, n }) => [place, Number(n)]));
    return Array.from({ length: this.columns }, (_, column) => counts.get(column) ?? 0);
  }

  async prepare(request: Message): Promise<void> {
    this.preparing = request;
    await this.keep('prepared');
  }

  async answers(request: Message, lines: PartLines, isOne: boolean): Promise<Map<number, Message>> {
    if (isOne || lines === 'records') return this.asked(request, this.ofAll(lines));
    if (!this.kept.has(lines)) await this.keep(lines);
    try {
      return await this.asked(request, `SELECT line FROM ${KEPT[lines]}`);
    } catch (error) {
      const isLost = error instanceof SparkError && !(error instanceof TaskFailedError);
      if (!isLost || this.running.signal?.aborted) throw error;
      const text = `${error.message.split('\n')[0].slice(0, 200)}: the patients are put into parts again`;
      this.running.onEvent?.({ type: 'note', text });
      await this.keep(lines);
      return this.asked(request, `SELECT line FROM ${KEPT[lines]}`);
    }
  }

  private async keep(lines: keyof typeof KEPT): Promise<void> {
    const { session } = this.executors;
    if (lines === 'rows') await session.keep(KEPT.rows, this.inParts('rows'));
    else
      await this.withMessage(this.preparing!, (words) =>
        session.keep(KEPT.prepared, this.executors.query(words, this.inParts('records'), 'line STRING')),
      );
    this.kept.add(lines);
  }

  private asked(request: Message, lines: string): Promise<Map<number, Message>> {
    const { executors } = this;
    return this.withMessage(request, (words) =>
      answersOf(executors.session.stream<Piece>(executors.query(words, lines, ANSWER))),
    );
  }

  /** Sends a message to all executors as a file, and gives the words of a task that reads it there. */
  private async withMessage<T>(message: Message, work: (words: Word[]) => Promise<T>): Promise<T> {
    const name = `ehrsynth-ask-${randomUUID()}`;
    const path = join(tmpdir(), name);
    try {
      await writeFile(path, encodeMessage(message), { mode: OWNER_FILE });
      await this.executors.session.addFile(path, name);
    } finally {
      await rm(path, { force: true });
    }
    return work(['train-part', '--folder', { sent: name, before: 'request=' }]);
  }

  /** SQL of lines, those of a part in a partition of its own and always in the same order. */
  private inParts(lines: 'records' | 'rows'): string {
    const { id, text } = TEXTS[lines];
    const key = `element_at(array(${this.keys.join(', ')}), part + 1)`;
    const numbered = `SELECT ${partOf(id, this.keys.length)} AS part, ${id} AS id, ${text} AS text FROM ${tableOf(this.stay, lines)}`;
    const parted = `SELECT /*+ REPARTITION(${this.keys.length}, key) */ * FROM (SELECT *, ${key} AS key FROM (${numbered}))`;
    return `SELECT line FROM (SELECT concat(part, ' ', text) AS line, part, id FROM (${parted})) SORT BY part, id`;
  }

  /** SQL of lines of all patients, or of a share of them, in one partition. */
  private ofAll(lines: PartLines): string {
    if (lines === 'prepared') throw new Error('What is prepared is looked at in parts');
    const { id, text } = TEXTS[lines];
    const share = Math.ceil(this.stay.training / MOST_SURVEYED);
    const wanted = `SELECT ${id} AS id, concat('0 ', ${text}) AS line FROM ${tableOf(this.stay, lines)} WHERE pmod(xxhash64(${id}, 1), ${share}) = 0`;
    return `SELECT line FROM (SELECT /*+ REPARTITION(1) */ * FROM (${wanted})) SORT BY id`;
  }
}

/** By what a table of the stay names its patients, and the text of a line. */
const TEXTS = {
  records: { id: 'patient', text: 'record' },
  rows: { id: 'id', text: "concat(array_join(indices, ','), ';', array_join(`values`, ','))" },
};

function partOf(id: string, parts: number): string {
  return `CAST(pmod(xxhash64(${id}), ${parts}) AS INT)`;
}

function tableOf({ place }: Stay, what: 'records' | 'rows'): string {
  return `parquet.${sparkName(pathOf(place, 'training', what))}`;
}
