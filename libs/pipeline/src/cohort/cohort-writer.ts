import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import {
  type CodeMatrix,
  type Column,
  demographicColumns,
  Encoding,
  isHoldout,
  type LevelChoice,
  levelOf,
  MatrixBuilder,
  MatrixWriter,
  selectColumns,
  selectedEntries,
  selectPrivately,
  type Selection,
  type SelectionReport,
  Titles,
} from '@ehrsynth/matrix';
import type { Code, PatientRecord } from '@ehrsynth/records';
import type { UnitReport } from '@ehrsynth/units';
import type { Vocabulary } from '@ehrsynth/vocab';
import { KeptRecords } from './kept-records.ts';
import { copyRecords, RecordsWriter } from './records-file.ts';
import { readJson } from '../run/json-file.ts';

/** The two parts of a cohort: patients to learn from, and patients to judge by. */
export type Part = 'train' | 'holdout';

const ENCODING = 'encoding.json';

export interface CohortOptions extends Encoding {
  holdout: number;
  seed: number;
  /** The part that the source has a patient in; where it has none, the seed decides. */
  partOf?: (id: string) => Part | undefined;
}

export interface CohortCounts {
  patients: number;
  training: number;
  holdout: number;
  events: number;
}

/**
 * Writes a cohort: encoding.json, and train/ and holdout/ with records.ndjson.gz and the code matrix. Which columns there
 * are, and their titles, is decided by the training patients alone; so is the one unit that a code's values are brought to, and which
 * units and answers that nobody knows are kept.
 */
export class CohortWriter {
  private readonly builder = new MatrixBuilder();
  private readonly titles: Titles;
  private readonly kept: KeptRecords;
  private readonly rows: { train: number[]; holdout: number[] } = { train: [], holdout: [] };
  /** As they come, not compressed: what their units are, and which texts are rare, is known when all are there. */
  private readonly records: { train: RecordsWriter; holdout: RecordsWriter };
  private events = 0;

  constructor(
    private readonly folder: string,
    private readonly vocabulary: Vocabulary,
    private readonly options: CohortOptions,
  ) {
    this.titles = new Titles(vocabulary);
    this.kept = new KeptRecords(options.minPatients);
    this.records = {
      train: new RecordsWriter(this.comingPathOf('train')),
      holdout: new RecordsWriter(this.comingPathOf('holdout')),
    };
  }

  async add(record: PatientRecord): Promise<void> {
    const { holdout, seed, levels, partOf } = this.options;
    const drawn = isHoldout(record.id, holdout, seed) ? 'holdout' : 'train';
    const part = partOf?.(record.id) ?? drawn;
    this.rows[part].push(this.rows.train.length + this.rows.holdout.length);
    const columns = columnsOf(record, levels, this.vocabulary);
    if (part === 'train') this.titles.add(columns.keys());
    this.builder.add(record.id, columns);
    this.events += record.events.length;
    await this.records[part].write(this.kept.count(record, part === 'train'));
  }

  /** Of the notes, each says how many events it is about. */
  async close(): Promise<{
    counts: CohortCounts;
    selection: SelectionReport;
    units: UnitReport[];
    notes: ReadonlyMap<string, number>;
  }> {
    const { isChanged } = this.kept;
    for (const part of ['train', 'holdout'] as const) {
      const coming = this.comingPathOf(part);
      await this.records[part].close();
      await copyRecords(coming, this.pathOf(part), isChanged ? (record) => this.kept.kept(record) : undefined);
      await rm(coming);
    }
    const all = this.builder.build();
    const { minPatients, rare, levels, chosen } = this.options;
    const training = Int32Array.from(this.rows.train);
    const selection = chosen
      ? selectPrivately(all, training, chosen)
      : selectColumns(all, { minPatients, rare }, this.vocabulary, training);
    // A text that patients share is theirs.
    selection.columns = selection.columns.map((column) => this.titles.titled(column, chosen ? Infinity : minPatients));
    for (const part of ['train', 'holdout'] as const)
      await writeRows(join(this.folder, part), all, this.rows[part], selection);
    const encoding: Encoding = { levels, minPatients, rare, ...(chosen && { chosen }) };
    await keepEncoding(this.folder, encoding);
    const counts = {
      patients: all.rows,
      training: this.rows.train.length,
      holdout: this.rows.holdout.length,
      events: this.events,
    };
    return { counts, selection: selection.report, units: this.kept.report(), notes: this.kept.notes };
  }

  /** A record that is no part of the cohort as the cohort has its own: without text, with values in its units. When it is closed. */
  likeOwn(record: PatientRecord): PatientRecord {
    return this.kept.likeOwn(record);
  }

  private pathOf(part: Part): string {
    return join(this.folder, part, 'records.ndjson.gz');
  }

  private comingPathOf(part: Part): string {
    return join(this.folder, part, 'records.coming.ndjson');
  }
}

/** The columns of a record with their counts; some columns may come more than once. */
export function columnsOf(record: PatientRecord, levels: LevelChoice, vocabulary: Vocabulary): Map<Column, number> {
  const counts = new Map<Column, number>();
  for (const column of demographicColumns(record)) counts.set(column, 1);
  // A source's codes are mostly the same objects wherever they come again.
  const known = new Map<Code, Column>();
  for (const event of record.events) {
    const before = known.get(event.code);
    const column = before?.kind === event.kind ? before : levelOf(event, levels, vocabulary);
    if (!before) known.set(event.code, column);
    counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return counts;
}

/** One row after the other, so that there is no second matrix. */
export async function writeRows(folder: string, all: CodeMatrix, rows: number[], selection: Selection): Promise<void> {
  const writer = new MatrixWriter(folder, selection.columns);
  for (const row of rows) {
    const entries = selectedEntries(all, row, selection);
    writer.add(
      all.ids[row],
      entries.map(([column]) => column),
      entries.map(([, count]) => count),
    );
  }
  await writer.close();
}

/** Writes how records become rows, into a cohort or into the folder of a model that draws records. */
export async function keepEncoding(folder: string, encoding: Encoding): Promise<void> {
  await writeFileAtomic(join(folder, ENCODING), `${JSON.stringify(encoding, null, 1)}\n`);
}

/** How records become rows: those of a cohort, or those that a model draws. */
export async function readEncoding(folder: string): Promise<Encoding> {
  return readJson(join(folder, ENCODING), Encoding);
}
