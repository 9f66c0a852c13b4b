import { type Comparison, type Violations, withheldText } from '@ehrsynth/evaluation';
import type { AttackRisk, Copies, PrivacyAudit } from '@ehrsynth/privacy';
import { fixed, type Interval, intervalText, numberText, percent, type Share, shareText } from '@ehrsynth/statistics';

/** What a figure is called, the figure, and the one to hold it against. */
export type Row = [name: string, found: string, beside: string];

/** Said in place of a figure that these rows cannot give. */
export const NOT_MEASURED = 'not measured';
/** Of a small cell. */
const TOO_FEW = 'too few to show';

/** Fidelity: synthetic rows, and real training rows. */
export function fidelityRows(found: Comparison): Row[] {
  const { prevalence, recordLength, counts, pairs, conceptAbundance, clusters, discriminator, coverage, violations } =
    found;
  const row = <T>(name: string, { synthetic, floor }: { synthetic: T; floor: T }, show: (figure: T) => string): Row => [
    name,
    show(synthetic),
    show(floor),
  ];
  const four = (value: number | undefined) => digits(value, 4);
  const pair = (both: { reference?: number; other?: number }) =>
    `${digits(both.reference, 2)} / ${digits(both.other, 2)}`;
  return [
    row('prevalence: Pearson r', prevalence, ({ r }) => four(r)),
    row('prevalence: RMSE', prevalence, ({ rmse }) => four(rmse)),
    row('prevalence: mean absolute difference', prevalence, ({ meanAbsoluteDifference }) =>
      four(meanAbsoluteDifference),
    ),
    row('prevalence: largest absolute difference', prevalence, ({ maxAbsoluteDifference }) =>
      four(maxAbsoluteDifference),
    ),
    row('codes per patient: mean (held out / other)', recordLength, ({ mean }) => pair(mean)),
    row('codes per patient: standard deviation (held out / other)', recordLength, ({ sd }) => pair(sd)),
    row('codes per patient: KS distance', recordLength, ({ ks }) => four(ks)),
    row('rows without codes', recordLength, ({ emptyRows }) =>
      emptyRows.other ? percent(emptyRows.other.value) : TOO_FEW,
    ),
    row('medical concept abundance', conceptAbundance, four),
    row('counts: RMSE of the means', counts, ({ mean }) => four(mean.rmse)),
    row('counts: RMSE of the variances', counts, ({ variance }) => four(variance.rmse)),
    row('counts, log (1 + count): RMSE of the means', counts, ({ log1p }) => four(log1p.mean.rmse)),
    row('pairs: mean absolute difference of φ', pairs, ({ correlation }) => four(correlation?.meanAbsoluteDifference)),
    row('pairs: Pearson r of φ', pairs, ({ correlation }) => four(correlation?.r)),
    row('pairs: Pearson r of log lift', pairs, ({ lift }) => four(lift?.r)),
    row('pairs: RMSE of log lift', pairs, ({ lift }) => four(lift?.rmse)),
    row('latent cluster deviation, log', clusters, ({ logDeviation }) => digits(logDeviation, 2)),
    row('distinguished from held-out rows by logistic regression: AUC', discriminator, ({ logisticRegression }) =>
      interval(logisticRegression),
    ),
    row('distinguished from held-out rows by boosted trees: AUC', discriminator, ({ boostedTrees }) =>
      interval(boostedTrees),
    ),
    ['rows impossible for sex or age', violationText(violations.synthetic), trainingViolationText(found)],
    [
      'rows whose set of codes is unique',
      percent(coverage.uniqueRows.other),
      coverage.uniqueRows.reference === undefined ? TOO_FEW : percent(coverage.uniqueRows.reference),
    ],
    ...coverage.codes.map(({ minPatients, codes, neverGenerated }): Row => [
      `codes with ≥ ${minPatients} training patients, never generated`,
      neverGenerated === undefined ? `${NOT_MEASURED}: no such code` : `${neverGenerated} of ${codes}`,
      neverGenerated === undefined ? '' : '0',
    ]),
  ];
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
  const three = (value: number | undefined) => digits(value, 3);
  const rows: Row[] = [
    ['codes from the others: mean AUC lost', three(synthetic.aucGap), three(floor.aucGap)],
    ['codes from the others: mean F1 lost', three(synthetic.f1Gap), three(floor.f1Gap)],
    ['codes from the others: Pearson r of the AUCs', three(synthetic.aucR), three(floor.aucR)],
  ];
  if (!outcome) return rows;
  const { code, display = '' } = outcome.outcome;
  const share = (value: number | undefined) => (value === undefined ? NOT_MEASURED : percent(value));
  return [
    ...rows,
    [
      `${code} ${display}: AUC on real rows`,
      interval(outcome.trainSyntheticTestReal),
      interval(outcome.trainRealTestReal),
    ],
    ['  on synthetic rows, trained on real ones', interval(outcome.trainRealTestSynthetic), ''],
    ['  on real rows, trained on both together', interval(outcome.trainBothTestReal), ''],
    [
      `  same among the ${outcome.features.top} most important features`,
      share(outcome.features.synthetic),
      share(outcome.features.floor),
    ],
  ];
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
  const {
    membership,
    closestRecord,
    closestPeople,
    adversarialAccuracy,
    copies,
    attributeInference,
    identityDisclosure,
  } = privacy;
  const people = ({ successes, trials }: Share) => `${numberText(successes)} of ${numberText(trials)}`;
  const copied = (how: string, { training, holdout, excess }: Copies['exact']): Row[] => [
    [`training patients reproduced ${how}`, people(training), `held out ${people(holdout)}`],
    ['  beyond chance, per synthetic row', shareText(excess), '0 in the interval'],
  ];
  const risk = (name: string, found: AttackRisk): Row => [
    `${name}, risk beyond the control`,
    intervalText(found.risk),
    '0 in the interval',
  ];
  return [
    ['membership by distance of sets, AUC', intervalText(membership.sets), '0.5 in the interval'],
    ['membership by distance of counts, AUC', intervalText(membership.counts), '0.5 in the interval'],
    ['membership by density (DOMIAS), AUC', intervalText(membership.density), '0.5 in the interval'],
    [
      'synthetic rows closer to training than held out',
      shareText(closestRecord.closerToTraining),
      '50 % in the interval',
    ],
    [
      'patients who are the closest real patient to a synthetic row',
      people(closestPeople.training),
      `held out ${people(closestPeople.holdout)}`,
    ],
    ['  training beyond held out', shareText(closestPeople.excess), '0 in the interval'],
    [
      'distance to the closest record, median (training / held out)',
      `${closestRecord.training.dcr.median} / ${closestRecord.holdout.dcr.median}`,
      'the same',
    ],
    [
      'nearest-neighbour distance ratio, median (training / held out)',
      `${closestRecord.training.nndr.median.toFixed(3)} / ${closestRecord.holdout.nndr.median.toFixed(3)}`,
      'the same',
    ],
    [
      'adversarial accuracy (training / held out)',
      `${adversarialAccuracy.training.toFixed(3)} / ${adversarialAccuracy.holdout.toFixed(3)}`,
      '0.5',
    ],
    ['privacy loss', intervalText(adversarialAccuracy.privacyLoss), '0 in the interval'],
    ...copied('code by code', copies.exact),
    ...copied('nearly', copies.near),
    ...attributeInference.bands
      .filter(({ codes }) => codes > 0)
      .map(({ from, gain }): Row => [
        `inference of unknown codes, prevalence from ${percent(from)}: F1 gained`,
        intervalText(gain),
        '0 in the interval',
      ]),
    [
      'meaningful identity disclosure',
      intervalText(identityDisclosure.risk),
      `held out ${intervalText(identityDisclosure.control)}`,
    ],
    ['  beyond held out', intervalText(identityDisclosure.excess), '0 in the interval'],
    risk('singling out', privacy.singlingOut),
    risk('linkability', privacy.linkability),
    risk('inference of one secret code', privacy.inference),
  ];
}
