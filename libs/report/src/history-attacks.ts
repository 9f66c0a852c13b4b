import type { HistoriesAudit, HistoryCopies, LikelihoodAttacks } from '@ehrsynth/privacy';
import { type Interval, intervalText, numberText } from '@ehrsynth/statistics';
import { plotOf, tableOf } from './html.ts';
import { rowTable } from './ranges.ts';
import { intervalRow, NOT_MEASURED, peopleRow, type Row, shareRow } from './row.ts';

/** Attacks on one run's histories; undefined where these were not measured. */
interface AttackedRun {
  attacks?: HistoriesAudit;
  likelihood?: LikelihoodAttacks;
}

/** The attacks on histories, each beside its control: those of the first run, and ranges over all. */
export function historyAttacks(runs: readonly AttackedRun[]): string {
  const [{ attacks }] = runs;
  const title = '<h3>Attacks on histories</h3>';
  if (!attacks) return `${title}<p>Attacks on histories: ${NOT_MEASURED}.</p>`;
  const { looked } = attacks.patients;
  return `${title}<p>By distance and density, ${numberText(looked.training)} training and ${numberText(looked.holdout)} held-out patients were searched for among ${numberText(looked.synthetic)} synthetic histories; exact copies were searched for among all.${attacks.notMeasured ? ` Not measured: ${attacks.notMeasured}.` : ''}</p>
${rowTable('Attacks on histories', ['', 'found', 'safe'], runs, (run) => [
  ...(run.attacks ? historyAttackRows(run.attacks) : []),
  ...likelihoodRows(run.likelihood),
])}
${plotOf(
  'history-roc',
  'Membership inference from histories',
  'ROC curves of distinguishing training patients from non-members by their visits in order. The dashed line is guessing.',
  tableOf(
    'Membership inference from histories',
    ['attack', 'AUC'],
    [
      ['distance of visits in order', shown(attacks.membership.aligned)],
      ['density (DOMIAS)', shown(attacks.membership.density)],
    ],
  ),
)}`;
}

/** Attacks by the model's likelihood of a record, which need the model. */
export function likelihoodRows(likelihood: LikelihoodAttacks | undefined): Row[] {
  const row = (how: string, auc: Interval | undefined) =>
    intervalRow(`membership by the model's likelihood of ${how}, AUC`, auc, '0.5 in the interval');
  return [row('a record', likelihood?.record.auc), row('a record, per token', likelihood?.token.auc)];
}

/** Attacks on histories: what was found, and what is safe. */
export function historyAttackRows({ membership, closerToTraining, closestPeople, copies }: HistoriesAudit): Row[] {
  const copied = (how: string, { training, holdout, excess }: HistoryCopies['near']): Row[] => [
    peopleRow(`training patients reproduced ${how}`, training, holdout),
    shareRow('  beyond chance, per synthetic history', excess, '0 in the interval'),
  ];
  return [
    intervalRow('membership by distance of visits in order, AUC', membership.aligned, '0.5 in the interval'),
    intervalRow('membership by density of histories (DOMIAS), AUC', membership.density, '0.5 in the interval'),
    shareRow('synthetic histories closer to training than held out', closerToTraining, '50 % in the interval'),
    peopleRow(
      'patients who are the closest real patient to a synthetic history',
      closestPeople.training,
      closestPeople.holdout,
    ),
    shareRow('  training beyond held out', closestPeople.excess, '0 in the interval'),
    ...copied('visit by visit', copies.sequences),
    ...copied('visit by visit, with the days between', copies.withGaps),
    ...copied('in three successive visits', copies.runs),
    ...copied('in five successive visits with ten codes', copies.longRuns),
    ...copied('nearly', copies.near),
    ...copied('in all values of a lab, in order', copies.trajectories),
  ];
}

function shown(interval: Interval | undefined): string {
  return interval ? intervalText(interval) : NOT_MEASURED;
}
