import type { Interval } from '@ehrsynth/statistics';
import type { Figures, Gate } from './gate.ts';

type Histories = NonNullable<Figures['histories']>;
type Attacks = Histories['attacks'];

/** What the gates on records over time have in common: a release without dated records has no such figure. */
const ATTACK = { section: 'privacy', bound: 'at most', part: 'histories' } as const;
/** What a policy may let synthetic histories lose of the way from the floor to what is worth nothing. */
const LOST = 0.1;

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
      'training patients whose visits are all reproduced, code by code and in order, beyond chance, per synthetic history, upper bound',
    threshold: 0.01,
    range: [0, 1],
    safe: 0,
    perRowOf: 'training',
    source: 'as exact-copies: reproduced held-out patients are chance; anything beyond that is memorisation',
    of: ({ copies }) => copies.sequences.excess,
  }),
  attack({
    name: 'partial-sequence-copies',
    title:
      'training patients of whom five consecutive visits with ten codes are reproduced, beyond chance, per synthetic history, upper bound',
    threshold: 0.01,
    range: [0, 1],
    safe: 0,
    perRowOf: 'training',
    source: 'as sequence-copies: reproducing a part of a history is memorisation, too',
    of: ({ copies }) => copies.longRuns.excess,
  }),
  attack({
    name: 'near-sequence-copies',
    title: 'training patients whose visits are nearly reproduced, beyond chance, per synthetic history, upper bound',
    threshold: 0.0075,
    range: [0, 1],
    safe: 0,
    perRowOf: 'training',
    source: 'as near-copies: histories at most a third as far from a patient as the nearest real patient is',
    of: ({ copies }) => copies.near.excess,
  }),
  attack({
    name: 'histories-closer-to-training',
    title:
      'share of training patients who are the closest real patient to a synthetic history, minus that of held-out patients, upper bound',
    threshold: 0.075,
    range: [0, 1],
    safe: 0,
    source: 'as closer-to-training: histories that copy no patient are just as often closest to held-out patients',
    of: ({ closestPeople }) => closestPeople.excess,
  }),
  fidelity({
    name: 'sequential-bigrams',
    figure: 'R² of pairs of codes in successive visits',
    worthless: 0,
    source: 'after Theodorou et al. 2023 (HALO)',
    of: ({ longitudinal }) => longitudinal.codes.sequentialRecordBigrams,
  }),
  fidelity({
    name: 'visit-bigrams',
    figure: 'R² of pairs of codes in one visit',
    worthless: 0,
    source: 'after Theodorou et al. 2023 (HALO)',
    of: ({ longitudinal }) => longitudinal.codes.visitBigrams,
  }),
  fidelity({
    name: 'record-span',
    figure: 'Kolmogorov–Smirnov distance of the days from first visit to last',
    worthless: 1,
    of: ({ longitudinal }) => longitudinal.time.span,
  }),
  fidelity({
    name: 'history-discriminator',
    figure: 'AUC of boosted trees that distinguish synthetic from held-out histories',
    worthless: 1,
    of: ({ longitudinal }) => longitudinal.discriminator.auc,
  }),
  fidelity({
    name: 'values-distribution',
    figure: 'mean Kolmogorov–Smirnov distance of values, for labs and vitals with at least 50 held-out values',
    worthless: 1,
    of: ({ values }) => values.distribution.ks,
  }),
];

function attack({
  of,
  ...gate
}: Omit<Gate, 'value' | keyof typeof ATTACK> & { of: (attacks: Attacks) => Interval | undefined }): Gate {
  return { ...ATTACK, ...gate, value: ({ histories }) => histories && of(histories.attacks) };
}

/**
 * A gate of fidelity, off until a policy names it: no model that ships passes it yet. Of the way from the floor to the figure of histories
 * that are worth nothing, it asks how much is lost beyond the end of the floor's own interval. So one threshold does for all figures and
 * for any number of patients.
 */
function fidelity({
  name,
  figure,
  worthless,
  source = '',
  of,
}: Pick<Gate, 'name'> & {
  figure: string;
  worthless: 0 | 1;
  source?: string;
  of: (histories: Histories) => { synthetic?: Interval; floor?: Interval };
}): Gate {
  return {
    name,
    section: 'fidelity',
    bound: 'at most',
    title: `${figure}: distance moved from the floor (real training histories) towards ${worthless}, beyond the floor's interval, as a share`,
    suggested: LOST,
    // A distance and an AUC are at most 1, all of the way; an R² may be below 0.
    range: [-2, worthless === 0 ? Infinity : 1],
    source: `ours${source && `, ${source}`}; a tenth of the way is suggested`,
    value: ({ histories }) => histories && lost(of(histories), worthless),
  };
}

/** Undefined where it was not measured, or the floor itself is worth nothing: these patients cannot show it. */
function lost({ synthetic, floor }: { synthetic?: Interval; floor?: Interval }, worthless: 0 | 1): number | undefined {
  if (!synthetic || !floor) return undefined;
  const [way, end] = worthless === 0 ? [floor.value, floor.lower] : [1 - floor.value, floor.upper];
  if (way <= 0) return undefined;
  return (worthless === 0 ? end - synthetic.value : synthetic.value - end) / way;
}
