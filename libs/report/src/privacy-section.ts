import { escapeHtml } from '@ehrsynth/io';
import type { AttackRisk } from '@ehrsynth/privacy';
import { intervalText, numberText, shareText } from '@ehrsynth/statistics';
import { historyAttacks } from './history-attacks.ts';
import { plotOf, sectionOf, tableOf } from './html.ts';
import { rowTable } from './ranges.ts';
import { type ReportData, runsOf } from './report-data.ts';
import { attackRows, lookedText } from './rows.ts';

/** What the synthetic rows reveal about the patients that the model learnt from. */
export function privacySection(data: ReportData): string {
  const { privacy, canaries } = data;
  const { rows, closestRecord, kAnonymity } = privacy;
  const looked = lookedText(privacy);
  return sectionOf(
    'privacy',
    'Privacy',
    `<p>Attacks on ${numberText(rows.members)} training patients, each with a control: the same attack on ${numberText(rows.nonMembers)} non-members, patients who were not in the training.${looked ? ` ${looked}` : ''}</p>`,
    rowTable('Attacks', ['', 'found', 'safe'], runsOf(data), (run) => attackRows(run.privacy)),
    riskTable(privacy),
    plotOf(
      'roc',
      'Membership inference',
      'ROC curves of distinguishing training patients from non-members. The dashed line is guessing.',
      tableOf(
        'Membership inference',
        ['attack', 'AUC'],
        [
          ['distance of sets', intervalText(privacy.membership.sets)],
          ['distance of counts', intervalText(privacy.membership.counts)],
          ['density (DOMIAS)', intervalText(privacy.membership.density)],
        ],
      ),
    ),
    plotOf(
      'distances',
      'Distance to the closest real patient',
      'Synthetic patients by the number of codes in which they differ from the closest training patient and from the closest held-out patient. If training patients are clearly nearer, the model has memorised them.',
      tableOf(
        'Synthetic patients by distance',
        ['codes that differ', 'to training', 'to held out'],
        byDistance(closestRecord.training.histogram, closestRecord.holdout.histogram),
      ),
    ),
    `<h3>Classes</h3><p>${numberText(kAnonymity.classes)} classes of synthetic patients by ${escapeHtml(kAnonymity.quasiIdentifiers.join(', '))}; the smallest has ${numberText(kAnonymity.k)}.</p>`,
    historyAttacks(runsOf(data).map(({ histories, likelihood }) => ({ attacks: histories?.attacks, likelihood }))),
    canaryTable(canaries),
  );
}

/** Distance, and how many are so far from the one and from the other. */
function byDistance(training: number[], holdout: number[]): number[][] {
  const longest = Math.max(training.length, holdout.length);
  return Array.from({ length: longest }, (_, distance) => [distance, training[distance] ?? 0, holdout[distance] ?? 0]);
}

function riskTable({ singlingOut, linkability, inference }: ReportData['privacy']): string {
  const row = (name: string, { attacks, attack, control, baseline, risk }: AttackRisk) => [
    name,
    numberText(attacks),
    shareText(attack),
    shareText(control),
    shareText(baseline),
    intervalText(risk),
  ];
  return tableOf(
    'The three risks of the Article 29 Working Party',
    [
      '',
      'attacks',
      'succeed on training patients',
      'succeed on non-members (control)',
      'succeed by guessing',
      'risk; 0 is safe',
    ],
    [row('singling out', singlingOut), row('linkability', linkability), row('inference', inference)],
  );
}

function canaryTable(found: ReportData['canaries']): string {
  if (!found) return '';
  const { canaries, repeats, byReconstruction, bySamples } = found;
  return tableOf(
    `Exposure of ${numberText(canaries)} canaries, each planted ${numberText(repeats)} times, in bits`,
    ['', 'mean', 'rows that were never planted', 'at most'],
    [
      [
        'the model reproduces them',
        intervalText(byReconstruction.mean, 2),
        byReconstruction.unplanted.toFixed(2),
        Math.log2(byReconstruction.candidates + 1).toFixed(1),
      ],
      ...(bySamples
        ? [
            [
              'synthetic rows come close to them',
              intervalText(bySamples.mean, 2),
              bySamples.unplanted.toFixed(2),
              Math.log2(bySamples.candidates + 1).toFixed(1),
            ],
          ]
        : []),
    ],
  );
}
