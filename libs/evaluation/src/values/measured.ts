import type { Histories } from '@ehrsynth/histories';
import { type Both, type SideName, SIDES } from '../sides.ts';
import { commonCodes, placesOf } from './common-codes.ts';
import { MIN_VALUES } from './labs.ts';
import { type Draw, type Estimates, estimatesOf, type Resampling, weightedSums } from './resampling.ts';

/** Conditions by which the shares of visits are compared: those that most held-out patients have. */
const MOST_CONDITIONS = 20;

/** What patients are measured in, and how often. */
export interface MeasuredOrNot {
  byClass: MeasuredShares;
  byCondition: MeasuredShares;
}

export interface MeasuredShares {
  /** Visit classes or conditions, by their numbers, and codes, by theirs. */
  of: number[];
  codes: number[];
  /** Mean absolute difference of the shares over all (class or condition, code); NaN where there are none. */
  difference: Both<Estimates>;
  /** Shares of the visits of a class in which a code was measured, classes × codes; null where fewer than `minPatients` real patients have or lack it. */
  shares: Record<SideName, (number | null)[][]>;
}

/**
 * Whether a code was measured in a visit: shares of visits by their class, and of the visits of people with a condition from that in which
 * it is first recorded. Classes and conditions are those that held-out patients have 50 visits of, and `minPatients` of them one. A side
 * without such visits measures nothing in them: its shares are 0.
 * @param codes by their numbers
 */
export function measuredOrNot(
  histories: Record<SideName, Histories>,
  codes: number[],
  sampled: Resampling,
  minPatients: number,
): MeasuredOrNot {
  const { holdout } = histories;
  const classes = [...holdout.dictionary.classes.texts.keys()];
  const conditions = commonCodes(holdout, 'condition', MOST_CONDITIONS, minPatients);
  const counts = {} as Record<SideName, VisitCounts[]>;
  for (const side of SIDES) counts[side] = countVisits(histories[side], codes, classes.length, conditions, sampled);
  const shares = (which: 0 | 1, of: number[]) => {
    const sides = {} as Record<SideName, VisitCounts>;
    for (const side of SIDES) sides[side] = counts[side][which];
    const kept = [...of.keys()].filter((at) => {
      const { visits, people } = sides.holdout;
      return people[at] >= minPatients && totalOf(visits, of.length, at) >= MIN_VALUES;
    });
    return {
      of: kept.map((at) => of[at]),
      codes,
      difference: differenceOf(sides, kept, codes.length, sampled.draws),
      shares: shownShares(sides, kept, codes.length, minPatients),
    };
  };
  return { byClass: shares(0, classes), byCondition: shares(1, conditions) };
}

/** Of each class or condition: visits and measured ones by group, and patients who have a visit, a measured and an unmeasured one. */
interface VisitCounts {
  kinds: number;
  /** groups × kinds. */
  visits: Float64Array;
  /** groups × (kinds × codes). */
  measured: Float64Array;
  people: Int32Array;
  /** kinds × codes. */
  having: Int32Array;
  lacking: Int32Array;
}

function countVisits(
  histories: Histories,
  codes: number[],
  classes: number,
  conditions: number[],
  { groups, draws }: Resampling,
): VisitCounts[] {
  const { arrays, dictionary } = histories;
  const codePlace = placesOf(codes, dictionary.codes.length);
  const conditionPlace = placesOf(conditions, dictionary.codes.length);
  const counters = [classes, conditions.length].map(
    (kinds) => new PatientCounter(kinds, codes.length, draws[0].holdout.length),
  );
  const seen = new Int32Array(codes.length).fill(-1);
  for (let patient = 0; patient < histories.patients; patient++) {
    const held = new Set<number>();
    for (let visit = arrays.visitStarts[patient]; visit < arrays.visitStarts[patient + 1]; visit++) {
      const measured: number[] = [];
      for (let at = arrays.eventStarts[visit]; at < arrays.eventStarts[visit + 1]; at++) {
        const code = arrays.code[at];
        if (conditionPlace[code] !== -1) held.add(conditionPlace[code]);
        const place = codePlace[code];
        if (place === -1 || seen[place] === visit) continue;
        seen[place] = visit;
        measured.push(place);
      }
      counters[0].add(arrays.visitClass[visit], measured);
      for (const condition of held) counters[1].add(condition, measured);
    }
    for (const counter of counters) counter.close(groups[patient]);
  }
  return counters.map(({ counts }) => counts);
}

