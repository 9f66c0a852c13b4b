import { type Pause, yieldToEventLoop } from '@ehrsynth/io';
import { type Both, COMPARED, eachSide, type SideName } from '../sides.ts';
import { type Beside, BesideCode } from './beside-code.ts';
import { both, GROUPS, type Jackknifed, WITHOUT } from './figure.ts';
import { PearsonSums, RSquaredSums } from './jackknife-sums.ts';
import { codesOf, type KeyCounts, TouchedKeys } from './key-counts.ts';
import type { Sides } from './side.ts';
import type { Totals } from './totals.ts';

/** Lifts of pairs that fewer successions of the held-out visits have are mostly noise. */
const MIN_SUCCESSIONS = 20;
/** Of what is absent, in place of the logarithm of nothing: half a succession. */
const ABSENT = 0.5;

export interface Successions {
  /** R² of the shares of records in which a visit with one code is followed by one with another. */
  recordBigrams: Both<Jackknifed>;
  /** R² of the shares of successions that go from a visit with one code to one with another. */
  visitBigrams: Both<Jackknifed>;
  /** Pearson's r of the log lifts. */
  lift: Both<Jackknifed>;
  /** Pairs whose lift is compared. */
  pairs: number;
  /** Shares of records of the pairs that most held-out records have, each of `minPatients` or more. */
  commonest: Succession[];
}

/** Codes by their numbers, and the share of records in which a visit with the first is followed by one with the second. */
export interface Succession {
  from: number;
  to: number;
  holdout: number;
  synthetic: number;
}

/** Pairs shown in the scatter plot. */
const MOST_SHOWN = 2000;

/**
 * Which code of a visit is followed by which of the next: a visit's lift of a pair is how much commoner it is than if visits were
 * independent of each other. A pair that a side lacks counts as half a succession there; that of a code that it lacks has no lift
 * (log 0 of 1).
 * @param visits how many visits of each side hold each code
 * @see Theodorou et al. 2023, the last two statistics
 */
export async function successions(
  sides: Sides,
  totals: Record<SideName, Totals>,
  visits: Record<SideName, KeyCounts>,
  minPatients: number,
  pause: Pause = yieldToEventLoop,
): Promise<Successions> {
  const codes = codesOf(sides);
  const next = eachSide((name) => new BesideCode(sides[name], codes, inNextVisit));
  const touched = new TouchedKeys(codes);
  const sums = both(() => ({
    records: new RSquaredSums(),
    visits: new RSquaredSums(),
    lifts: new PearsonSums(),
  }));
  const shown: [from: number, to: number, holdout: number, synthetic: number][] = [];
  for (let from = 0; from < codes; from++) {
    for (const own of Object.values(next)) own.count(from);
    const { holdout } = next;
    for (const to of touched.of(eachSide((name) => next[name].visits))) {
      const at = to * WITHOUT;
      for (const [key, other] of COMPARED) {
        sums[key].records.add(holdout.records.counts, next[other].records.counts, at);
        sums[key].visits.add(holdout.visits.counts, next[other].visits.counts, at);
      }
      const people = holdout.records.counts[at + GROUPS];
      if (people >= minPatients) shown.push([from, to, people, next.synthetic.records.counts[at + GROUPS]]);
      if (holdout.visits.counts[at + GROUPS] < MIN_SUCCESSIONS) continue;
      for (let group = 0; group < WITHOUT; group++) {
        const liftOf = (name: SideName) =>
          logLift(next[name].visits.counts, visits[name].counts, totals[name], from, to, group);
        const reference = liftOf('holdout');
        for (const [key, other] of COMPARED) sums[key].lifts.add(group, reference, liftOf(other));
      }
    }
    for (const own of Object.values(next)) own.clear();
    await pause();
  }
  const fit = (of: 'records' | 'visits', unit: 'records' | 'successions') => ({
    synthetic: sums.synthetic[of].values(totals.holdout[unit], totals.synthetic[unit]),
    floor: sums.floor[of].values(totals.holdout[unit], totals.training[unit]),
  });
  shown.sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1]);
  return {
    recordBigrams: fit('records', 'records'),
    visitBigrams: fit('visits', 'successions'),
    lift: { synthetic: sums.synthetic.lifts.values(), floor: sums.floor.lifts.values() },
    pairs: sums.synthetic.lifts.pairs,
    commonest: shown.slice(0, MOST_SHOWN).map(([from, to, inHoldout, inSynthetic]) => ({
      from,
      to,
      holdout: inHoldout / totals.holdout.records[GROUPS],
      synthetic: inSynthetic / Math.max(1, totals.synthetic.records[GROUPS]),
    })),
  };
}

function logLift(
  successive: Int32Array,
  alone: Int32Array,
  totals: Totals,
  from: number,
  to: number,
  group: number,
): number {
  const of = (counts: Int32Array, key: number) => {
    const all = counts[key * WITHOUT + GROUPS];
    return group === GROUPS ? all : all - counts[key * WITHOUT + group];
  };
  const [first, second] = [of(alone, from), of(alone, to)];
  if (first === 0 || second === 0) return 0;
  const share = Math.max(ABSENT, of(successive, to)) / totals.successions[group];
  return Math.log((share * totals.visits[group] ** 2) / (first * second));
}

/** All codes of the patient's next visit. */
const inNextVisit: Beside = (_, visit, { codeStarts, patients }) =>
  patients[visit + 1] === patients[visit] ? [codeStarts[visit + 1], codeStarts[visit + 2]] : NONE;
const NONE = [0, 0] as const;
