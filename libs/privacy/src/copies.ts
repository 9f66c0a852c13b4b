import { type CodeMatrix, stacked } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { differenceOf, type Interval, proportion, sampleRows, scaled, type Share } from '@ehrsynth/statistics';
import { nearest } from './nearest.ts';

/** A near copy is at most this part as far from a person as the next real person is. */
const NEAR = 1 / 3;
/** Synthetic rows among which near copies are looked for, at most. */
const MOST_ROWS = 50_000;

/** People whom synthetic rows reproduce. */
export interface Reproduced {
  /** Patients that a synthetic row gives back, of all training and of all held-out patients. */
  training: Share;
  holdout: Share;
  /**
   * Training patients given back beyond what held-out patients say is chance, as a share of the synthetic rows (of the training patients,
   * where these are fewer).
   */
  excess: Interval;
}

export interface Copies {
  /** A synthetic row has the codes of the person, and no other real person has them. */
  exact: Reproduced;
  /** A synthetic row is at most a third as far from the person as any other real person is. */
  near: Reproduced;
  /** Real people, in training or held out, whom a row is so near, as a share of the synthetic rows (of the people, where these are fewer). */
  people: Interval;
}

/**
 * Whether somebody who holds the synthetic rows holds single patients: every training patient is looked for, whatever is unique about them,
 * be it two rare codes or twenty common ones. A person counts only where nobody else of the real people, in training or held out, is (about)
 * the same: what many have is no copy. Held-out patients are looked for in the same way; who of both was in training is all that sets them
 * apart, so that what is found of them is chance. Codes are compared as sets, demographics are left out.
 */
export function copies(training: CodeMatrix, holdout: CodeMatrix, synthetic: CodeMatrix, rng: Rng): Copies {
  const people = stacked(training, holdout);
  const looked = sampleRows(synthetic, MOST_ROWS, rng);
  const near = nearCopies(people, looked);
  const perRow = people.rows / Math.max(1, Math.min(looked.rows, people.rows));
  return {
    exact: reproduced(exactCopies(people, synthetic), training.rows, holdout.rows, synthetic.rows),
    near: reproduced(near, training.rows, holdout.rows, looked.rows),
    people: scaled(proportion(near.length, people.rows), perRow),
  };
}

/** People that are given back, by their rows: the training patients' first, then the held-out ones'. */
export function reproduced(rows: number[], training: number, holdout: number, synthetic: number): Reproduced {
  const ofTraining = { successes: rows.filter((row) => row < training).length, trials: training };
  const ofHoldout = { successes: rows.filter((row) => row >= training).length, trials: holdout };
  const perRow = training / Math.max(1, Math.min(synthetic, training));
  return { training: ofTraining, holdout: ofHoldout, excess: scaled(differenceOf(ofTraining, ofHoldout), perRow) };
}

/** Rows of people whose codes no other person has and some synthetic row has. */
function exactCopies(people: CodeMatrix, synthetic: CodeMatrix): number[] {
  const keys = rowKeys(people);
  const holders = new Map<string, number>();
  for (const key of keys) holders.set(key, (holders.get(key) ?? 0) + 1);
  const there = new Set(rowKeys(synthetic));
  return [...keys.keys()].filter((row) => there.has(keys[row]) && holders.get(keys[row]) === 1);
}

function rowKeys({ rows, indptr, indices, firstCode }: CodeMatrix): string[] {
  const codes = (row: number) => indices.subarray(indptr[row], indptr[row + 1]).filter((column) => column >= firstCode);
  return Array.from({ length: rows }, (_, row) => codes(row).join());
}

/** Rows of people to whom a synthetic row is much closer than any other person. */
function nearCopies(people: CodeMatrix, synthetic: CodeMatrix): number[] {
  return nearCopiesAt(people, nearest(people, synthetic).first);
}

/** The same where the distance of each person to the closest synthetic row is known. */
export function nearCopiesAt(people: CodeMatrix, first: Float64Array): number[] {
  const sizes = people.rowSizes();
  const shortest = sizes.reduce((least, size) => Math.min(least, size), Infinity);
  // Nobody is further from the next person than from the one with the fewest codes.
  const candidates = [...first.keys()].filter((row) => first[row] <= NEAR * (sizes[row] + shortest));
  // The closest person to each is the person, the second closest another.
  const { second } = nearest(people.pick(candidates), people);
  return candidates.filter((row, i) => second[i] * NEAR >= 1 && first[row] <= NEAR * second[i]);
}
