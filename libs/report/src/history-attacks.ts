import type { HistoriesAudit, HistoryCopies, LikelihoodAttacks } from '@ehrsynth/privacy';
import { type Interval, intervalText, numberText, type Share, shareText } from '@ehrsynth/statistics';
import { plotOf, tableOf } from './html.ts';
import { NOT_MEASURED, type Row } from './rows.ts';

/** The attacks on histories, each beside its control. */
export function historyAttacks(attacks: HistoriesAudit | undefined, likelihood?: LikelihoodAttacks): string {
  const title = '<h3>Attacks on histories</h3>';
  if (!attacks) return `${title}<p>Attacks on histories: ${NOT_MEASURED}.</p>`;
  const { looked } = attacks.patients;
  return `${title}<p>By distance and density, ${numberText(looked.training)} training and ${numberText(looked.holdout)} held-out patients were searched for among ${numberText(looked.synthetic)} synthetic histories; exact copies were searched for among all.${attacks.notMeasured ? ` Not measured: ${attacks.notMeasured}.` : ''}</p>
${tableOf(
  'Attacks on histories',
  ['', 'found', 'safe'],
  [...historyAttackRows(attacks), ...likelihoodRows(likelihood)],
)}
${plotOf(
  'history-roc',
  'Membership inference from histories',
  'ROC curves of distinguishing training patients from non-members by their visits in order. The dashed line is guessing.',
  tableOf(
    'Membership inference from histories',
    ['attack', 'AUC'],
    [
      ['distance of visits in order', shown(attacks.membership.aligned, intervalText)],
      ['density (DOMIAS)', shown(attacks.membership.density, intervalText)],
    ],
  ),
)}`;
}

/** Attacks by the model's likelihood of a record, which need the model. */
export function likelihoodRows(likelihood: LikelihoodAttacks | undefined): Row[] {
  const row = (how: string, auc: Interval | undefined): Row => [
    `membership by the model's likelihood of ${how}, AUC`,
    shown(auc, intervalText),
    '0.5 in the interval',
  ];
  return [row('a record', likelihood?.record.auc), row('a record, per token', likelihood?.token.auc)];
}

/** Attacks on histories: what was found, and what is safe. */
export function historyAttackRows({ membership, closerToTraining, closestPeople, copies }: HistoriesAudit): Row[] {
  const people = ({ successes, trials }: Share) => `${numberText(successes)} of ${numberText(trials)}`;
  const copied = (how: string, { training, holdout, excess }: HistoryCopies['near']): Row[] => [
    [`training patients reproduced ${how}`, people(training), `held out ${people(holdout)}`],
    ['  beyond chance, per synthetic history', shown(excess, shareText), '0 in the interval'],
  ];
  return [
    ['membership by distance of visits in order, AUC', shown(membership.aligned, intervalText), '0.5 in the interval'],
    [
      'membership by density of histories (DOMIAS), AUC',
      shown(membership.density, intervalText),
      '0.5 in the interval',
    ],
    [
      'synthetic histories closer to training than held out',
      shown(closerToTraining, shareText),
      '50 % in the interval',
    ],
    [
      'patients who are the closest real patient to a synthetic history',
      people(closestPeople.training),
      `held out ${people(closestPeople.holdout)}`,
    ],
    ['  training beyond held out', shown(closestPeople.excess, shareText), '0 in the interval'],
    ...copied('visit by visit', copies.sequences),
    ...copied('visit by visit, with the days between', copies.withGaps),
    ...copied('in three successive visits', copies.runs),
    ...copied('in five successive visits with ten codes', copies.longRuns),
    ...copied('nearly', copies.near),
    ...copied('in all values of a lab, in order', copies.trajectories),
  ];
}

function shown(interval: Interval | undefined, text: (interval: Interval) => string): string {
  return interval ? text(interval) : NOT_MEASURED;
}
