import type { Gate } from './gate.ts';

/** What synthetic patients are worth, beside what real training patients are. */
export const FIDELITY_GATES: readonly Gate[] = [
  {
    name: 'outcome-prediction',
    section: 'utility',
    title: 'loss of AUC for an outcome when training on synthetic rows (TRTR minus TSTR)',
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
    title: 'mean loss of AUC for common codes when training on synthetic rows',
    bound: 'at most',
    threshold: 0.15,
    range: [-1, 1],
    source: 'ours, after Choi et al. 2017, section 4.3',
    safe: 0,
    value: ({ comparison: { prediction } }) => prediction.synthetic.auc ?? prediction.synthetic.aucGap,
  },
  {
    name: 'prevalence-shortfall',
    section: 'fidelity',
    title: "shortfall in Pearson's r of code prevalence, compared with real training rows",
    bound: 'at most',
    threshold: 0.05,
    range: [-2, 2],
    source: 'ours, after Choi et al. 2017, figure 3',
    safe: 0,
    value: ({ comparison: { prevalence } }) =>
      prevalence.shortfall ?? short(prevalence.floor.r, prevalence.synthetic.r),
  },
  {
    name: 'record-length',
    section: 'fidelity',
    title: 'Kolmogorov–Smirnov distance of the number of codes per patient, in excess of real training rows',
    bound: 'at most',
    threshold: 0.2,
    range: [-1, 1],
    source: 'ours',
    value: ({ comparison: { recordLength } }) => recordLength.synthetic.ks - recordLength.floor.ks,
  },
  {
    name: 'coverage',
    section: 'fidelity',
    title: 'share of the codes of at least 20 training patients that occur in no row',
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
