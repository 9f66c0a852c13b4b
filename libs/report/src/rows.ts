import type { Comparison } from '@ehrsynth/evaluation';
import type { AttackRisk, Copies, PrivacyAudit } from '@ehrsynth/privacy';
import { intervalText, numberText, percent, type Share, shareText } from '@ehrsynth/statistics';

/** What a figure is called, the figure, and the one to hold it against. */
export type Row = [name: string, found: string, beside: string];

/** Fidelity: synthetic rows, and real training rows. */
export function fidelityRows(found: Comparison): Row[] {
  const { prevalence, recordLength, counts, pairs, conceptAbundance, clusters, discriminator, coverage, violations } = found;
  const row = <T>(name: string, { synthetic, floor }: { synthetic: T; floor: T }, show: (figure: T) => string): Row => [name, show(synthetic), show(floor)];
  const four = (value: number | undefined) => value?.toFixed(4) ?? 'too few';
  return [
    row('prevalence: Pearson r', prevalence, ({ r }) => four(r)),
    row('prevalence: RMSE', prevalence, ({ rmse }) => four(rmse)),
    row('prevalence: mean absolute difference', prevalence, ({ meanAbsoluteDifference }) => four(meanAbsoluteDifference)),
    row('prevalence: greatest absolute difference', prevalence, ({ maxAbsoluteDifference }) => four(maxAbsoluteDifference)),
    row('codes a patient: mean (held out / other)', recordLength, ({ mean }) => `${mean.reference.toFixed(2)} / ${mean.other.toFixed(2)}`),
    row('codes a patient: standard deviation (held out / other)', recordLength, ({ sd }) => `${sd.reference.toFixed(2)} / ${sd.other.toFixed(2)}`),
    row('codes a patient: KS distance', recordLength, ({ ks }) => four(ks)),
    row('rows without codes', recordLength, ({ emptyRows }) => (emptyRows.other ? percent(emptyRows.other.value) : 'too few to show')),
    row('medical concept abundance', conceptAbundance, four),
    row('counts: RMSE of the means', counts, ({ mean }) => four(mean.rmse)),
    row('counts: RMSE of the variances', counts, ({ variance }) => four(variance.rmse)),
    row('counts, log (1 + count): RMSE of the means', counts, ({ log1p }) => four(log1p.mean.rmse)),
    row('pairs: mean absolute difference of φ', pairs, ({ correlation }) => four(correlation.meanAbsoluteDifference)),
    row('pairs: Pearson r of φ', pairs, ({ correlation }) => four(correlation.r)),
    row('pairs: Pearson r of log lift', pairs, ({ lift }) => four(lift?.r)),
    row('pairs: RMSE of log lift', pairs, ({ lift }) => four(lift?.rmse)),
    row('latent cluster deviation, log', clusters, ({ logDeviation }) => logDeviation.toFixed(2)),
    row('told from held-out rows: logistic regression, AUC', discriminator, ({ logisticRegression }) => intervalText(logisticRegression)),
    row('told from held-out rows: boosted trees, AUC', discriminator, ({ boostedTrees }) => intervalText(boostedTrees)),
    ['rows impossible for sex or age', percent(violations.synthetic.share.value), violations.training.share ? percent(violations.training.share.value) : 'too few to show'],
    ['distinct rows', four(coverage.distinctRows.other), four(coverage.distinctRows.reference)],
    ...coverage.codes.map(({ minPatients, codes, neverGenerated }): Row => [`codes with ≥ ${minPatients} training patients, never generated`, `${neverGenerated} of ${codes}`, '0']),
  ];
} // prettier-ignore

/** Utility: trained on synthetic rows, and on real ones. */
export function utilityRows({ prediction: { synthetic, floor }, outcome }: Comparison): Row[] {
  const three = (value: number | undefined) => value?.toFixed(3) ?? 'too few';
  const rows: Row[] = [
    ['codes from the others: mean AUC lost', three(synthetic.aucGap), three(floor.aucGap)],
    ['codes from the others: mean F1 lost', three(synthetic.f1Gap), three(floor.f1Gap)],
    ['codes from the others: Pearson r of the AUCs', three(synthetic.aucR), three(floor.aucR)],
  ];
  if (!outcome) return rows;
  const { code, display = '' } = outcome.outcome;
  return [
    ...rows,
    [`${code} ${display}: AUC on real rows`, intervalText(outcome.trainSyntheticTestReal), intervalText(outcome.trainRealTestReal)],
    ['  on synthetic rows, trained on real ones', intervalText(outcome.trainRealTestSynthetic), ''],
    ['  on real rows, trained on both together', intervalText(outcome.trainBothTestReal), ''],
    [`  same among the ${outcome.features.top} features that tell most`, percent(outcome.features.synthetic), percent(outcome.features.floor)],
  ];
} // prettier-ignore

/** Attacks: what was found, and what is safe. */
export function attackRows(privacy: PrivacyAudit): Row[] {
  const { membership, closestRecord, closestPeople, adversarialAccuracy, copies, attributeInference, identityDisclosure } = privacy;
  const people = ({ successes, trials }: Share) => `${numberText(successes)} of ${numberText(trials)}`;
  const copied = (how: string, { training, holdout, excess }: Copies['exact']): Row[] => [
    [`training patients given back ${how}`, people(training), `held out ${people(holdout)}`],
    ['  beyond chance, per synthetic row', shareText(excess), '0 in the interval'],
  ];
  const risk = (name: string, found: AttackRisk): Row => [`${name}, risk beyond the control`, intervalText(found.risk), '0 in the interval'];
  return [
    ['membership by distance of sets, AUC', intervalText(membership.sets), '0.5 in the interval'],
    ['membership by distance of counts, AUC', intervalText(membership.counts), '0.5 in the interval'],
    ['membership by density (DOMIAS), AUC', intervalText(membership.density), '0.5 in the interval'],
    ['synthetic rows closer to training than held out', shareText(closestRecord.closerToTraining), '50 % in the interval'],
    ['patients who are the closest person to a synthetic row', people(closestPeople.training), `held out ${people(closestPeople.holdout)}`],
    ['  training beyond held out', shareText(closestPeople.excess), '0 in the interval'],
    ['distance to the closest record, median (training / held out)', `${closestRecord.training.dcr.median} / ${closestRecord.holdout.dcr.median}`, 'the same'],
    ['nearest-neighbour distance ratio, median (training / held out)', `${closestRecord.training.nndr.median.toFixed(3)} / ${closestRecord.holdout.nndr.median.toFixed(3)}`, 'the same'],
    ['adversarial accuracy (training / held out)', `${adversarialAccuracy.training.toFixed(3)} / ${adversarialAccuracy.holdout.toFixed(3)}`, '0.5'],
    ['privacy loss', intervalText(adversarialAccuracy.privacyLoss), '0 in the interval'],
    ...copied('code by code', copies.exact),
    ...copied('nearly', copies.near),
    ...attributeInference.bands.filter(({ codes }) => codes > 0).map(({ from, gain }): Row => [`inference of unknown codes, prevalence from ${percent(from)}: F1 gained`, intervalText(gain), '0 in the interval']),
    ['meaningful identity disclosure', intervalText(identityDisclosure.risk), `held out ${intervalText(identityDisclosure.control)}`],
    ['  beyond held out', intervalText(identityDisclosure.excess), '0 in the interval'],
    risk('singling out', privacy.singlingOut),
    risk('linkability', privacy.linkability),
    risk('inference of one secret code', privacy.inference),
  ];
} // prettier-ignore
