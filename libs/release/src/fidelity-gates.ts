import type { Gate } from './gate.ts';

/** What synthetic patients are worth, beside what real training patients are. */
export const FIDELITY_GATES: readonly Gate[] = [
  {
    name: 'outcome-prediction',
    section: 'utility',
    title: 'AUC of an outcome lost by training on synthetic rows (TRTR less TSTR)',
    bound: 'at most',
    threshold: 0.2,
    range: [-1, 1],
    source: 'ours; Yan et al. 2022 report 0.594 to 0.712 trained on synthetic rows, by model',
    value: ({ comparison: { outcome } }) =>
      outcome?.trainRealTestReal &&
      outcome.trainSyntheticTestReal &&
      outcome.trainRealTestReal.value - outcome.trainSyntheticTestReal.value,
  },
  {
    name: 'dimension-wise-prediction',
    section: 'utility',
    title: 'mean AUC of the common codes lost by training on synthetic rows',
    bound: 'at most',
    threshold: 0.15,
    range: [-1, 1],
    source: 'ours, after Choi et al. 2017, section 4.3',
    value: ({ comparison }) => comparison.prediction.synthetic.aucGap,
  },
  {
    name: 'prevalence-shortfall',
    section: 'fidelity',
    title: "Pearson's r of the codes' prevalence, short of the one that real training rows reach",
    bound: 'at most',
    threshold: 0.05,
    range: [-2, 2],
    source: 'ours, after Choi et al. 2017, figure 3',
    value: ({ comparison: { prevalence } }) => short(prevalence.floor.r, prevalence.synthetic.r),
  },
  {
    name: 'record-length',
    section: 'fidelity',
    title: 'Kolmogorov–Smirnov distance of the number of codes per patient, beyond that of real training rows',
    bound: 'at most',
    threshold: 0.2,
    range: [-1, 1],
    source: 'ours',
    value: ({ comparison: { recordLength } }) => recordLength.synthetic.ks - recordLength.floor.ks,
  },
  {
    name: 'coverage',
    section: 'fidelity',
    title: 'share of the codes of at least 20 training patients that no row has',
    bound: 'at most',
    threshold: 0.05,
    range: [0, 1],
    source: 'ours',
    advice: 'Codes are missing: generate more patients.',
    value: ({ comparison: { coverage } }) => {
      const { codes, neverGenerated } = coverage.codes.find(({ minPatients }) => minPatients === 20)!;
      return neverGenerated === undefined ? undefined : neverGenerated / codes;
    },
  },
  {
    name: 'discriminator',
    section: 'fidelity',
    title: 'AUC of boosted trees, synthetic against held-out rows',
    bound: 'at most',
    threshold: 0.85,
    range: [0.5, 1],
    source: 'ours; 0.5 cannot be distinguished',
    value: ({ comparison }) => comparison.discriminator.synthetic.boostedTrees?.value,
  },
];

function short(floor: number | undefined, found: number | undefined): number | undefined {
  return floor === undefined || found === undefined ? undefined : floor - found;
}
