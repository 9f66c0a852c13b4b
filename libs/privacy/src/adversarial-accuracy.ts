import type { CodeMatrix } from '@ehrsynth/matrix';
import { type Interval, moments, withVariance } from '@ehrsynth/statistics';
import { type Distances, nearest } from './nearest.ts';

/** @see Yale et al. 2020, nearest-neighbour adversarial accuracy */
export interface AdversarialAccuracy {
  /** Against training and against held-out rows: 0.5 where synthetic rows cannot be distinguished from them. */
  training: number;
  holdout: number;
  /** holdout − training; 0 where training rows are no closer than others. */
  privacyLoss: Interval;
}

/**
 * ½ (P[d(T, S) > d(T, T)] + P[d(S, T) > d(S, S)]) for T the training and the held-out rows, ties counting half. The interval is that of
 * three independent means: of the training rows, of the held-out rows, and of the difference that each synthetic row makes.
 * @param toReal distances of the synthetic rows to the closest training and held-out rows
 */
export function adversarialAccuracy(
  members: CodeMatrix,
  others: CodeMatrix,
  synthetic: CodeMatrix,
  toReal: { members: Distances; others: Distances },
): AdversarialAccuracy {
  const among = nearest(synthetic, synthetic, { isSame: true }).first;
  const sides = (
    [
      [members, toReal.members],
      [others, toReal.others],
    ] as const
  ).map(([real, closest]) => ({
    ofReal: greater(nearest(real, synthetic).first, nearest(real, real, { isSame: true }).first),
    ofSynthetic: greater(closest.first, among),
  }));
  const [training, holdout] = sides.map(
    ({ ofReal, ofSynthetic }) => (moments(ofReal).mean + moments(ofSynthetic).mean) / 2,
  );
  const difference = sides[1].ofSynthetic.map((value, row) => value - sides[0].ofSynthetic[row]);
  const variances = [sides[0].ofReal, sides[1].ofReal, difference].map(
    (values) => moments(values).variance / values.length,
  );
  // Accuracies are halves.
  return {
    training,
    holdout,
    privacyLoss: withVariance(holdout - training, ...variances.map((variance) => variance / 4)),
  };
}

/** 1 where the first is greater, ½ where both are the same. */
function greater(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => (value > b[i] ? 1 : value === b[i] ? 0.5 : 0));
}
