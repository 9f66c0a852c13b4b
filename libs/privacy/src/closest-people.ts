import { type CodeMatrix, stacked } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { differenceOf, type Interval, sampleRows, type Share } from '@ehrsynth/statistics';
import { nearest } from './nearest.ts';

/** Synthetic rows for which the closest person is looked for, at most. */
const MOST_ROWS = 20_000;

export interface ClosestPeople {
  /** Patients who are the closest real person to some synthetic row, of all training and of all held-out patients. */
  training: Share;
  holdout: Share;
  /** The share of the training patients less that of the held-out ones; 0 where rows lean on nobody. */
  excess: Interval;
}

/**
 * Whether synthetic rows lean on the people who were in training: each row is put beside the real person, in training or held out, who is
 * closest to it (by chance where several are). People count once, however many rows are closest to them: otherwise a few people with few
 * codes, next to whom many rows lie, would decide.
 */
export function closestPeople(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
  rng: Rng,
): ClosestPeople {
  const order = rng.shuffle([...Array(training.rows + holdout.rows).keys()]);
  const people = stacked(training, holdout).pick(order);
  const { index } = nearest(sampleRows(synthetic, MOST_ROWS, rng), people);
  const found = [...new Set(index)].filter((row) => row !== -1).map((row) => order[row]);
  const ofTraining = { successes: found.filter((row) => row < training.rows).length, trials: training.rows };
  const ofHoldout = { successes: found.length - ofTraining.successes, trials: holdout.rows };
  return { training: ofTraining, holdout: ofHoldout, excess: differenceOf(ofTraining, ofHoldout) };
}
