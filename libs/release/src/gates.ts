import type { Comparison } from '@ehrsynth/evaluation';
import type { Exposure, KAnonymity, PrivacyAudit } from '@ehrsynth/privacy';
import { PACKAGE_GATES } from './package-gates.ts';
import type { SourceFigures } from './source-figures.ts';

/** What gates look at. */
export interface Figures {
  comparison: Comparison;
  privacy: PrivacyAudit;
  /** Of planted canaries, as the synthetic rows show it. */
  exposure?: Exposure;
  /** Records checked by the validator of their format, and those with a fault. */
  records?: { checked: number; invalid: number };
  /** By the quasi-identifiers of the policy. */
  kAnonymity?: KAnonymity;
  /** What the written records share with the source. */
  source?: SourceFigures;
}

export type Section = 'validity' | 'privacy' | 'utility' | 'fidelity';

export interface Gate {
  name: string;
  section: Section;
  /** What is compared with the threshold. */
  title: string;
  bound: 'at most' | 'at least' | 'below';
  /** Where the policy names none; a gate without one is off until the policy sets it. */
  threshold?: number;
  /** Where the threshold comes from. */
  source: string;
  /** What to try where it fails. */
  advice: string;
  /** Undefined where it was not measured. */
  value: (figures: Figures) => number | undefined;
}

const LESS_MEMORY =
  'Train for fewer epochs, on more patients, or with stronger --l2; see whether rows are near copies of single patients.';
const MORE_TRAINING =
  'Train for longer or on more patients, or give rarer codes to their parent (ingest --rare parent).';

