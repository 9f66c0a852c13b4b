import type { AttackRisk } from '@ehrsynth/privacy';
import { intervalText, numberText, percent, shareText } from '@ehrsynth/statistics';
import { escapeHtml, plotOf, sectionOf, tableOf } from './html.ts';
import type { ReportData } from './render.ts';

/** What the synthetic rows tell of the patients that the model learnt from. */
export function privacySection({ privacy, canaries }: ReportData): string {
  const { rows, closestRecord, kAnonymity } = privacy;
  return sectionOf(
    'privacy',
    'Privacy',
    `<p>Attacks on ${numberText(rows.members)} training patients, each beside its control: the same on ${numberText(rows.nonMembers)} patients who were not in training.</p>`,
    attackTable(privacy),
    riskTable(privacy),
    plotOf(
      'roc',
      'Membership inference',
      'ROC curves of telling training patients from others. On the dashed line an attacker guesses.',
      tableOf('Membership inference', ['attack', 'AUC'], [
        ['distance of sets', intervalText(privacy.membership.sets)],
        ['distance of counts', intervalText(privacy.membership.counts)],
        ['density (DOMIAS)', intervalText(privacy.membership.density)],
      ]),
    ),
    plotOf(
      'distances',
      'Distance to the closest real patient',
      'Synthetic patients by the number of codes in which they differ from the closest training and from the closest held-out patient. Where training is nearer, the model remembers.',
      tableOf(
        'Synthetic patients by distance',
        ['codes that differ', 'to training', 'to held out'],
        closestRecord.training.histogram.map((count, distance) => [distance, count, closestRecord.holdout.histogram[distance] ?? 0]),
      ),
    ),
    `<h3>Classes</h3><p>${numberText(kAnonymity.classes)} classes of synthetic patients by ${escapeHtml(kAnonymity.quasiIdentifiers.join(', '))}; the smallest has ${numberText(kAnonymity.k)}.</p>`,
    canaryTable(canaries),
  );
} // prettier-ignore

function attackTable({ membership, closestRecord, adversarialAccuracy, copies, attributeInference, identityDisclosure }: ReportData['privacy']): string {
  return tableOf('Attacks', ['', 'found', 'safe'], [
    ['membership by distance of sets, AUC', intervalText(membership.sets), '0.5 in the interval'],
    ['membership by distance of counts, AUC', intervalText(membership.counts), '0.5 in the interval'],
    ['membership by density (DOMIAS), AUC', intervalText(membership.density), '0.5 in the interval'],
    ['synthetic rows closer to training than held out', shareText(closestRecord.closerToTraining), '50 % in the interval'],
    ['distance to the closest record, median (training / held out)', `${closestRecord.training.dcr.median} / ${closestRecord.holdout.dcr.median}`, 'the same'],
    ['nearest-neighbour distance ratio, median (training / held out)', `${closestRecord.training.nndr.median.toFixed(3)} / ${closestRecord.holdout.nndr.median.toFixed(3)}`, 'the same'],
    ['adversarial accuracy (training / held out)', `${adversarialAccuracy.training.toFixed(3)} / ${adversarialAccuracy.holdout.toFixed(3)}`, '0.5'],
    ['privacy loss', intervalText(adversarialAccuracy.privacyLoss), '0 in the interval'],
    [`copies of training rows (≥ ${copies.minCodes} codes)`, shareText(copies.exact.training), `held out ${shareText(copies.exact.holdout)}`],
    ['copies but for one code', shareText(copies.near.training), `held out ${shareText(copies.near.holdout)}`],
    ...attributeInference.bands.filter(({ codes }) => codes > 0).map(({ from, gain }) => [`inference of unknown codes, prevalence from ${percent(from)}: F1 gained`, intervalText(gain), '0 in the interval']),
    ['meaningful identity disclosure', intervalText(identityDisclosure.risk), `below 0.09; held out ${intervalText(identityDisclosure.control)}`],
  ]);
} // prettier-ignore

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
    ['', 'attacks', 'succeed on training patients', 'on others (control)', 'by guessing', 'risk; 0 is safe'],
    [row('singling out', singlingOut), row('linkability', linkability), row('inference', inference)],
  );
}

function canaryTable(found: ReportData['canaries']): string {
  if (!found) return '';
  const { canaries, repeats, byReconstruction, bySamples } = found;
  return tableOf(
    `Exposure of ${numberText(canaries)} canaries that were planted ${numberText(repeats)} times each, in bits; rows that were never planted have 1.44`,
    ['', 'mean', 'at most'],
    [
      ['the model gives them back', intervalText(byReconstruction.mean, 2), Math.log2(byReconstruction.candidates + 1).toFixed(1)],
      ...(bySamples ? [['synthetic rows come close to them', intervalText(bySamples.mean, 2), Math.log2(bySamples.candidates + 1).toFixed(1)]] : []),
    ],
  );
} // prettier-ignore