/** Counts the visits of one patient after another. */
class PatientCounter {
  readonly counts: VisitCounts;
  private readonly visits: Int32Array;
  private readonly measured: Int32Array;
  private readonly touched = new Set<number>();

  constructor(
    kinds: number,
    private readonly codes: number,
    groups: number,
  ) {
    this.visits = new Int32Array(kinds);
    this.measured = new Int32Array(kinds * codes);
    this.counts = {
      kinds,
      visits: new Float64Array(groups * kinds),
      measured: new Float64Array(groups * kinds * codes),
      people: new Int32Array(kinds),
      having: new Int32Array(kinds * codes),
      lacking: new Int32Array(kinds * codes),
    };
  }

  add(kind: number, measured: readonly number[]): void {
    this.visits[kind]++;
    this.touched.add(kind);
    for (const code of measured) this.measured[kind * this.codes + code]++;
  }

  close(group: number): void {
    const { counts, codes } = this;
    for (const kind of this.touched) {
      const visits = this.visits[kind];
      counts.visits[group * counts.kinds + kind] += visits;
      counts.people[kind]++;
      for (let cell = kind * codes; cell < (kind + 1) * codes; cell++) {
        const measured = this.measured[cell];
        if (measured > 0) counts.having[cell]++;
        if (measured < visits) counts.lacking[cell]++;
        counts.measured[group * counts.kinds * codes + cell] += measured;
        this.measured[cell] = 0;
      }
      this.visits[kind] = 0;
    }
    this.touched.clear();
  }
}

function differenceOf(
  sides: Record<SideName, VisitCounts>,
  kept: number[],
  codes: number,
  draws: Draw[],
): Both<Estimates> {
  const shares = (side: SideName, draw: Draw) => sharesOf(sides[side], kept, codes, draw[side]);
  return estimatesOf(draws, (draw, other) => {
    const [a, b] = [shares('holdout', draw), shares(other, draw)];
    return a.reduce((sum, share, i) => sum + Math.abs(share - b[i]), 0) / a.length;
  });
}

/** kept kinds × codes. */
function sharesOf(
  { kinds, visits, measured }: VisitCounts,
  kept: number[],
  codes: number,
  weights: Float64Array,
): Float64Array {
  const ofKind = weightedSums(visits, kinds, weights);
  const ofCell = weightedSums(measured, kinds * codes, weights);
  return Float64Array.from({ length: kept.length * codes }, (_, i) => {
    const kind = kept[Math.floor(i / codes)];
    return ofKind[kind] === 0 ? 0 : ofCell[kind * codes + (i % codes)] / ofKind[kind];
  });
}

function shownShares(
  sides: Record<SideName, VisitCounts>,
  kept: number[],
  codes: number,
  minPatients: number,
): MeasuredShares['shares'] {
  const of = (side: SideName) => {
    const { having, lacking, kinds, visits } = sides[side];
    const shares = sharesOf(sides[side], kept, codes, new Float64Array(visits.length / kinds).fill(1));
    const isSmall = (count: number) => side !== 'synthetic' && count > 0 && count < minPatients;
    return kept.map((kind, row) =>
      Array.from({ length: codes }, (_, code) => {
        const cell = kind * codes + code;
        return isSmall(having[cell]) || isSmall(lacking[cell]) ? null : shares[row * codes + code];
      }),
    );
  };
  return { holdout: of('holdout'), training: of('training'), synthetic: of('synthetic') };
}

function totalOf(sums: Float64Array, columns: number, column: number): number {
  let total = 0;
  for (let at = column; at < sums.length; at += columns) total += sums[at];
  return total;
}
