import type { ShapeReport } from '@ehrsynth/pipeline';
import { percent } from '@ehrsynth/statistics';
import { table, text } from './table.ts';

/** How near reshaped patients came to what was asked, for the terminal. */
export function shapeReport({ where, pilot, matching, effective, drawn, taken, margins }: ShapeReport): string {
  const head =
    `Reshaped (${where}): ${text(taken)} of ${text(drawn)} drawn patients were kept. To plan this, ${text(pilot)} were drawn: ` +
    `${text(matching)} matched; effective sample size ${text(Math.round(effective))}`;
  if (margins.length === 0) return head;
  const rows = margins.map(({ name, cell, target, reached, isReached: is }) => [
    name,
    cell,
    percent(target),
    percent(reached),
    is ? '' : 'not reached',
  ]);
  return `${head}\n${table(['', '', 'wanted', 'reached', ''], rows)}`;
}

/** What of a shape was missed by more than sampling error, in words; undefined where nothing was. */
export function missedShares({ margins, taken, effective }: ShapeReport): string | undefined {
  const missed = margins.filter((one) => !one.isReached);
  if (missed.length === 0) return undefined;
  const shares = missed.map(
    ({ name, cell, target, reached }) => `${name} ${cell}: ${percent(reached)} instead of ${percent(target)}`,
  );
  return (
    `Shares missed by more than four standard errors (${text(taken)} patients, effective sample size ${text(Math.round(effective))}): ${shares.join('; ')}\n` +
    "  The patients are kept. Ask for shares closer to the model's, or draw more patients."
  );
}
