import { addDays, type PatientRecord } from '@ehrsynth/records';
import type { TrueOddsRatio } from '../truth.ts';
import { type Estimate, ratioEstimate } from './estimate.ts';

/**
 * The odds ratio of having any code of the outcome in the days before an event, with and without a code of the cause before that
 * event: one row for each event with a code that `isEvent` accepts; ½ is added to each cell (Haldane).
 */
export function estimateOddsRatio(
  records: Iterable<PatientRecord>,
  { causeCodes, outcomeCodes }: TrueOddsRatio,
  isEvent: (code: string) => boolean,
  days: number,
): Estimate {
  const cells = [0.5, 0.5, 0.5, 0.5];
  for (const { events } of records) {
    for (const event of events) {
      if (!isEvent(event.code.code)) continue;
      const from = addDays(event.start!, -days);
      const before = events.filter(({ start }) => start! <= event.start!);
      const isExposed = before.some(({ code }) => causeCodes.includes(code.code));
      const isIll = before.some(({ code, start }) => start! >= from && outcomeCodes.includes(code.code));
      cells[(isExposed ? 0 : 2) + (isIll ? 0 : 1)]++;
    }
  }
  const [a, b, c, d] = cells;
  return ratioEstimate((a * d) / (b * c), Math.sqrt(cells.reduce((sum, cell) => sum + 1 / cell, 0)));
}
