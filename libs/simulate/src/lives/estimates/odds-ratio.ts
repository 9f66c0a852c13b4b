import type { PatientRecord } from '@ehrsynth/records';
import type { TrueOddsRatio } from '../truth.ts';
import { type Estimate, ratioEstimate } from './estimate.ts';

/**
 * The odds ratio of having any code of the outcome, with and without a code of the cause before it, among those with a code that
 * `isAmong` accepts; ½ is added to each cell (Haldane).
 */
export function estimateOddsRatio(
  records: Iterable<PatientRecord>,
  { causeCodes, outcomeCodes }: TrueOddsRatio,
  isAmong: (code: string) => boolean,
): Estimate {
  const cells = [0.5, 0.5, 0.5, 0.5];
  for (const { events } of records) {
    if (!events.some(({ code }) => isAmong(code.code))) continue;
    const outcome = events.findIndex(({ code }) => outcomeCodes.includes(code.code));
    const before = outcome < 0 ? events : events.slice(0, outcome);
    const isExposed = before.some(({ code }) => causeCodes.includes(code.code));
    cells[(isExposed ? 0 : 2) + (outcome < 0 ? 1 : 0)]++;
  }
  const [a, b, c, d] = cells;
  return ratioEstimate((a * d) / (b * c), Math.sqrt(cells.reduce((sum, cell) => sum + 1 / cell, 0)));
}