/** All gates, in the order in which they are told. */
export const GATES: readonly Gate[] = [
  {
    name: 'impossible-rows',
    section: 'validity',
    title: 'share of rows with a code impossible for their sex or age',
    bound: 'at most',
    threshold: 0,
    source: 'Yan et al. 2022, clinical knowledge violation',
    advice: 'Generate again with this version: the decoder mends such rows.',
    value: ({ comparison }) => comparison.violations.synthetic.share.value,
  },
  {
    name: 'valid-records',
    section: 'validity',
    title: 'share of records without a fault of format',
    bound: 'at least',
    threshold: 1,
    source: 'every record is to be accepted by a conformant server or loader',
    advice: 'Run `ehrsynth validate` on the exported records: it lists each fault.',
    value: ({ records }) => records && 1 - records.invalid / Math.max(1, records.checked),
  },
  ...PACKAGE_GATES,
  ...(['sets', 'counts', 'density'] as const).map((how): Gate => ({
    name: `membership-${how}`,
    section: 'privacy',
    title: `AUC of membership inference by ${how === 'density' ? 'density (DOMIAS)' : `distance of ${how}`}, upper bound`,
    bound: 'at most',
    threshold: 0.55,
    source: 'an attacker who is right in at most 55 of 100 pairs: little above chance',
    advice: `${LESS_MEMORY} The interval is wide where few patients are held out.`,
    value: ({ privacy }) => privacy.membership[how].upper,
  })),
  ...(['exact', 'near'] as const).map((how): Gate => ({
    name: `${how}-copies`,
    section: 'privacy',
    title: `share of rows that are ${how === 'exact' ? '' : 'but for one code '}a training row, less the upper bound of the same for held-out rows`,
    bound: 'at most',
    threshold: 0,
    source: 'copies of people who were not in training are chance; more than that are memory',
    advice: LESS_MEMORY,
    value: ({ privacy }) => privacy.copies[how].training.value - privacy.copies[how].holdout.upper,
  })),
  {
    name: 'closer-to-training',
    section: 'privacy',
    title: 'share of rows closer to a training row than to any of as many held-out rows, lower bound',
    bound: 'at most',
    threshold: 0.5,
    source: 'half of them are by chance',
    advice: LESS_MEMORY,
    value: ({ privacy }) => privacy.closestRecord.closerToTraining.lower,
  },
  {
    name: 'privacy-loss',
    section: 'privacy',
    title: 'privacy loss by nearest-neighbour adversarial accuracy, upper bound',
    bound: 'at most',
    threshold: 0.1,
    source:
      'Yale et al. 2020, where models judged safe lose under 0.05; with the width of the interval at a few hundred patients',
    advice: LESS_MEMORY,
    value: ({ privacy }) => privacy.adversarialAccuracy.privacyLoss.upper,
  },
  {
    name: 'attribute-inference',
    section: 'privacy',
    title: 'greatest gain in F1 of inferring unknown codes, upper bound',
    bound: 'at most',
    threshold: 0.05,
    source: 'Yan et al. 2022: the attack on people who were not in training is the control',
    advice: LESS_MEMORY,
    value: ({ privacy }) =>
      privacy.attributeInference.bands
        .filter(({ codes }) => codes > 0)
        .reduce((most, { gain }) => Math.max(most, gain.upper), 0),
  },
  ...(
    [
      ['singlingOut', 'singling-out'],
      ['linkability', 'linkability'],
      ['inference', 'inference'],
    ] as const
  ).map(([risk, name]): Gate => ({
    name,
    section: 'privacy',
    title: `risk of ${name.replace('-', ' ')} beyond the control, lower bound`,
    bound: 'at most',
    threshold: 0,
    source: 'Giomi et al. 2023; the three risks of the Article 29 Working Party (WP 216)',
    advice: LESS_MEMORY,
    value: ({ privacy }) => privacy[risk].risk.lower,
  })),
  {
    name: 'identity-disclosure',
    section: 'privacy',
    title: 'risk of meaningful identity disclosure, upper bound',
    bound: 'below',
    threshold: 0.09,
    source: 'El Emam et al. 2020; the threshold of the European Medicines Agency and Health Canada',
    advice: 'Use coarser demographics, or more training patients: people in small classes are at risk.',
    value: ({ privacy }) => privacy.identityDisclosure.risk.upper,
  },
  {
    name: 'exposure',
    section: 'privacy',
    title: 'exposure of planted canaries above that of rows never planted, in bits, lower bound',
    bound: 'at most',
    threshold: 0,
    source: 'Carlini et al. 2019: a row that was not remembered is as exposed as one that was never there',
    advice: `${LESS_MEMORY} It is measured where the model was trained with --canaries.`,
    value: ({ exposure }) => exposure && exposure.mean.lower - exposure.unplanted,
  },
  {
    name: 'k-anonymity',
    section: 'privacy',
    title: 'patients in the smallest class of the quasi-identifiers',
    bound: 'at least',
    source: 'Sweeney 2002; the policy says how many',
    advice: 'Give --k and --quasi-identifiers: patients are added until every class has that many.',
    value: ({ kAnonymity }) => kAnonymity?.k,
  },
  {
    name: 'outcome-prediction',
    section: 'utility',
    title: 'AUC of an outcome lost by training on synthetic rows (TRTR less TSTR)',
    bound: 'at most',
    threshold: 0.2,
    source: 'ours; Yan et al. 2022 report 0.594 to 0.712 trained on synthetic rows, by model',
    advice: MORE_TRAINING,
    value: ({ comparison: { outcome } }) =>
      outcome && outcome.trainRealTestReal.value - outcome.trainSyntheticTestReal.value,
  },
  {
    name: 'dimension-wise-prediction',
    section: 'utility',
    title: 'mean AUC of the common codes lost by training on synthetic rows',
    bound: 'at most',
    threshold: 0.15,
    source: 'ours, after Choi et al. 2017, section 4.3',
    advice: MORE_TRAINING,
    value: ({ comparison }) => comparison.prediction.synthetic.aucGap,
  },
  {
    name: 'prevalence',
    section: 'fidelity',
    title: "Pearson's r of the codes' prevalence",
    bound: 'at least',
    threshold: 0.95,
    source: 'ours, after Choi et al. 2017, figure 3',
    advice: MORE_TRAINING,
    value: ({ comparison }) => comparison.prevalence.synthetic.r,
  },
  {
    name: 'record-length',
    section: 'fidelity',
    title: 'Kolmogorov–Smirnov distance of the number of codes a patient',
    bound: 'at most',
    threshold: 0.2,
    source: 'ours',
    advice: MORE_TRAINING,
    value: ({ comparison }) => comparison.recordLength.synthetic.ks,
  },
  {
    name: 'coverage',
    section: 'fidelity',
    title: 'share of the codes of at least 20 training patients that no row has',
    bound: 'at most',
    threshold: 0.05,
    source: 'ours',
    advice: `Generate more patients. ${MORE_TRAINING}`,
    value: ({ comparison: { coverage } }) => {
      const { codes, neverGenerated } = coverage.codes.find(({ minPatients }) => minPatients === 20)!;
      return neverGenerated / Math.max(1, codes);
    },
  },
  {
    name: 'discriminator',
    section: 'fidelity',
    title: 'AUC of boosted trees that tell synthetic from held-out rows',
    bound: 'at most',
    threshold: 0.85,
    source: 'ours; 0.5 cannot be told apart',
    advice: MORE_TRAINING,
    value: ({ comparison }) => comparison.discriminator.synthetic.boostedTrees.value,
  },
];
