import { type Comparison, type Violations, withheldText } from '@ehrsynth/evaluation';
import type { AttackRisk, Copies, PrivacyAudit } from '@ehrsynth/privacy';
import { fixed, type Interval, intervalText, numberText, percent } from '@ehrsynth/statistics';
import { intervalRow, NOT_MEASURED, peopleRow, type Row, rowOf, shareRow, three } from './row.ts';

/** Of a small cell. */
const TOO_FEW = 'too few to show';

/** Fidelity: synthetic rows, and real training rows. */
export function fidelityRows(found: Comparison): Row[] {
  const { prevalence, recordLength, counts, pairs, conceptAbundance, clusters, discriminator, coverage, violations } =
    found;
  type Sides<T> = { synthetic: T; floor: T };
  const row = <T>(name: string, { synthetic, floor }: Sides<T>, of: (figure: T) => number | undefined, count = 4) =>
    figureRow(name, of(synthetic), of(floor), count);
  const pair = (name: string, of: (figure: Comparison['recordLength']['floor']) => Both): Row => {
    const [own, real] = [of(recordLength.synthetic), of(recordLength.floor)];
    const shown = (both: Both) => `${digits(both.reference, 2)} / ${digits(both.other, 2)}`;
    return rowOf(name, [shown(own), shown(real)], own.other, (value) => fixed(value, 2));
  };
  const trees = <T>(name: string, { synthetic, floor }: Sides<T>, of: (figure: T) => Interval | undefined) =>
    intervalRow(name, of(synthetic), interval(of(floor)));
  return [
    row('prevalence: Pearson r', prevalence, ({ r }) => r),
    row('prevalence: RMSE', prevalence, ({ rmse }) => rmse),
    row('prevalence: mean absolute difference', prevalence, ({ meanAbsoluteDifference }) => meanAbsoluteDifference),
    row('prevalence: largest absolute difference', prevalence, ({ maxAbsoluteDifference }) => maxAbsoluteDifference),
    pair('codes per patient: mean (held out / other)', ({ mean }) => mean),
    pair('codes per patient: standard deviation (held out / other)', ({ sd }) => sd),
    row('codes per patient: KS distance', recordLength, ({ ks }) => ks),
    rowOf(
      'rows without codes',
      [emptyText(recordLength.synthetic), emptyText(recordLength.floor)],
      recordLength.synthetic.emptyRows.other?.value,
      percent,
    ),
    row('medical concept abundance', conceptAbundance, (share) => share),
    row('counts: RMSE of the means', counts, ({ mean }) => mean.rmse),
    row('counts: RMSE of the variances', counts, ({ variance }) => variance.rmse),
    row('counts, log (1 + count): RMSE of the means', counts, ({ log1p }) => log1p.mean.rmse),
    row('pairs: mean absolute difference of φ', pairs, ({ correlation }) => correlation?.meanAbsoluteDifference),
    row('pairs: Pearson r of φ', pairs, ({ correlation }) => correlation?.r),
    row('pairs: Pearson r of log lift', pairs, ({ lift }) => lift?.r),
    row('pairs: RMSE of log lift', pairs, ({ lift }) => lift?.rmse),
    row('latent cluster deviation, log', clusters, ({ logDeviation }) => logDeviation, 2),
    trees(
      'distinguished from held-out rows by logistic regression: AUC',
      discriminator,
      (one) => one.logisticRegression,
    ),
    trees('distinguished from held-out rows by boosted trees: AUC', discriminator, (one) => one.boostedTrees),
    rowOf(
      'rows impossible for sex or age',
      [violationText(violations.synthetic), trainingViolationText(found)],
      violations.synthetic.share?.value,
      percent,
    ),
    rowOf(
      'rows whose set of codes is unique',
      [
        percent(coverage.uniqueRows.other),
        coverage.uniqueRows.reference === undefined ? TOO_FEW : percent(coverage.uniqueRows.reference),
      ],
      coverage.uniqueRows.other,
      percent,
    ),
    ...coverage.codes.map(({ minPatients, codes, neverGenerated }) =>
      rowOf(
        `codes with ≥ ${minPatients} training patients, never generated`,
        neverGenerated === undefined ? [`${NOT_MEASURED}: no such code`, ''] : [`${neverGenerated} of ${codes}`, '0'],
        neverGenerated,
        numberText,
      ),
    ),
  ];
}

/** Of held-out rows, and of those that are compared with them. */
interface Both {
  reference?: number;
  other?: number;
}

function emptyText({ emptyRows }: Comparison['recordLength']['floor']): string {
  return emptyRows.other ? percent(emptyRows.other.value) : TOO_FEW;
}

/** 0.3 %; 4 of 80 codes have no rule; not measured: 80 of 80 codes have no rule */
export function violationText({ share, rules: { codes, covered } }: Violations): string {
  const without = codes - covered;
  const unruled = `${numberText(without)} of ${numberText(codes)} codes have no rule`;
  if (share) return without > 0 ? `${percent(share.value)} (${unruled})` : percent(share.value);
  return `${NOT_MEASURED}: ${covered === 0 ? unruled : 'no row has a known sex or age'}`;
}

/** The same of training rows, without small cells. */
export function trainingViolationText({ violations: { training }, smallCell }: Comparison): string {
  if (training.withheld) return `${withheldText(training.withheld, smallCell)} rows`;
  return training.share ? percent(training.share.value) : NOT_MEASURED;
}

