import type { Histories } from '@ehrsynth/histories';
import { pausing } from '@ehrsynth/io';
import { Rng } from '@ehrsynth/random';
import { type Interval, type RocPoint, sampleRows } from '@ehrsynth/statistics';
import type { ClosestPeople } from '../closest-people.ts';
import { NoHistoriesError } from '../errors.ts';
import { type Reproduced, reproduced } from '../copies.ts';
import { type DensityAttack, densityAttack } from '../density.ts';
import { alignedRows } from './aligned-rows.ts';
import { closest, distanceAttacks, nearCopies } from './distance-attacks.ts';
import { featureRows } from './feature-rows.ts';
import type { Most } from '../looked.ts';
import { heldAlone, type KeysOf } from '../held-alone.ts';
import { valueTrajectories } from './value-keys.ts';
import { LONG_RUN, runsOfVisits, SHORT_RUN, wholeSequences } from './visit-keys.ts';
import { whyNot } from './why-not.ts';

/** Synthetic histories whose density is estimated. */
const MOST_DENSE = 20_000;

export type Attack = 'aligned' | 'density';

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
   * history, and by density about the features of the history. What is not there was not measured, and `notMeasured` says why.
   */
  membership: Partial<Record<Attack, Interval>>;
  roc: Partial<Record<Attack, RocPoint[]>>;
  densityAttack?: Pick<DensityAttack, 'width' | 'rows'>;
  /** Share of synthetic histories that are closer to a training than to any of as many held-out histories; ties count half. */
  closerToTraining?: Interval;
  closestPeople: Counted<ClosestPeople>;
  copies: HistoryCopies;
  /** Why there are no AUCs, shares and excesses: too few histories of a side hold a code. */
  notMeasured?: string;
}

/** People counted on both sides; without an excess where that was not measured. */
export type Counted<T extends { excess: Interval }> = Omit<T, 'excess'> & { excess?: Interval };

/** People whom synthetic histories give back and whom no other real person is like, of the training and, as control, of the held-out ones. */
export interface HistoryCopies {
  /** The same sets of codes in the same order of visits, at least 2 visits with 5 codes; dates may differ. */
  sequences: Counted<Reproduced>;
  /** And the same days between the visits. */
  withGaps: Counted<Reproduced>;
  /** The same sets of codes in 3 visits that follow each other, with at least 6 codes, anywhere in the history. */
  runs: Counted<Reproduced>;
  /** The same in 5 visits that follow each other, with at least 10 different codes among them. */
  longRuns: Counted<Reproduced>;
  /** At most a third as far, in visit-aligned Hamming distance, as the next real person is. Of the people who were looked at. */
  near: Counted<Reproduced>;
  /** All values of one code in order, at least 3. */
  trajectories: Counted<Reproduced>;
}

export interface AuditHistoriesOptions {
  seed?: number;
  /** By default 20,000 people of each side and 50,000 synthetic histories. */
  most?: Most;
  /** Is given the name of what is measured next, HISTORIES_AUDIT_STEPS times. */
  onStep?: (name: string) => void;
  /** Ends the audit between steps, and within the search for the nearest histories: its reason is thrown. */
  signal?: AbortSignal;
}

/** Steps that take a while. */
export const HISTORIES_AUDIT_STEPS = 9;

/**
 * How much synthetic histories give away of the histories that the model learnt from: the attacks of `audit` on records over time. Each
 * stands beside its control, the same on people who were not in training. Copies look at all people but for `near`, which is said of all of
 * them; distances are exact,
 * of at most 20,000 training and as many held-out patients to at most 50,000 synthetic histories, drawn at random; what is closest to a
 * synthetic history is looked for of at most 10,000 of these. The density attack takes at most 20,000 synthetic histories, and of people
 * as many as `densityAttack` does. Nothing is measured where fewer than 10 histories of a side hold a code: people are counted only.
 * @throws NoHistoriesError where a side has no patients; Error where the dictionaries differ; the reason of `signal` where that ends it
 */
export async function auditHistories(
  training: Histories,
  holdout: Histories,
  synthetic: Histories,
  { seed = 1, most, onStep, signal }: AuditHistoriesOptions = {},
): Promise<HistoriesAudit> {
  const sides = [training, holdout, synthetic];
  if (sides.some(({ dictionary }) => dictionary !== training.dictionary))
    throw new Error('the histories have different dictionaries');
  for (const [name, { patients }] of Object.entries({ training, holdout, synthetic }))
    if (patients === 0) throw new NoHistoriesError(name as 'training' | 'holdout' | 'synthetic');
  const notMeasured = whyNot({ training, holdout, synthetic });
  const rng = new Rng(seed);
  const pause = pausing(signal);
  const step = async <T>(name: string, run: (rng: Rng) => T | Promise<T>): Promise<T> => {
    onStep?.(name);
    await pause();
    return run(rng.fork(name));
  };
  const counted = <T extends { excess: Interval }>({ excess, ...counts }: T): Counted<T> => ({
    ...counts,
    ...(notMeasured === undefined && { excess: shareOf(excess) }),
  });
  const copied = (name: string, keysOf: KeysOf<Histories>) =>
    step(name, () =>
      counted(
        reproduced(
          heldAlone(training, holdout, synthetic, keysOf, ({ patients }) => patients),
          training.patients,
          holdout.patients,
          synthetic.patients,
        ),
      ),
    );
  const sequences = await copied('copies of visit sequences', wholeSequences(false));
  const withGaps = await copied('copies of visit sequences with their gaps', wholeSequences(true));
  const runs = await copied('copies of runs of visits', runsOfVisits(SHORT_RUN));
  const longRuns = await copied('copies of long runs of visits', runsOfVisits(LONG_RUN));
  const trajectories = await copied('copies of value trajectories', valueTrajectories());
  const byDistance = await step('nearest histories', (own) => distanceAttacks(alignedRows(sides), own, pause, most));
  const near = await step('near copies of histories', () => counted(nearCopies(byDistance)));
  const closer = await step('closest histories', (own) => closest(byDistance, own, pause));
  const density = await step('density of histories', (own) => {
    if (notMeasured !== undefined) return undefined;
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
    membership: {},
    roc: {},
    ...(density && {
      membership: { aligned: byDistance.auc, density: density.auc },
      roc: { aligned: byDistance.roc, density: density.roc },
      densityAttack: { width: density.width, rows: density.rows },
      closerToTraining: closer.closerToTraining,
    }),
    closestPeople: counted(closer.closestPeople),
    copies: { sequences, withGaps, runs, longRuns, near, trajectories },
    ...(notMeasured !== undefined && { notMeasured }),
  };
}

/** Of a share: a history may give back several people, and few histories have wide intervals. */
function shareOf({ value, lower, upper }: Interval): Interval {
  const within = (one: number) => Math.max(-1, Math.min(1, one));
  return { value: within(value), lower: within(lower), upper: within(upper) };
}
