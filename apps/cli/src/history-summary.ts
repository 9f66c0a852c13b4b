import type { HistoryCopies } from '@ehrsynth/privacy';
import type { HistoryFigures } from '@ehrsynth/release';
import {
  cellsOf,
  headOf,
  intervalRow,
  likelihoodRows,
  NOT_MEASURED,
  peopleRow,
  type Row,
  type RunFigures,
} from '@ehrsynth/report';
import { type Interval, intervalText } from '@ehrsynth/statistics';
import { table, text } from './table.ts';

type Measured = Pick<RunFigures, 'histories' | 'likelihood'>;

/**
 * Records over time, for the terminal: a few of the figures, each beside its floor, and attacks beside their controls; of several runs
 * those of the first, and the ranges over all.
 */
export function historySummary({ longitudinal }: HistoryFigures, runs: readonly Measured[]): string {
  const figures = (head: [string, string, string], rowsOf: (run: Measured) => Row[]) =>
    table(headOf(head, runs.length), cellsOf(...runs.map(rowsOf)));
  return [
    `Records over time: ${text(longitudinal.compared)} synthetic histories compared with as many held-out ones (95% intervals)`,
    figures(['', 'synthetic', 'real training histories'], timeRows),
    figures(['attacks on histories', 'found', 'safe'], attackRows),
  ].join('\n');
}

function timeRows({ histories }: Measured): Row[] {
  if (!histories) return [];
  const { codes, time, discriminator } = histories.longitudinal;
  const row = (name: string, { synthetic, floor }: { synthetic?: Interval; floor?: Interval }) =>
    intervalRow(name, synthetic, floor ? intervalText(floor) : NOT_MEASURED);
  return [
    row('codes of successive visits: R²', codes.sequentialRecordBigrams),
    row('codes of one visit: R²', codes.visitBigrams),
    row('days from first visit to last: KS distance', time.span),
    row('distinguished from held-out histories by boosted trees: AUC', discriminator.auc),
    row('values of labs and vitals: mean KS distance', histories.values.distribution.ks),
  ];
}

function attackRows({ histories, likelihood }: Measured): Row[] {
  if (!histories) return [];
  const { membership, copies } = histories.attacks;
  const { aligned, density } = membership;
  const copied = (how: string, { training, holdout }: HistoryCopies['near']) =>
    peopleRow(`training patients ${how}`, training, holdout);
  return [
    intervalRow('membership by distance of histories, AUC', aligned, '0.5 in the interval'),
    intervalRow('membership by density (DOMIAS), AUC', density, '0.5 in the interval'),
    ...likelihoodRows(likelihood),
    copied('whose visits all appear, in order', copies.sequences),
    copied('of whom 3 consecutive visits appear', copies.runs),
    copied('of whom 5 consecutive visits with 10 codes appear', copies.longRuns),
    copied('whose visits appear nearly unchanged', copies.near),
  ];
}
