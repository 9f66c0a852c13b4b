import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import {
  type CodeMatrix,
  demographicColumns,
  Encoding,
  isHoldout,
  levelOf,
  MatrixBuilder,
  MatrixWriter,
  selectColumns,
  selectedEntries,
  type Selection,
  type SelectionReport,
  Titles,
} from '@ehrsynth/matrix';
import { type PatientRecord, withoutText } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { RecordsWriter } from './records-file.ts';
import { readJson } from './json-file.ts';

interface CohortOptions extends Encoding {
  holdout: number;
  seed: number;
  /** The part that the source has a patient in; drawn by the seed where it is undefined. */
  partOf?: (id: string) => 'train' | 'holdout' | undefined;
}

export interface CohortCounts {
  patients: number;
  training: number;
  holdout: number;
  events: number;
}

/**
 * Writes a cohort: encoding.json, and train/ and holdout/ with records.ndjson.gz and the code matrix. Which columns there
 * are, and their titles, is decided by the training patients alone.
 */
export class CohortWriter {
  private readonly builder = new MatrixBuilder();
  private readonly titles: Titles;
  private readonly rows: { train: number[]; holdout: number[] } = { train: [], holdout: [] };
  private readonly records: { train: RecordsWriter; holdout: RecordsWriter };
  private events = 0;

  constructor(
    private readonly folder: string,
    private readonly vocabulary: Vocabulary,
    private readonly options: CohortOptions,
  ) {
    this.titles = new Titles(vocabulary);
    const path = (part: string) => join(folder, part, 'records.ndjson.gz');
    this.records = { train: new RecordsWriter(path('train')), holdout: new RecordsWriter(path('holdout')) };
  }

  async add(record: PatientRecord): Promise<void> {
    const { holdout, seed, levels, partOf } = this.options;
    const part = partOf?.(record.id) ?? (isHoldout(record.id, holdout, seed) ? 'holdout' : 'train');
    this.rows[part].push(this.rows.train.length + this.rows.holdout.length);
    const columns = [
      ...demographicColumns(record),
      ...record.events.map((event) => levelOf(event, levels, this.vocabulary)),
    ];
    if (part === 'train') this.titles.add(columns);
    this.builder.add(
      record.id,
      columns.map((column) => [column, 1]),
    );
    this.events += record.events.length;
    await this.records[part].write(withoutText(record));
  }

  async close(): Promise<{ counts: CohortCounts; selection: SelectionReport }> {
    await this.records.train.close();
    await this.records.holdout.close();
    const all = this.builder.build();
    const { minPatients, rare, levels } = this.options;
    const selection = selectColumns(
      all,
      { minPatients, rare },
      this.vocabulary,
      Int32Array.from(this.rows.train),
    );
    selection.columns = selection.columns.map((column) => this.titles.titled(column, minPatients));
    for (const part of ['train', 'holdout'] as const)
      await writeRows(join(this.folder, part), all, this.rows[part], selection);
    const encoding: Encoding = { levels, minPatients, rare };
    await writeFileAtomic(join(this.folder, 'encoding.json'), `${JSON.stringify(encoding, null, 1)}\n`);
    const counts = {
      patients: all.rows,
      training: this.rows.train.length,
      holdout: this.rows.holdout.length,
      events: this.events,
    };
    return { counts, selection: selection.report };
  }
}

/** One row after the other, so that there is no second matrix. */
async function writeRows(
  folder: string,
  all: CodeMatrix,
  rows: number[],
  selection: Selection,
): Promise<void> {
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

/** How a cohort's records became rows. */
export async function readEncoding(cohort: string): Promise<Encoding> {
  return readJson(join(cohort, 'encoding.json'), Encoding);
}
