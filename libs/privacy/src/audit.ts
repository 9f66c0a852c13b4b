import type { CodeMatrix } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { quantile } from 'simple-statistics';
import { type AdversarialAccuracy, adversarialAccuracy } from './adversarial-accuracy.ts';
import type { AttackRisk } from './attack-risk.ts';
import { type AttributeInference, attributeInference } from './attribute-inference.ts';
import { closerToTraining } from './closer.ts';
import { type ClosestPeople, closestPeople } from './closest-people.ts';
import { type Copies, copies } from './copies.ts';
import { auc, type Interval, rocCurve, type RocPoint, rocPoints, sampleRows } from '@ehrsynth/statistics';
import { type DensityAttack, densityAttack } from './density.ts';
import { type IdentityDisclosure, identityDisclosure } from './identity-disclosure.ts';
import { type KAnonymity, kAnonymity } from './k-anonymity.ts';
import { linkability } from './linkability.ts';
import { type Looked, lookedAt, MOST, type Most } from './looked.ts';
import { meanOfDraws } from './mean-of-draws.ts';
import { closestOf, type Distances, type Measure, nearest, nearestByGroup } from './nearest.ts';
import { secretInference } from './secret-inference.ts';
import { singlingOut } from './singling-out.ts';

export interface PrivacyAudit {
  seed: number;
  /** Draws over which figures are means. */
  draws: number;
  /**
   * Rows of a draw: as many training rows as held-out ones; all there are; and those that attacks by distance look at, drawn at random where
   * they are not all.
   */
  rows: {
    members: number;
    nonMembers: number;
    training: number;
    holdout: number;
    synthetic: number;
    looked: { training: number; holdout: number; synthetic: number };
  };
  /**
   * AUC of members against people who were not in training, by the distance to the closest synthetic row and by density; 0.5 is safe.
   */
  membership: Record<Measure | 'density', Interval>;
  /** Their curves. */
  roc: Record<Measure | 'density', RocPoint[]>;
  densityAttack: Pick<DensityAttack, 'width' | 'rows'>;
  closestRecord: ClosestRecord;
  closestPeople: ClosestPeople;
  adversarialAccuracy: AdversarialAccuracy;
  copies: Copies;
  attributeInference: AttributeInference;
  /** The three risks of the Article 29 Working Party. */
  singlingOut: AttackRisk;
  linkability: AttackRisk;
  inference: AttackRisk;
  identityDisclosure: IdentityDisclosure;
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
  /** Synthetic rows by the distance to the closest record: of 0, 1, 2 … */
  histogram: number[];
}

export interface AuditOptions {
  seed?: number;
  /** By default 20,000 people of each side and 50,000 synthetic rows. */
  most?: Most;
  /** Called with the name of each step before it, AUDIT_STEPS times. */
  onStep?: (name: string) => void;
}

/** Draws of people and of what the attacks try; figures are the means over them. */
const DRAWS = 3;

/** Steps of a draw, and those that look at everybody. */
export const AUDIT_STEPS = 5 + 7 * DRAWS;

/**
 * How much synthetic rows reveal about the rows that the model learnt from. Each attack stands beside its control: the same on people who
 * were not in training. Exact copies are looked for of everybody, among all synthetic rows; near copies, closest people and membership by
 * distance look at 20,000 people of each side and at 50,000 synthetic rows, or at all where there are no more. For the other attacks as many
 * training rows are drawn as held-out rows, at most 20,000 but for singling out, so that both have the same chance to be close; what depends
 * on such a draw is the mean of three, of values and of bounds, so that no single draw decides.
 */
