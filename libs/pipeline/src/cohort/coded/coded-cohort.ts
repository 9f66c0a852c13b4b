import { join } from 'node:path';
import { yieldToEventLoop } from '@ehrsynth/io';
import {
  type Encoding,
  MatrixBuilder,
  MatrixWriter,
  selectCounted,
  type Selection,
  selectPrivately,
  Titles,
} from '@ehrsynth/matrix';
import { type CodedPatients, put } from '@ehrsynth/omop';
import type { Vocabulary } from '@ehrsynth/vocab';
import { type CohortCounts, type Part, writeRows } from '../cohort-writer.ts';
import { type Candidates, sendCandidates } from './candidates.ts';
import {
  addEntries,
  countColumns,
  countTargets,
  countTexts,
  entriesOf,
  KEPT_COLUMNS,
  rowsSql,
  sendHoldout,
  type Split,
} from './entries.ts';

export interface CodedOptions extends Encoding {
  holdout: number;
  seed: number;
}

/** A cohort of rows whose columns are chosen; its entries are where its source is. */
export interface CodedCohort {
  counts: CohortCounts;
  selection: Selection;
  /** Writes the rows of both parts into the cohort's folder, in the order of persons. */
  write(folder: string, onRow: (rows: number) => void): Promise<void>;
}

/**
 * Splits the patients, and chooses and names their columns as `CohortWriter` does, by counts that the source's database makes. The columns
 * that are kept are sent as `kept_columns`.
 */
export async function chooseCoded(
  coded: CodedPatients,
  vocabulary: Vocabulary,
  options: CodedOptions,
): Promise<CodedCohort> {
  const titles = new Titles(vocabulary);
  const { split, candidates } = await encode(coded, vocabulary, titles, options);
  const counted = await countColumns(coded);
  const columns = counted.map(({ col, events }) => ({ column: candidates.columns[col], events }));
  const cols = counted.map(({ col }) => col);
  const asked = Int32Array.from(counted, ({ training }) => training);
  let times = 0;
  const selection = await selectCounted(columns, options, vocabulary, async (targets) =>
    // What each column has by itself is known.
    times++ === 0 ? asked : countTargets(coded, cols, targets, `targets_${times}`),
  );
  selection.columns = selection.columns.map((column) => titles.titled(column, options.minPatients));
  await sendKept(coded, selection, cols);
  return {
    ...{ selection, counts: countsOf(split, coded) },
    write: (folder, onRow) => writeCoded(folder, coded, selection, onRow),
  };
}

/** Writes rows as they come. */
async function writeCoded(
  folder: string,
  coded: CodedPatients,
  selection: Selection,
  onRow: (rows: number) => void,
): Promise<void> {
  const writers = { train: writerOf(folder, 'train', selection), holdout: writerOf(folder, 'holdout', selection) };
  let rows = 0;
  const sql = rowsSql(selection.report.rolledUp > 0);
  for await (const [id, isHeldOut, entries] of coded.database.stream<[string, number, string | null]>(sql)) {
    writers[partOf(isHeldOut)].addEntries(id, entriesOf(entries));
    onRow(++rows);
    await yieldToEventLoop();
  }
  for (const writer of Object.values(writers)) await writer.close();
}

/** The same with columns chosen by noisy counts, for which all entries come here: the noise is from this machine's secure generator. */
export async function choosePrivately(
  coded: CodedPatients,
  vocabulary: Vocabulary,
  options: CodedOptions,
  onRow: (rows: number) => void,
): Promise<CodedCohort> {
  const titles = new Titles(vocabulary);
  const { split, candidates } = await encode(coded, vocabulary, titles, options);
  const cols = [...candidates.columns.keys()];
  await sendColumns(
    coded,
    ALL_COLUMNS,
    cols.map((col) => ({ col, place: col })),
  );
  const builder = new MatrixBuilder(candidates.columns);
  const rows = { train: [] as number[], holdout: [] as number[] };
  let row = 0;
  const sql = rowsSql(false, ALL_COLUMNS);
  for await (const [id, isHeldOut, entries] of coded.database.stream<[string, number, string | null]>(sql)) {
    builder.addEntries(id, entriesOf(entries));
    rows[partOf(isHeldOut)].push(row++);
    onRow(row);
    await yieldToEventLoop();
  }
  const all = builder.build();
  const selection = selectPrivately(all, Int32Array.from(rows.train), options.chosen!);
  selection.columns = selection.columns.map((column) => titles.titled(column, Infinity));
  await sendKept(coded, selection, cols);
  return {
    ...{ selection, counts: countsOf(split, coded) },
    write: async (folder) => {
      for (const part of ['train', 'holdout'] as const) await writeRows(join(folder, part), all, rows[part], selection);
    },
  };
}

async function encode(
  coded: CodedPatients,
  vocabulary: Vocabulary,
  titles: Titles,
  { levels, holdout, seed }: CodedOptions,
): Promise<{ split: Split; candidates: Candidates }> {
  const candidates = await sendCandidates(coded, levels, vocabulary, titles);
  const split = await sendHoldout(coded, holdout, seed);
  await addEntries(coded);
  const shared = await countTexts(coded, candidates.texts.length);
  for (const [i, text] of candidates.texts.entries()) titles.addCounted(text, shared[i]);
  return { split, candidates };
}

/** The table of columns that come for a choice by noisy counts. */
const ALL_COLUMNS = 'all_columns';

/** @param cols places of the columns that were chosen from */
function sendKept(coded: CodedPatients, { target }: Selection, cols: readonly number[]): Promise<void> {
  const kept = cols.flatMap((col, i) => (target[i] === -1 ? [] : [{ col, place: target[i] }]));
  return sendColumns(coded, KEPT_COLUMNS, kept);
}

function sendColumns(
  { database }: CodedPatients,
  table: string,
  kept: { col: number; place: number }[],
): Promise<void> {
  return put(database, table, {
    col: { type: 'INTEGER', values: kept.map(({ col }) => col) },
    place: { type: 'INTEGER', values: kept.map(({ place }) => place) },
  });
}

function countsOf({ patients, holdout }: Split, { events }: CodedPatients): CohortCounts {
  return { patients, training: patients - holdout, holdout, events };
}

function writerOf(folder: string, part: Part, { columns }: Selection): MatrixWriter {
  return new MatrixWriter(join(folder, part), columns);
}

function partOf(isHeldOut: number): Part {
  return Number(isHeldOut) === 1 ? 'holdout' : 'train';
}
