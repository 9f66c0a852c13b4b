import type { CodeMatrix } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { quantile } from 'simple-statistics';
import { type AttributeInference, attributeInference } from './attribute-inference.ts';
import { closerToTraining } from './closer.ts';
import { type Copies, copies } from './copies.ts';
import { auc, type Interval } from './intervals.ts';
import { type KAnonymity, kAnonymity } from './k-anonymity.ts';
import { closestOf, type Distances, type Measure, nearest, nearestByGroup } from './nearest.ts';

export interface PrivacyAudit {
  seed: number;
  /** Rows compared: as many training rows as there are held-out ones, and at most as many synthetic ones. */
  rows: { members: number; nonMembers: number; synthetic: number };
  /** AUC of members against people who were not in training, by the distance to the closest synthetic row; 0.5 is safe. */
  membership: Record<Measure, Interval>;
  closestRecord: ClosestRecord;
  adversarialAccuracy: AdversarialAccuracy;
  copies: Copies;
  attributeInference: AttributeInference;
  /** Of the synthetic rows, which are what is given away. */
  kAnonymity: KAnonymity;
}

/** Distance to the closest record (DCR) and nearest-neighbour distance ratio (NNDR) of synthetic rows. */
export interface ClosestRecord {
  /** Share of the synthetic rows that are closer to a training row than to any of as many held-out rows; ties count half. */
  closerToTraining: Interval;
  training: DistanceSummary;
  holdout: DistanceSummary;
}

export interface DistanceSummary {
  /** 5th percentile and median. */
  dcr: { p5: number; median: number };
  nndr: { p5: number; median: number };
}

/** @see Yale et al. 2020, nearest-neighbour adversarial accuracy */
export interface AdversarialAccuracy {
  /** Against training and against held-out rows: 0.5 where synthetic rows cannot be told from them. */
  training: number;
  holdout: number;
  /** holdout − training; 0 where training rows are no closer than others. */
  privacyLoss: number;
}

/**
 * How much synthetic rows tell of the rows that the model learnt from. Each attack stands beside its control: the same on people who
 * were not in training. As many training rows are drawn as there are held-out rows, so that both have the same chance to be close.
 */
export function audit(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
  seed = 1,
): PrivacyAudit {
  const rng = new Rng(seed);
  const size = Math.min(training.rows, holdout.rows);
  const members = sample(training, size, rng.fork('members'));
  const others = sample(holdout, size, rng.fork('others'));
  const equal = sample(synthetic, Math.min(size, synthetic.rows), rng.fork('synthetic'));
  const groups = { members: nearestByGroup(equal, members), others: nearestByGroup(equal, others) };
  const [toMembers, toOthers] = [closestOf(groups.members), closestOf(groups.others)];
  return {
    seed,
    rows: { members: size, nonMembers: size, synthetic: synthetic.rows },
    membership: {
      sets: membership(members, others, synthetic, 'sets'),
      counts: membership(members, others, synthetic, 'counts'),
    },
    closestRecord: {
      closerToTraining: closerToTraining(groups.members, groups.others),
      training: summary(toMembers),
      holdout: summary(toOthers),
    },
    adversarialAccuracy: adversarialAccuracy(members, others, equal, { toMembers, toOthers }),
    copies: copies(members, others, synthetic),
    attributeInference: attributeInference(members, others, synthetic, holdout, rng.fork('inference')),
    kAnonymity: kAnonymity(synthetic),
  };
}

function membership(members: CodeMatrix, others: CodeMatrix, synthetic: CodeMatrix, measure: Measure): Interval {
  const score = (matrix: CodeMatrix) => nearest(matrix, synthetic, { measure }).first.map((distance) => -distance);
  return auc(score(members), score(others));
} // prettier-ignore

function summary({ first, second }: Distances): DistanceSummary {
  // Two rows that are both the same as it are no nearer one than the other.
  const ratios = first.map((distance, i) => (second[i] === 0 ? 1 : distance / second[i]));
  const points = (values: Float64Array) => {
    const [p5, median] = quantile([...values], [0.05, 0.5]);
    return { p5, median };
  };
  return { dcr: points(first), nndr: points(ratios) };
}

function adversarialAccuracy(
  members: CodeMatrix,
  others: CodeMatrix,
  synthetic: CodeMatrix,
  { toMembers, toOthers }: Record<'toMembers' | 'toOthers', Distances>,
): AdversarialAccuracy {
  const among = nearest(synthetic, synthetic, { isSame: true }).first;
  const accuracy = (real: CodeMatrix, toReal: Float64Array) => {
    const toSynthetic = nearest(real, synthetic).first;
    const amongReal = nearest(real, real, { isSame: true }).first;
    return (shareGreater(toSynthetic, amongReal) + shareGreater(toReal, among)) / 2;
  };
  const [training, holdout] = [accuracy(members, toMembers.first), accuracy(others, toOthers.first)];
  return { training, holdout, privacyLoss: holdout - training };
}

/** Share in which the first is greater; where both are the same, half. */
function shareGreater(a: Float64Array, b: Float64Array): number {
  let count = 0;
  a.forEach((value, i) => (count += value > b[i] ? 1 : value === b[i] ? 0.5 : 0));
  return count / a.length;
}

function sample(matrix: CodeMatrix, size: number, rng: Rng): CodeMatrix {
  if (size >= matrix.rows) return matrix;
  const rows = rng.shuffle([...Array(matrix.rows).keys()]);
  return matrix.pick(rows.slice(0, size).sort((a, b) => a - b));
}
