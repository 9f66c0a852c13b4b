import type { Pause } from '@ehrsynth/io';
import type { CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { auc, type Interval, rocCurve, type RocPoint, rocPoints, sampleRows } from '@ehrsynth/statistics';
import { closerToTraining } from '../closer.ts';
import { type ClosestPeople, closestPeople } from '../closest-people.ts';
import { nearCopiesAt, type Reproduced, withExcess } from '../copies.ts';
import { MOST } from '../looked.ts';
import { nearest, nearestByGroup } from '../nearest.ts';

/** Synthetic histories whose closest people are looked for, and people of each side to whom they may be closer. */
const MOST_CLOSEST = 10_000;
/** People whose distances are searched for at once. */
const AT_ONCE = 1000;

export interface DistanceAttacks {
  /** All training and all held-out patients. */
  everybody: [training: CodeMatrix, holdout: CodeMatrix];
  /** Those of them, and the synthetic histories, that are looked at. */
  members: CodeMatrix;
  others: CodeMatrix;
  synthetic: CodeMatrix;
  /** Distances to the closest synthetic history. */
  ofMembers: Float64Array;
  ofOthers: Float64Array;
  auc: Interval;
  roc: RocPoint[];
}

/** People and synthetic histories that are drawn, each person's distance to the closest history, and the attack by it. */
export async function distanceAttacks(
  [training, holdout, all]: CodeMatrix[],
  rng: Rng,
  pause: Pause,
  most = MOST,
): Promise<DistanceAttacks> {
  const members = sampleRows(training, most.people, rng.fork('members'));
  const others = sampleRows(holdout, most.people, rng.fork('others'));
  const synthetic = sampleRows(all, most.synthetic, rng.fork('synthetic'));
  const ofMembers = await closestDistances(members, synthetic, pause);
  const ofOthers = await closestDistances(others, synthetic, pause);
  const [positives, negatives] = [ofMembers, ofOthers].map((distances) => distances.map((one) => -one));
  return {
    everybody: [training, holdout],
    members,
    others,
    synthetic,
    ofMembers,
    ofOthers,
    auc: auc(positives, negatives),
    roc: rocCurve(positives, negatives, rocPoints(Math.min(members.rows, others.rows))),
  };
}

/** To each person the distance of the closest synthetic history. */
async function closestDistances(people: CodeMatrix, synthetic: CodeMatrix, pause: Pause): Promise<Float64Array> {
  const found = new Float64Array(people.rows);
  for (let from = 0; from < people.rows; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, people.rows - from);
    const rows = Array.from({ length }, (_, i) => from + i);
    found.set(nearest(people.pick(rows), synthetic).first, from);
    await pause();
  }
  return found;
}

/** People to whom a synthetic history is much closer than the next of all real people is; the excess is said of everybody. */
export function nearCopies({
  everybody,
  members,
  others,
  synthetic,
  ofMembers,
  ofOthers,
}: DistanceAttacks): Reproduced {
  const near = (people: CodeMatrix, first: Float64Array) => ({
    successes: nearCopiesAt(people, first, everybody).length,
    trials: people.rows,
  });
  return withExcess(near(members, ofMembers), near(others, ofOthers), everybody[0].rows, synthetic.rows);
}

/** Whether synthetic histories are closer to training than to held-out people, and whose they are closest to. */
export async function closest(
  { members, others, synthetic }: DistanceAttacks,
  rng: Rng,
  pause: Pause,
): Promise<{ closerToTraining: Interval; closestPeople: ClosestPeople }> {
  const size = Math.min(members.rows, others.rows, MOST_CLOSEST);
  const looked = sampleRows(synthetic, size, rng.fork('synthetic'));
  const byGroup = (people: CodeMatrix, name: string) =>
    nearestByGroup(looked, sampleRows(people, size, rng.fork(name)));
  const toMembers = byGroup(members, 'members');
  await pause();
  const toOthers = byGroup(others, 'others');
  await pause();
  return {
    closerToTraining: closerToTraining(toMembers, toOthers),
    closestPeople: closestPeople(members, others, looked, rng.fork('people')),
  };
}
