import type { HistoryCopies, LikelihoodAttacks } from '@ehrsynth/privacy';
import type { HistoryFigures } from '@ehrsynth/release';
import { cellsOf, likelihoodRows, NOT_MEASURED } from '@ehrsynth/report';
import { intervalText } from '@ehrsynth/statistics';
import { table, text } from './table.ts';

/** Records over time, for the terminal: a few of the figures, each beside its floor, and attacks beside their controls. */
export function historySummary(
  { longitudinal, values, attacks }: HistoryFigures,
  likelihood: LikelihoodAttacks | undefined,
): string {
  const { compared, codes, time, discriminator } = longitudinal;
  const { sequences, runs, longRuns, near } = attacks.copies;
  const { aligned, density } = attacks.membership;
  return [
    `Records over time: ${text(compared)} synthetic histories compared with as many held-out ones (95% intervals)`,
    table(
      ['', 'synthetic', 'real training histories'],
      [
        figure('codes of successive visits: R²', codes.sequentialRecordBigrams),
        figure('codes of one visit: R²', codes.visitBigrams),
        figure('days from first visit to last: KS distance', time.span),
        figure('distinguished from held-out histories by boosted trees: AUC', discriminator.auc),
        figure('values of labs and vitals: mean KS distance', values.distribution.ks),
      ],
    ),
    table(
      ['attacks on histories', 'found', 'safe'],
      [
        ['membership by distance of histories, AUC', measured(aligned), '0.5 in the interval'],
        ['membership by density (DOMIAS), AUC', measured(density), '0.5 in the interval'],
        ...cellsOf(likelihoodRows(likelihood)),
        copies('whose visits all appear, in order', sequences),
        copies('of whom 3 consecutive visits appear', runs),
        copies('of whom 5 consecutive visits with 10 codes appear', longRuns),
        copies('whose visits appear nearly unchanged', near),
      ],
    ),
  ].join('\n');
}

/** An interval, or that it was not measured. */
function measured(interval: Bounds | undefined): string {
  return interval ? intervalText(interval) : NOT_MEASURED;
}

type Bounds = { value: number; lower: number; upper: number };

function figure(name: string, { synthetic, floor }: { synthetic?: Bounds; floor?: Bounds }): string[] {
  return [name, measured(synthetic), measured(floor)];
}

/** As held-out ones, who were not in training. */
function copies(how: string, { training, holdout }: HistoryCopies['near']): string[] {
  const people = ({ successes, trials }: HistoryCopies['near']['training']) => `${text(successes)} of ${text(trials)}`;
  return [`training patients ${how}`, people(training), `held out ${people(holdout)}`];
}
