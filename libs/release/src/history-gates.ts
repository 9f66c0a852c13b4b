import type { Interval } from '@ehrsynth/statistics';
import type { Figures, Gate } from './gate.ts';

type Attacks = NonNullable<Figures['histories']>['attacks'];

/** What the gates on records over time have in common: a release without dated records has no such figure. */
const ATTACK = { section: 'privacy', bound: 'at most', optional: true } as const;
/** Off until a policy names them: no model that ships reaches what is worth asking for. */
const FIDELITY = { section: 'fidelity', bound: 'at most' } as const;

/** Gates on records over time: attacks on the training patients' histories, and how far synthetic histories are from the floor. */
export const HISTORY_GATES: readonly Gate[] = [
  attack({
    name: 'history-membership',
    title: 'AUC of membership inference by distance of histories, visit by visit, upper bound',
    threshold: 0.55,
    range: [0.5, 1],
    safe: 0.5,
    source: 'as membership-sets: an attacker who is right in at most 55 of 100 pairs',
    of: ({ membership }) => membership.aligned,
  }),
  attack({
    name: 'history-membership-density',
    title: 'AUC of membership inference by density of histories (DOMIAS), upper bound',
    threshold: 0.55,
    range: [0.5, 1],
    safe: 0.5,
    source: 'as membership-density: an attacker who is right in at most 55 of 100 pairs',
    of: ({ membership }) => membership.density,
  }),
  attack({
    name: 'sequence-copies',
    title:
      'training patients whose visits are all given back, code by code and in order, beyond chance, per synthetic history, upper bound',
    threshold: 0.01,
    range: [0, 1],
    safe: 0,
    source: 'as exact-copies: held-out patients who are given back are chance, more than that is memory',
    of: ({ copies }) => copies.sequences.excess,
  }),
  attack({
    name: 'near-sequence-copies',
    title: 'training patients whose visits are given back nearly, beyond chance, per synthetic history, upper bound',
    threshold: 0.0075,
    range: [0, 1],
    safe: 0,
    source: 'as near-copies: histories at most a third as far from a patient as the next real patient is',
    of: ({ copies }) => copies.near.excess,
  }),
  attack({
    name: 'histories-closer-to-training',
    title:
      'share of training patients who are the closest real person to a synthetic history, less that of held-out patients, upper bound',
    threshold: 0.075,
    range: [0, 1],
    safe: 0,
    source: 'as closer-to-training: histories that lean on nobody are as often closest to held-out people',
    of: ({ closestPeople }) => closestPeople.excess,
  }),
  {
    ...FIDELITY,
    name: 'sequential-bigrams',
    title: 'R² of pairs of codes in successive visits, short of the one that real training histories reach',
    suggested: 0.1,
    range: [-2, Infinity],
    source:
      "ours, after Theodorou et al. 2023 (HALO, which reports R² above 0.9); 0.1 is suggested, where the floor's own interval is some hundredths wide",
    value: ({ histories }) => beyond(histories?.longitudinal.codes.sequentialRecordBigrams, 'floor'),
  },
  {
    ...FIDELITY,
    name: 'visit-bigrams',
    title: 'R² of pairs of codes in one visit, short of the one that real training histories reach',
    suggested: 0.1,
    range: [-2, Infinity],
    source: 'ours, after Theodorou et al. 2023 (HALO); 0.1 is suggested, as for sequential-bigrams',
    value: ({ histories }) => beyond(histories?.longitudinal.codes.visitBigrams, 'floor'),
  },
  {
    ...FIDELITY,
    name: 'record-span',
    title: 'Kolmogorov–Smirnov distance of the days from first visit to last, beyond that of real training histories',
    suggested: 0.1,
    range: [-1, 1],
    source:
      'ours; 0.1 is suggested, half of what record-length allows, since it is the distance beyond the floor (which was 0.04 among 300 simulated lives)',
    value: ({ histories }) => beyond(histories?.longitudinal.time.span, 'synthetic'),
  },
  {
    ...FIDELITY,
    name: 'history-discriminator',
    title:
      'AUC of boosted trees that distinguish synthetic from held-out histories, beyond that of real training histories',
    suggested: 0.2,
    range: [-1, 0.5],
    source: 'ours; 0.2 is suggested: the floor is 0.5, and an AUC of 0.7 still finds much alike',
    value: ({ histories }) => beyond(histories?.longitudinal.discriminator.auc, 'synthetic'),
  },
  {
    ...FIDELITY,
    name: 'values-distribution',
    title:
      'Kolmogorov–Smirnov distance of the values of labs and vitals, mean over those that held-out patients have 50 of, beyond that of real training values',
    suggested: 0.1,
    range: [-1, 1],
    source:
      'ours; 0.1 is suggested, as the distance beyond the floor (which was 0.07 among 300 simulated lives; less the more values there are)',
    value: ({ histories }) => beyond(histories?.values.distribution.ks, 'synthetic'),
  },
];

function attack({
  of,
  ...gate
}: Omit<Gate, 'value' | keyof typeof ATTACK> & { of: (attacks: Attacks) => Interval | undefined }): Gate {
  return { ...ATTACK, ...gate, value: ({ histories }) => histories && of(histories.attacks) };
}

/** How far synthetic histories are from the floor: a figure that should be small less the floor, or the floor less one that should be great. */
function beyond(
  figure: { synthetic?: { value: number }; floor?: { value: number } } | undefined,
  greater: 'synthetic' | 'floor',
): number | undefined {
  if (!figure?.synthetic || !figure.floor) return undefined;
  const distance = figure.synthetic.value - figure.floor.value;
  return greater === 'synthetic' ? distance : -distance;
}
