import type { Interval } from '@ehrsynth/statistics';
import { MOST_PEOPLE_OF_RISKS } from '@ehrsynth/privacy';
import type { Gate } from './gate.ts';

/** What an attack may gain by training patients over others: five in a hundred. */
const GAIN = 0.05;

/** Attacks on the training patients: each has to be shown to gain little, by the upper end of its 95% interval. */
export const PRIVACY_GATES: readonly Gate[] = [
  ...(['sets', 'counts', 'density'] as const).map((how): Gate => ({
    name: `membership-${how}`,
    section: 'privacy',
    title: `AUC of membership inference by ${how === 'density' ? 'density (DOMIAS)' : `distance of ${how}`}, upper bound`,
    bound: 'at most',
    threshold: 0.55,
    range: [0.5, 1],
    safe: 0.5,
    source: 'an attacker who is right in at most 55 of 100 pairs: little above chance',
    value: ({ privacy }) => privacy.membership[how],
  })),
  {
    name: 'membership-likelihood',
    section: 'privacy',
    title: "AUC of membership inference by the model's likelihood of a record, whole or per token, upper bound",
    bound: 'at most',
    // It takes the model, which is in no package: only who gives it away needs it.
    suggested: 0.55,
    range: [0.5, 1],
    safe: 0.5,
    part: 'likelihood',
    source: 'Yeom et al. 2018; as membership-density: an attacker who is right in at most 55 of 100 pairs',
    value: ({ likelihood }) => likelihood && greatest([likelihood.record.auc, likelihood.token.auc]),
  },
  {
    name: 'exact-copies',
    section: 'privacy',
    title: 'training patients reproduced code by code, beyond chance, per synthetic row, upper bound',
    bound: 'at most',
    threshold: 0.01,
    range: [0, 1],
    safe: 0,
    source: 'ours: reproduced held-out patients are chance; anything beyond that is memorisation',
    perRowOf: 'training',
    value: ({ privacy }) => privacy.copies.exact.excess,
  },
  {
    name: 'near-copies',
    section: 'privacy',
    title: 'training patients nearly reproduced, beyond chance, per synthetic row, upper bound',
    bound: 'at most',
    threshold: 0.0075,
    range: [0, 1],
    safe: 0,
    source: 'ours: rows at most a third as far from a patient as the nearest real patient are rarely chance',
    perRowOf: 'training',
    value: ({ privacy }) => privacy.copies.near.excess,
  },
  {
    name: 'real-patients',
    section: 'privacy',
    title: 'real patients nearly reproduced, in training or held out, per synthetic row, upper bound',
    bound: 'at most',
    threshold: 0.01,
    range: [0, 1],
    safe: 0,
    source: 'ours: a release must not contain real patients, whether training or held out',
    advice: 'Rows are real patients, not drawn from a model. Generate again.',
    perRowOf: 'everybody',
    value: ({ privacy }) => privacy.copies.people,
  },
  {
    name: 'closer-to-training',
    section: 'privacy',
    title:
      'share of training patients who are the closest real patient to a synthetic row, minus that of held-out patients, upper bound',
    bound: 'at most',
    threshold: 1.5 * GAIN,
    range: [0, 1],
    safe: 0,
    source: 'ours: rows that copy no patient are just as often closest to patients who were not in training',
    value: ({ privacy }) => privacy.closestPeople.excess,
  },
  {
    name: 'privacy-loss',
    section: 'privacy',
    title: 'privacy loss by nearest-neighbour adversarial accuracy, upper bound',
    bound: 'at most',
    threshold: 0.05,
    range: [0, 1],
    safe: 0,
    source: 'Yale et al. 2020, where models judged safe lose under 0.05',
    value: ({ privacy }) => privacy.adversarialAccuracy.privacyLoss,
  },
  {
    name: 'attribute-inference',
    section: 'privacy',
    title: 'largest gain in F1 from inferring unknown codes, upper bound',
    bound: 'at most',
    threshold: GAIN,
    range: [0, 1],
    safe: 0,
    source: 'Yan et al. 2022; the control is the same attack on non-members',
    value: ({ privacy }) =>
      greatest(privacy.attributeInference.bands.filter(({ codes }) => codes > 0).map(({ gain }) => gain)),
  },
  ...(
    [
      ['singlingOut', 'singling-out', GAIN],
      ['linkability', 'linkability', 2 * GAIN],
      ['inference', 'inference', GAIN],
    ] as const
  ).map(([risk, name, threshold]): Gate => ({
    name,
    section: 'privacy',
    title: `risk of ${name.replace('-', ' ')} beyond the control, upper bound`,
    bound: 'at most',
    threshold,
    range: [0, 1],
    safe: 0,
    ...(name !== 'singling-out' && { most: MOST_PEOPLE_OF_RISKS }),
    source: 'Giomi et al. 2023; the three risks of the Article 29 Working Party (WP 216)',
    value: ({ privacy }) => (privacy[risk].attacks > 0 ? privacy[risk].risk : undefined),
  })),
  {
    name: 'identity-disclosure',
    section: 'privacy',
    title: 'risk of meaningful identity disclosure beyond that of non-members, upper bound',
    bound: 'below',
    threshold: 0.09,
    range: [0, 1],
    safe: 0,
    source: 'El Emam et al. 2020; the threshold of the European Medicines Agency and Health Canada',
    value: ({ privacy }) => privacy.identityDisclosure.excess,
  },
  {
    name: 'exposure',
    section: 'privacy',
    title: 'exposure of planted canaries above that of rows never planted, in bits, upper bound',
    bound: 'at most',
    threshold: 1,
    range: [0, 64],
    safe: 0,
    part: 'exposure',
    source: 'Carlini et al. 2019: a row that was not memorised is no more exposed than one that was never there',
    value: ({ exposure }) => exposure && less(exposure.mean, exposure.unplanted),
  },
  {
    name: 'k-anonymity',
    section: 'privacy',
    title: 'patients in the smallest class of the quasi-identifiers',
    bound: 'at least',
    range: [1, Infinity],
    source: 'Sweeney 2002; the policy sets the threshold',
    advice: 'Give --k and --quasi-identifiers: patients are added until every class has that many.',
    value: ({ kAnonymity }) => kAnonymity?.k,
  },
];

/** The one whose upper end is greatest. */
function greatest(intervals: Interval[]): Interval | undefined {
  return [...intervals].sort((a, b) => b.upper - a.upper).at(0);
}

function less({ value, lower, upper }: Interval, by: number): Interval {
  return { value: value - by, lower: lower - by, upper: upper - by };
}
