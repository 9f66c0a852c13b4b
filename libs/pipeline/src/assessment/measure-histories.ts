import { compareHistories, compareValues, LONGITUDINAL_STEPS, VALUES_STEPS } from '@ehrsynth/evaluation';
import type { Dictionary } from '@ehrsynth/histories';
import { type Column, columnKey } from '@ehrsynth/matrix';
import { auditHistories, HISTORIES_AUDIT_STEPS } from '@ehrsynth/privacy';
import type { HistoryFigures } from '@ehrsynth/release';
import { type Running, Work } from '../run/events.ts';
import type { HistorySides } from './history-sides.ts';

export interface MeasureHistoriesOptions {
  seed: number;
  /** What fewer real people have a part in is not given. */
  smallCell: number;
  /** Columns of the cohort, whose titles may be shown. */
  columns: readonly Column[];
}

/**
 * Figures of records over time: codes, order and rhythm of visits, values, and attacks on histories.
 * @returns undefined where a side has no visits: there is nothing to measure
 */
export async function measureHistories(
  { training, holdout, synthetic }: HistorySides,
  { seed, smallCell, columns }: MeasureHistoriesOptions,
  running: Running = {},
): Promise<HistoryFigures | undefined> {
  if ([training, holdout, synthetic].some(({ visits }) => visits === 0)) return undefined;
  const { dictionary } = holdout;
  keepKnownTitles(dictionary, columns);
  const steps = LONGITUDINAL_STEPS + VALUES_STEPS + HISTORIES_AUDIT_STEPS;
  const work = new Work(running, 'Measuring histories', 'steps', steps);
  let done = 0;
  const onStep = (name: string) => {
    running.signal?.throwIfAborted();
    work.update(done++, name);
  };
  try {
    const longitudinal = await compareHistories(training, holdout, synthetic, {
      seed,
      minPatients: smallCell,
      onStep,
      signal: running.signal,
      titleOf: (kind, system, code) => dictionary.codes[dictionary.findCode(kind, { system, code })!].code.display,
    });
    const { signal } = running;
    const values = await compareValues(training, holdout, synthetic, {
      seed,
      minPatients: smallCell,
      onStep,
      signal,
    });
    const attacks = await auditHistories(training, holdout, synthetic, { seed, onStep, signal });
    return { longitudinal, values, attacks };
  } finally {
    work.stop();
  }
}

/** A display of the records may be text of a patient's own; shown are the titles of the cohort's columns, and codes without one. */
function keepKnownTitles({ codes, answers }: Dictionary, columns: readonly Column[]): void {
  const titles = new Map(columns.map((column) => [columnKey(column), column.display]));
  codes.forEach(({ kind, code: { system, code } }, number) => {
    const display = titles.get(columnKey({ kind, system, code }));
    codes[number] = { kind, code: { system, code, ...(display !== undefined && { display }) } };
  });
  answers.forEach((answer, number) => {
    if (answer) answers[number] = { system: answer.system, code: answer.code };
  });
}
