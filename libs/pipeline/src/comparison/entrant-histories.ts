import { join } from 'node:path';
import { Decoder, type Timeline } from '@ehrsynth/decode';
import { compareHistories, type LongitudinalComparison } from '@ehrsynth/evaluation';
import { Dictionary, Histories, HistoriesBuilder, readHistories } from '@ehrsynth/histories';
import { yieldToEventLoop } from '@ehrsynth/io';
import type { CodeMatrix, Encoding } from '@ehrsynth/matrix';
import type { Synthesizer } from '@ehrsynth/models';
import { Vocabulary } from '@ehrsynth/vocab';
import { readRecords } from '../cohort/records-file.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { timelineOf } from '../training/learn-timeline.ts';
import { undatedNotes } from '../assessment/notes.ts';
import type { Entrant } from './entrant.ts';

/** Of a comparison's patients: their histories, and what makes records of rows, learned once for all models. */
export interface RealHistories {
  training: Histories;
  holdout: Histories;
  /** Undefined where no model of rows is compared. */
  timeline?: Timeline;
}

/**
 * @param isSplit whether both are training patients of the cohort, of whom some were set aside
 * @param hasRows whether there is a model of rows, whose records a timeline is needed for
 */
export async function realHistories(
  cohort: string,
  { training, holdout }: { training: CodeMatrix; holdout: CodeMatrix },
  { isSplit, encoding, hasRows }: { isSplit: boolean; encoding: Encoding; hasRows: boolean },
  running: Running,
): Promise<RealHistories> {
  const dictionary = new Dictionary();
  const read = (part: string) =>
    readHistories(untilStopped(readRecords(join(cohort, part, 'records.ndjson.gz')), running), dictionary);
  const all = await read('train');
  const wanted = new Set(training.ids);
  const sides = {
    training: isSplit ? ofPatients(all, training.ids) : all,
    holdout: isSplit ? ofPatients(all, holdout.ids) : await read('holdout'),
  };
  for (const text of undatedNotes(sides)) running.onEvent?.({ type: 'note', text });
  return {
    ...sides,
    ...(hasRows && {
      timeline: await timelineOf(cohort, training, encoding, running, (id) => wanted.has(id)),
    }),
  };
}

function ofPatients(all: Histories, ids: readonly string[]): Histories {
  const places = new Map(all.arrays.ids.map((id, place) => [id, place]));
  return all.pick(ids.map((id) => places.get(id)!));
}

/** Rows as histories: impossible codes are left out of a record, as `generate` does. */
export async function decodedHistories(
  { holdout, timeline }: RealHistories,
  synthetic: CodeMatrix,
  model: Pick<Synthesizer, 'counts'>,
  seed: number,
): Promise<Histories> {
  if (!timeline) throw new Error('the model has no timeline to decode rows with');
  const counts = model.counts === 'modelled' ? 'row' : 'learned';
  const decoder = new Decoder(synthetic.columns, timeline, new Vocabulary(), { seed, counts });
  const builder = new HistoriesBuilder(holdout.dictionary);
  for (let row = 0; row < synthetic.rows; row++) {
    builder.add(decoder.decode(row, entriesOf(synthetic, row)).record);
    await yieldToEventLoop();
  }
  return builder.build();
}

/** Figures of records over time. */
export async function historyFigures(
  { training, holdout }: RealHistories,
  histories: Histories,
  seed: number,
  running: Running,
): Promise<Pick<Entrant, 'figures' | 'floors'>> {
  if ([training, holdout, histories].some(({ visits }) => visits === 0)) return { figures: {}, floors: {} };
  const work = new Work(running, 'Measuring histories', 'steps');
  let steps = 0;
  const onStep = (name: string) => work.update(steps++, name);
  // Outcomes and effects take long, and are no part of a comparison.
  const options = { seed, outcomes: [], effects: [], onStep };
  const found = await compareHistories(training, holdout, histories, options).finally(() => work.stop());
  return { figures: sideOf(found, 'synthetic'), floors: sideOf(found, 'floor') };
}

function entriesOf({ indptr, indices, values }: CodeMatrix, row: number): [column: number, count: number][] {
  const entries: [number, number][] = [];
  for (let at = indptr[row]; at < indptr[row + 1]; at++) entries.push([indices[at], values[at]]);
  return entries;
}

function sideOf(
  { codes, time, discriminator }: LongitudinalComparison,
  side: 'synthetic' | 'floor',
): Entrant['figures'] {
  return {
    'sequential bigram R2': codes.sequentialRecordBigrams[side]?.value,
    'visit bigram R2': codes.visitBigrams[side]?.value,
    'span KS': time.span[side]?.value,
    'history trees AUC': discriminator.auc[side]?.value,
  };
}