/** Utility: trained on synthetic rows, and on real ones. */
export function utilityRows({ prediction: { synthetic, floor }, outcome }: Comparison): Row[] {
  const rows: Row[] = [
    figureRow('codes from the others: mean AUC lost', synthetic.aucGap, floor.aucGap, 3),
    figureRow('codes from the others: mean F1 lost', synthetic.f1Gap, floor.f1Gap, 3),
    figureRow('codes from the others: Pearson r of the AUCs', synthetic.aucR, floor.aucR, 3),
  ];
  if (!outcome) return rows;
  const { trainSyntheticTestReal, trainRealTestReal, trainRealTestSynthetic, trainBothTestReal, features } = outcome;
  const { code, display = '' } = outcome.outcome;
  const share = (value: number | undefined) => (value === undefined ? NOT_MEASURED : percent(value));
  return [
    ...rows,
    intervalRow(`${code} ${display}: AUC on real rows`, trainSyntheticTestReal, interval(trainRealTestReal)),
    intervalRow('  on synthetic rows, trained on real ones', trainRealTestSynthetic, ''),
    intervalRow('  on real rows, trained on both together', trainBothTestReal, ''),
    rowOf(
      `  same among the ${features.top} most important features`,
      [share(features.synthetic), share(features.floor)],
      features.synthetic,
      percent,
    ),
  ];
}

function figureRow(name: string, found: number | undefined, beside: number | undefined, count: number): Row {
  return rowOf(name, [digits(found, count), digits(beside, count)], found, (value) => fixed(value, count));
}

function digits(value: number | undefined, count: number): string {
  return value === undefined ? NOT_MEASURED : fixed(value, count);
}

function interval(found: Interval | undefined): string {
  return found ? intervalText(found) : NOT_MEASURED;
}

/** Which people and rows the attacks by distance looked at; undefined where that is all of them. */
export function lookedText({ rows: { looked, ...all } }: PrivacyAudit): string | undefined {
  const sides = ['training', 'holdout', 'synthetic'] as const;
  if (sides.every((side) => looked[side] === all[side])) return undefined;
  const [training, holdout, synthetic] = sides.map((side) =>
    looked[side] === all[side]
      ? `all ${numberText(all[side])}`
      : `${numberText(looked[side])} of ${numberText(all[side])}`,
  );
  return `Attacks by distance searched for ${training} training patients and ${holdout} held-out ones, sampled at random, among ${synthetic} synthetic rows; exact copies of all patients were searched for among all rows.`;
}

/** Attacks: what was found, and what is safe. */
export function attackRows(privacy: PrivacyAudit): Row[] {
  const { membership, closestRecord, closestPeople, adversarialAccuracy } = privacy;
  const { copies, attributeInference, identityDisclosure } = privacy;
  const copied = (how: string, { training, holdout, excess }: Copies['exact']): Row[] => [
    peopleRow(`training patients reproduced ${how}`, training, holdout),
    shareRow('  beyond chance, per synthetic row', excess, '0 in the interval'),
  ];
  const risk = (name: string, found: AttackRisk) =>
    intervalRow(`${name}, risk beyond the control`, found.risk, '0 in the interval');
  return [
    intervalRow('membership by distance of sets, AUC', membership.sets, '0.5 in the interval'),
    intervalRow('membership by distance of counts, AUC', membership.counts, '0.5 in the interval'),
    intervalRow('membership by density (DOMIAS), AUC', membership.density, '0.5 in the interval'),
    shareRow('synthetic rows closer to training than held out', closestRecord.closerToTraining, '50 % in the interval'),
    peopleRow(
      'patients who are the closest real patient to a synthetic row',
      closestPeople.training,
      closestPeople.holdout,
    ),
    shareRow('  training beyond held out', closestPeople.excess, '0 in the interval'),
    rowOf(
      'distance to the closest record, median (training / held out)',
      [`${closestRecord.training.dcr.median} / ${closestRecord.holdout.dcr.median}`, 'the same'],
      closestRecord.training.dcr.median,
      numberText,
    ),
    rowOf(
      'nearest-neighbour distance ratio, median (training / held out)',
      [`${three(closestRecord.training.nndr.median)} / ${three(closestRecord.holdout.nndr.median)}`, 'the same'],
      closestRecord.training.nndr.median,
      three,
    ),
    rowOf(
      'adversarial accuracy (training / held out)',
      [`${three(adversarialAccuracy.training)} / ${three(adversarialAccuracy.holdout)}`, '0.5'],
      adversarialAccuracy.training,
      three,
    ),
    intervalRow('privacy loss', adversarialAccuracy.privacyLoss, '0 in the interval'),
    ...copied('code by code', copies.exact),
    ...copied('nearly', copies.near),
    ...attributeInference.bands
      .filter(({ codes }) => codes > 0)
      .map(({ from, gain }) =>
        intervalRow(
          `inference of unknown codes, prevalence from ${percent(from)}: F1 gained`,
          gain,
          '0 in the interval',
        ),
      ),
    intervalRow(
      'meaningful identity disclosure',
      identityDisclosure.risk,
      `held out ${intervalText(identityDisclosure.control)}`,
    ),
    intervalRow('  beyond held out', identityDisclosure.excess, '0 in the interval'),
    risk('singling out', privacy.singlingOut),
    risk('linkability', privacy.linkability),
    risk('inference of one secret code', privacy.inference),
  ];
}
