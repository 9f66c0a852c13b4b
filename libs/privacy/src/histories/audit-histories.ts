import type { Histories } from '@ehrsynth/histories';
import { type CodeMatrix, stacked } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { auc, type Interval, rocCurve, type RocPoint, rocPoints, sampleRows } from '@ehrsynth/statistics';
import { closerToTraining } from '../closer.ts';
import { type ClosestPeople, closestPeople } from '../closest-people.ts';
import { nearCopiesAt, type Reproduced, reproduced } from '../copies.ts';
import { type DensityAttack, densityAttack } from '../density.ts';
import { nearest, nearestByGroup } from '../nearest.ts';
import { alignedRows } from './aligned-rows.ts';
import { featureRows } from './feature-rows.ts';
import { heldAlone, type KeysOf } from './held-alone.ts';
import { valueTrajectories } from './value-keys.ts';
import { runsOfVisits, wholeSequences } from './visit-keys.ts';

/** People of each side who are looked for by distance, at most; and synthetic histories among which their neighbours are. */
const MOST_PEOPLE = 20_000;
const MOST_SYNTHETIC = 50_000;
/** Synthetic histories whose closest people are looked for, and people of each side to whom they may be closer. */
const MOST_CLOSEST = 10_000;
/** Synthetic histories whose density is estimated. */
const MOST_DENSE = 20_000;

type Attack = 'aligned' | 'density';

export interface HistoriesAudit {
  seed: number;
  /** All there are, and how many of each were looked at by distance. */
  patients: {
    training: number;
    holdout: number;
    synthetic: number;
    looked: { training: number; holdout: number; synthetic: number };
  };
  /**
   * AUC of members against people who were not in training; 0.5 is safe. By the visit-aligned Hamming distance to the closest synthetic
   * history, and by density about the features of the history.
   */
  membership: Record<Attack, Interval>;
  roc: Record<Attack, RocPoint[]>;
  densityAttack: Pick<DensityAttack, 'width' | 'rows'>;
  /** Share of synthetic histories that are closer to a training than to any of as many held-out histories; ties count half. */
  closerToTraining: Interval;
  closestPeople: ClosestPeople;
  copies: HistoryCopies;
}

/** People whom synthetic histories give back and whom no other real person is like, of the training and, as control, of the held-out ones. */
export interface HistoryCopies {
  /** The same sets of codes in the same order of visits, at least 2 visits with 5 codes; dates may differ. */
  sequences: Reproduced;
  /** And the same days between the visits. */
  withGaps: Reproduced;
  /** The same sets of codes in 3 visits that follow each other, with at least 6 codes, anywhere in the history. */
  runs: Reproduced;
  /** At most a third as far, in visit-aligned Hamming distance, as the next real person is. Of the people who were looked at. */
  near: Reproduced;
  /** All values of one code in order, at least 3. */
  trajectories: Reproduced;
}

export interface AuditHistoriesOptions {
  seed?: number;
  /** Is given the name of what is measured next, HISTORIES_AUDIT_STEPS times. */
  onStep?: (name: string) => void;
}

/** Steps that take a while. */
export const HISTORIES_AUDIT_STEPS = 8;

/**
 * How much synthetic histories give away of the histories that the model learnt from: the attacks of `audit` on records over time. Each
 * stands beside its control, the same on people who were not in training. Copies look at all people but for `near`; distances are exact,
 * of at most 20,000 training and as many held-out patients to at most 50,000 synthetic histories, drawn at random; what is closest to a
 * synthetic history is looked for of at most 10,000 of these. The density attack takes at most 20,000 synthetic histories, and of people
 * as many as `densityAttack` does.
 * @throws Error where the dictionaries differ or a side has no patients
 */