export function audit(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
  { seed = 1, most = MOST, onStep }: AuditOptions = {},
): PrivacyAudit {
  const rng = new Rng(seed);
  const all: Looked = { training, holdout, synthetic };
  const looked = lookedAt(all, most, rng.fork('looked at'));
  const pairs = Math.min(training.rows, holdout.rows);
  const size = Math.min(pairs, most.people);
  /** A figure of everybody who is looked at, by a stream of its own. */
  const whole = <T>(name: string, run: (rng: Rng) => T): T => {
    onStep?.(name);
    return run(rng.fork(name));
  };
  const draw = (count: number, own: Rng) => ({
    members: sampleRows(training, count, own.fork('members')),
    others: sampleRows(holdout, count, own.fork('others')),
  });
  const draws = Array.from({ length: DRAWS }, (_, number) => {
    const own = rng.fork(`draw ${number}`);
    return { ...draw(size, own), rng: own };
  });
  /** An attack on each draw, by streams of its own. */
  const attack = <T>(
    name: string,
    run: (members: CodeMatrix, others: CodeMatrix, synthetic: CodeMatrix, rng: Rng) => T,
  ): T[] =>
    draws.map(({ members, others, rng: own }, number) => {
      onStep?.(`${name}, draw ${number + 1} of ${DRAWS}`);
      return run(members, others, looked.synthetic, own.fork(name));
    });
  const [sets, counts] = (['sets', 'counts'] as const).map((measure) =>
    whole(`membership by ${measure}`, () => membership(measure, looked)),
  );
  const closestPerson = whole('closest patients', (own) =>
    closestPeople(looked.training, looked.holdout, looked.synthetic, own),
  );
  const copied = whole('copies', () => copies(all, looked));
  const [density, ...more] = attack('density', densityAttack);
  const closestRecords = whole('closest records', (own) =>
    closest(draws[0].members, draws[0].others, sampleRows(looked.synthetic, size, own)),
  );
  const accuracies = attack('adversarial accuracy', (real, control, rows, own) =>
    accuracyOf(real, control, sampleRows(rows, size, own)),
  );
  // A description has to fit one person among all: this looks at lists of patients by code, not at pairs, and takes everybody.
  const singled = draws.map(({ rng: own }, number) => {
    onStep?.(`singling out, draw ${number + 1} of ${DRAWS}`);
    const { members, others } = draw(pairs, own);
    return singlingOut(members, others, synthetic, own.fork('singling out'));
  });
  return {
    seed,
    draws: DRAWS,
    rows: {
      members: size,
      nonMembers: size,
      training: training.rows,
      holdout: holdout.rows,
      synthetic: synthetic.rows,
      looked: { training: looked.training.rows, holdout: looked.holdout.rows, synthetic: looked.synthetic.rows },
    },
    membership: {
      sets: sets.auc,
      counts: counts.auc,
      density: meanOfDraws([density, ...more].map(({ auc }) => auc)),
    },
    roc: { sets: sets.roc, counts: counts.roc, density: density.roc },
    densityAttack: { width: density.width, rows: density.rows },
    closestRecord: closestRecords,
    closestPeople: closestPerson,
    adversarialAccuracy: meanOfDraws(accuracies),
    copies: copied,
    singlingOut: meanOfDraws(singled),
    linkability: meanOfDraws(attack('linkability', linkability)),
    inference: meanOfDraws(attack('inference of secrets', secretInference)),
    identityDisclosure: meanOfDraws(
      attack('identity disclosure', (...given) => identityDisclosure(training, ...given)),
    ),
    attributeInference: meanOfDraws(attack('attribute inference', (...given) => attributeInference(holdout, ...given))),
    kAnonymity: kAnonymity(synthetic),
  };
}

/** Distances of as many synthetic rows as there are members. */
function closest(members: CodeMatrix, others: CodeMatrix, synthetic: CodeMatrix): ClosestRecord {
  const groups = { members: nearestByGroup(synthetic, members), others: nearestByGroup(synthetic, others) };
  return {
    closerToTraining: closerToTraining(groups.members, groups.others),
    training: summary(closestOf(groups.members)),
    holdout: summary(closestOf(groups.others)),
  };
}

function accuracyOf(members: CodeMatrix, others: CodeMatrix, synthetic: CodeMatrix): AdversarialAccuracy {
  const toReal = { members: nearest(synthetic, members), others: nearest(synthetic, others) };
  return adversarialAccuracy(members, others, synthetic, toReal);
}

function membership(measure: Measure, { training, holdout, synthetic }: Looked) {
  const score = (people: CodeMatrix) => nearest(people, synthetic, { measure }).first.map((distance) => -distance);
  const [ofMembers, ofOthers] = [score(training), score(holdout)];
  return { auc: auc(ofMembers, ofOthers), roc: rocCurve(ofMembers, ofOthers, rocPoints(ofMembers.length)) };
}

function summary({ first, second }: Distances): DistanceSummary {
  // Two rows that are both the same as it are no nearer one than the other.
  const ratios = first.map((distance, i) => (second[i] === 0 ? 1 : distance / second[i]));
  const points = (values: Float64Array) => {
    const [p5, median] = quantile([...values], [0.05, 0.5]);
    return { p5, median };
  };
  const histogram: number[] = [];
  for (const distance of first) {
    while (histogram.length <= distance) histogram.push(0);
    histogram[distance]++;
  }
  return { dcr: points(first), nndr: points(ratios), histogram };
}
