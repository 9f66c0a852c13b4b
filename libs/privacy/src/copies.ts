import type { CodeMatrix } from '@ehrsynth/matrix';
import { differenceOf, type Interval, proportion, scaled, type Share } from '@ehrsynth/statistics';
import { heldAlone } from './held-alone.ts';
import type { Looked } from './looked.ts';
import { closestOf, nearest } from './nearest.ts';
import { SequenceHash } from './sequence-hash.ts';

/** A near copy is at most this part as far from a person as the next real person is. */
const NEAR = 1 / 3;

/** People whom synthetic rows reproduce. */
export interface Reproduced {
  /** Patients that a synthetic row gives back, of all training and of all held-out patients who were looked for. */
  training: Share;
  holdout: Share;
  /**
   * Training patients given back beyond what held-out patients say is chance, as a share of the synthetic rows (of the training patients,
   * where these are fewer).
   */
  excess: Interval;
}

export interface Copies {
  /** A synthetic row has the codes of the person, and no other real person has them. Everybody is looked for among all rows. */
  exact: Reproduced;
  /** A synthetic row is at most a third as far from the person as any other real person is. Of the people who are looked at by distance. */
  near: Reproduced;
  /** Real people, in training or held out, whom a row is so near, as a share of the synthetic rows (of the people, where these are fewer). */
  people: Interval;
}

/**
 * Whether somebody who holds the synthetic rows holds single patients: every training patient is looked for, whatever is unique about them,
 * be it two rare codes or twenty common ones. A person counts only where nobody else of the real people, in training or held out, is (about)
 * the same: what many have is no copy. Held-out patients are looked for in the same way; who of both was in training is all that sets them
 * apart, so that what is found of them is chance. Codes are compared as sets, demographics are left out.
 * @param looked who is looked for nearly, and among which rows; shares of a sample are taken for those of everybody
 */
export function copies(all: Looked, looked = all): Copies {
  const { training, holdout, synthetic } = all;
  const exact = heldAlone(training, holdout, synthetic, keyOfSet(), ({ rows }) => rows);
  const near = (people: CodeMatrix): Share => {
    const { first } = nearest(people, looked.synthetic);
    return { successes: nearCopiesAt(people, first, [training, holdout]).length, trials: people.rows };
  };
  const [ofTraining, ofHoldout] = [near(looked.training), near(looked.holdout)];
  return {
    exact: reproduced(exact, training.rows, holdout.rows, synthetic.rows),
    near: withExcess(ofTraining, ofHoldout, training.rows, looked.synthetic.rows),
    people: shareOfPeople(
      [
        [ofTraining, training.rows],
        [ofHoldout, holdout.rows],
      ],
      looked.synthetic.rows,
    ),
  };
}

/** People that are given back, by their rows: the training patients' first, then the held-out ones'. */
export function reproduced(rows: number[], training: number, holdout: number, synthetic: number): Reproduced {
  const ofTraining = { successes: rows.filter((row) => row < training).length, trials: training };
  const ofHoldout = { successes: rows.filter((row) => row >= training).length, trials: holdout };
  return withExcess(ofTraining, ofHoldout, training, synthetic);
}

/** The shares found of each side, and their excess. @param patients all training patients, of whom some were looked for */
export function withExcess(training: Share, holdout: Share, patients: number, synthetic: number): Reproduced {
  return { training, holdout, excess: scaled(differenceOf(training, holdout), perRow(patients, synthetic)) };
}

/** What a share of people is to be multiplied by to be one of the synthetic rows, or of the people where these are fewer. */
function perRow(people: number, synthetic: number): number {
  return people / Math.max(1, Math.min(synthetic, people));
}

/**
 * The share of everybody found, from the shares found of each side. Where sides are samples, a person stands for several: the interval is
 * that of as many people as have the variance of the weighted share (Kish 1965).
 */
function shareOfPeople(sides: [found: Share, people: number][], synthetic: number): Interval {
  const total = (of: (found: Share, people: number) => number) =>
    sides.reduce((sum, [found, people]) => (found.trials > 0 ? sum + of(found, people) : sum), 0);
  const everybody = total((_, people) => people);
  const found = total(({ successes, trials }, people) => (successes * people) / trials);
  const looked = everybody === 0 ? 0 : everybody ** 2 / total(({ trials }, people) => people ** 2 / trials);
  return scaled(proportion((found * looked) / Math.max(1, everybody), looked), perRow(everybody, synthetic));
}

/** The set of codes of a row as a number. */
function keyOfSet() {
  const hash = new SequenceHash();
  return ({ indptr, indices, firstCode }: CodeMatrix, row: number, found: (key: number) => void) => {
    hash.reset();
    for (let at = indptr[row]; at < indptr[row + 1]; at++) if (indices[at] >= firstCode) hash.add(indices[at]);
    found(hash.key());
  };
}

/**
 * Rows of people to whom a synthetic row is much closer than any other person.
 * @param first distance of each to the closest synthetic row
 * @param everybody all real people, those among them
 */
export function nearCopiesAt(people: CodeMatrix, first: Float64Array, everybody = [people]): number[] {
  const sizes = people.rowSizes();
  const shortest = everybody
    .map((some) => some.rowSizes())
    .reduce((least, some) => some.reduce((a, b) => Math.min(a, b), least), Infinity);
  // Nobody is further from the next person than from the one with the fewest codes.
  const candidates = [...first.keys()].filter((row) => first[row] <= NEAR * (sizes[row] + shortest));
  // The closest person to each is the person, the second closest another.
  const looked = people.pick(candidates);
  const { second } = closestOf(everybody.map((some) => nearest(looked, some)));
  return candidates.filter((row, i) => second[i] * NEAR >= 1 && first[row] <= NEAR * second[i]);
}