export function auditHistories(
  training: Histories,
  holdout: Histories,
  synthetic: Histories,
  { seed = 1, onStep }: AuditHistoriesOptions = {},
): HistoriesAudit {
  const sides = [training, holdout, synthetic];
  if (sides.some(({ dictionary }) => dictionary !== training.dictionary))
    throw new Error('the histories have different dictionaries');
  if (sides.some(({ patients }) => patients === 0)) throw new Error('a side has no patients');
  const rng = new Rng(seed);
  const step = <T>(name: string, run: (rng: Rng) => T): T => {
    onStep?.(name);
    return run(rng.fork(name));
  };
  const copied = (name: string, keysOf: KeysOf) =>
    step(name, () =>
      reproduced(
        heldAlone(training, holdout, synthetic, keysOf),
        training.patients,
        holdout.patients,
        synthetic.patients,
      ),
    );
  const sequences = copied('copies of visit sequences', wholeSequences(false));
  const withGaps = copied('copies of visit sequences with their gaps', wholeSequences(true));
  const runs = copied('copies of runs of visits', runsOfVisits());
  const trajectories = copied('copies of value trajectories', valueTrajectories());
  const byDistance = step('nearest histories', (own) => distanceAttacks(alignedRows(sides), own));
  const near = step('near copies of histories', () => nearCopies(byDistance));
  const closer = step('closest histories', (own) => closest(byDistance, own));
  const density = step('density of histories', (own) => {
    const [members, others, about] = featureRows(sides);
    return densityAttack(members, others, sampleRows(about, MOST_DENSE, own), own);
  });
  return {
    seed,
    patients: {
      training: training.patients,
      holdout: holdout.patients,
      synthetic: synthetic.patients,
      looked: {
        training: byDistance.members.rows,
        holdout: byDistance.others.rows,
        synthetic: byDistance.synthetic.rows,
      },
    },
    membership: { aligned: byDistance.auc, density: density.auc },
    roc: { aligned: byDistance.roc, density: density.roc },
    densityAttack: { width: density.width, rows: density.rows },
    ...closer,
    copies: { sequences, withGaps, runs, near, trajectories },
  };
}

interface DistanceAttacks {
  members: CodeMatrix;
  others: CodeMatrix;
  synthetic: CodeMatrix;
  /** Distances to the closest synthetic history. */
  ofMembers: Float64Array;
  ofOthers: Float64Array;
  auc: Interval;
  roc: RocPoint[];
}

function distanceAttacks([training, holdout, all]: CodeMatrix[], rng: Rng): DistanceAttacks {
  const members = sampleRows(training, MOST_PEOPLE, rng.fork('members'));
  const others = sampleRows(holdout, MOST_PEOPLE, rng.fork('others'));
  const synthetic = sampleRows(all, MOST_SYNTHETIC, rng.fork('synthetic'));
  const [ofMembers, ofOthers] = [members, others].map((people) => nearest(people, synthetic).first);
  const [positives, negatives] = [ofMembers, ofOthers].map((distances) => distances.map((one) => -one));
  return {
    members,
    others,
    synthetic,
    ofMembers,
    ofOthers,
    auc: auc(positives, negatives),
    roc: rocCurve(positives, negatives, rocPoints(Math.min(members.rows, others.rows))),
  };
}

function nearCopies({ members, others, synthetic, ofMembers, ofOthers }: DistanceAttacks): Reproduced {
  const distances = new Float64Array(members.rows + others.rows);
  distances.set(ofMembers);
  distances.set(ofOthers, members.rows);
  const found = nearCopiesAt(stacked(members, others), distances);
  return reproduced(found, members.rows, others.rows, synthetic.rows);
}

function closest(
  { members, others, synthetic }: DistanceAttacks,
  rng: Rng,
): Pick<HistoriesAudit, 'closerToTraining' | 'closestPeople'> {
  const size = Math.min(members.rows, others.rows, MOST_CLOSEST);
  const looked = sampleRows(synthetic, size, rng.fork('synthetic'));
  const byGroup = (people: CodeMatrix, name: string) =>
    nearestByGroup(looked, sampleRows(people, size, rng.fork(name)));
  return {
    closerToTraining: closerToTraining(byGroup(members, 'members'), byGroup(others, 'others')),
    closestPeople: closestPeople(members, others, looked, rng.fork('people')),
  };
}
