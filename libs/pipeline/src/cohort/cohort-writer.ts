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
import { type Code, type CodedEvent, type PatientRecord, withoutText, withQuantities } from '@ehrsynth/records';
import { CommonUnits, type UnitReport, withUsualUnit } from '@ehrsynth/units';
import type { Vocabulary } from '@ehrsynth/vocab';
import { RareTexts } from './rare-texts.ts';
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

/** What a cohort does not keep of its source, with how many events it took it from. */
const TEXT_NOT_KEPT = 'value is text: not kept in the cohort';
const WORDS_NOT_KEPT = 'unit in unrecognised words: not kept in the cohort';
const rareNotKept = (minPatients: number) =>
  `unit or coded answer of fewer than ${minPatients} training patients: not kept in the cohort`;

/**
 * Writes a cohort: encoding.json, and train/ and holdout/ with records.ndjson.gz and the code matrix. Which columns there
 * are, and their titles, is decided by the training patients alone; so is the one unit that a code's values are brought to, and which
 * units and answers that nobody knows are kept.
 */
export class CohortWriter {
  private readonly builder = new MatrixBuilder();
  private readonly titles: Titles;
  private readonly units = new CommonUnits();
  private readonly rareTexts: RareTexts;
  private readonly notes = new Map<string, number>();
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
    this.rareTexts = new RareTexts(options.minPatients);
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
    this.note(TEXT_NOT_KEPT, record.events.filter(isTextAlone).length);
    const kept = this.withoutTexts(record, part === 'train');
    this.rareTexts.add(kept.events, part === 'train');
    await this.records[part].write(kept);
  }

  /** Of the notes, each says how many events it is about. */
  async close(): Promise<{
    counts: CohortCounts;
    selection: SelectionReport;
    units: UnitReport[];
    notes: ReadonlyMap<string, number>;
  }> {
    const isChanged = this.units.isMixed || this.rareTexts.hasAny;
    for (const part of ['train', 'holdout'] as const) {
      const coming = this.comingPathOf(part);
      await this.records[part].close();
      await copyRecords(coming, this.pathOf(part), isChanged ? (record) => this.asKept(record) : undefined);
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
    const units = this.units.report((unit) => this.rareTexts.shown(unit));
    return { counts, selection: selection.report, units, notes: this.notes };
  }

  /** A record that is no part of the cohort as the cohort has its own: without text, with values in its units. When it is closed. */
  likeOwn(record: PatientRecord): PatientRecord {
    const { events, ...rest } = this.withoutTexts(record, false);
    return { ...rest, events: events.map((event) => this.units.apply(this.rareTexts.without(event))) };
  }

  private pathOf(part: Part): string {
    return join(this.folder, part, 'records.ndjson.gz');
  }

  private comingPathOf(part: Part): string {
    return join(this.folder, part, 'records.coming.ndjson');
  }

  private withoutTexts(record: PatientRecord, hasSay: boolean): PatientRecord {
    const { events, ...rest } = withoutText(record);
    const counted = events.map((event) => {
      const left = withQuantities(event, (quantity) => withUsualUnit(quantity, 'words'));
      if (left !== event) this.note(WORDS_NOT_KEPT, 1);
      return this.units.add(left, hasSay);
    });
    return { ...rest, events: counted };
  }

  /** The record itself where nothing of it changes. */
  private asKept(record: PatientRecord): PatientRecord {
    let isChanged = false;
    const kept = record.events.map((event) => {
      const left = this.rareTexts.without(event);
      if (left !== event) this.note(rareNotKept(this.options.minPatients), 1);
      const applied = this.units.apply(left);
      isChanged ||= applied !== event;
      return applied;
    });
    return isChanged ? { ...record, events: kept } : record;
  }

  private note(what: string, events: number): void {
    if (events > 0) this.notes.set(what, (this.notes.get(what) ?? 0) + events);
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

function isTextAlone({ text, sourceText, quantity, answer }: CodedEvent): boolean {
  return (text ?? sourceText) !== undefined && quantity?.value === undefined && answer === undefined;
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
