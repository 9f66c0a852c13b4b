import type { Pause } from '@ehrsynth/io';
import { type Both, type SideName, SIDES } from '../sides.ts';
import type { LeveledLab } from './distribution.ts';
import { MIN_VALUES } from './labs.ts';
import { type Pairs, RankCorrelation } from './rank-correlation.ts';
import { type Draw, type Estimates, type Resampling } from './resampling.ts';

/** Labs whose pairs are looked at: those with most values. */
const MOST_LABS = 30;
/** Visits of a pair that are looked at, of patients in a random order. */
const MOST_VISITS = 5_000;

export interface LabPair {
  /** Places among the labs. */
  labs: [number, number];
  /** Spearman's correlation over the visits in which both were measured; of training and synthetic patients where there are 50. */
  correlation: { holdout: number; training?: number; synthetic?: number };
  /** Absolute difference from that of held-out patients. */
  difference: Both<Estimates>;
}

/**
 * Rank correlation of the first values of two labs in one visit, for the pairs of which held-out patients have 50 visits, and at least
 * `minPatients` of them one.
 */
export async function labPairs(
  labs: LeveledLab[],
  { draws, ...patients }: Resampling,
  minPatients: number,
  pause: Pause,
): Promise<LabPair[]> {
  const chosen = labs.slice(0, MOST_LABS);
  const pairs = {} as Record<SideName, PairCases[]>;
  for (const side of SIDES) pairs[side] = casesOf(chosen, side, patients);
  const found: LabPair[] = [];
  for (let a = 0; a < chosen.length; a++) {
    for (let b = a + 1; b < chosen.length; b++) {
      await pause();
      const place = a * chosen.length + b;
      const { x, people } = pairs.holdout[place];
      if (x.length < MIN_VALUES || people < minPatients) continue;
      const levels = [chosen[a], chosen[b]].map(({ levelValues }) => levelValues.length) as [number, number];
      const of = {} as Record<SideName, RankCorrelation>;
      for (const side of SIDES) of[side] = new RankCorrelation(typed(pairs[side][place]), levels);
      const isFew = pairs.training[place].people < minPatients;
      const inDraw = (side: SideName, draw: Draw) =>
        side === 'training' && isFew ? NaN : of[side].of(draw[side], MIN_VALUES);
      const holdout = Float64Array.from(draws, (draw) => inDraw('holdout', draw));
      // A value that is the same in all has no correlation.
      if (!Number.isFinite(holdout[0])) continue;
      const estimates = (other: SideName) =>
        Float64Array.from(draws, (draw, i) => Math.abs(inDraw(other, draw) - holdout[i]));
      found.push({
        labs: [a, b],
        correlation: {
          holdout: holdout[0],
          ...defined('training', inDraw('training', draws[0])),
          ...defined('synthetic', inDraw('synthetic', draws[0])),
        },
        difference: { synthetic: estimates('synthetic'), floor: estimates('training') },
      });
    }
  }
  return found;
}

function defined<Name extends string>(name: Name, value: number): Partial<Record<Name, number>> {
  return Number.isFinite(value) ? ({ [name]: value } as Record<Name, number>) : {};
}

interface PairCases {
  x: number[];
  y: number[];
  group: number[];
  people: number;
  last: number;
}

function typed({ x, y, group }: PairCases): Pairs {
  return { x: Uint16Array.from(x), y: Uint16Array.from(y), group: Uint8Array.from(group) };
}

/** Levels of both labs of each pair in each visit: labs × labs, the first less than the second. */
function casesOf(
  labs: LeveledLab[],
  side: SideName,
  { groups, order }: Pick<Resampling, 'groups' | 'order'>,
): PairCases[] {
  const cases = Array.from({ length: labs.length ** 2 }, (): PairCases => ({
    x: [],
    y: [],
    group: [],
    people: 0,
    last: -1,
  }));
  const starts = labs.map(({ values }) => startsOf(values[side].patient, groups.length));
  for (const patient of order)
    eachVisit(labs, side, starts, patient, (own) => {
      for (let i = 0; i < own.length; i++) {
        for (let j = i + 1; j < own.length; j++) {
          const pair = cases[own[i][0] * labs.length + own[j][0]];
          if (pair.x.length >= MOST_VISITS) continue;
          pair.x.push(own[i][1]);
          pair.y.push(own[j][1]);
          pair.group.push(groups[patient]);
          if (pair.last !== patient) pair.people++;
          pair.last = patient;
        }
      }
    });
  return cases;
}

/** The first value of each patient, and one past the last. */
function startsOf(patient: Int32Array, patients: number): Int32Array {
  const starts = new Int32Array(patients + 1);
  for (const own of patient) starts[own + 1]++;
  for (let i = 0; i < patients; i++) starts[i + 1] += starts[i];
  return starts;
}

/** The labs of each visit of a patient, by number, with the level of the first value of each. */
function eachVisit(
  labs: LeveledLab[],
  side: SideName,
  starts: Int32Array[],
  patient: number,
  visited: (own: [lab: number, level: number][]) => void,
): void {
  const visits = new Map<number, [number, number][]>();
  labs.forEach(({ values, levels }, lab) => {
    const { visit } = values[side];
    for (let at = starts[lab][patient]; at < starts[lab][patient + 1]; at++) {
      let own = visits.get(visit[at]);
      if (!own) visits.set(visit[at], (own = []));
      if (own.at(-1)?.[0] !== lab) own.push([lab, levels[side][at]]);
    }
  });
  for (const own of visits.values()) visited(own);
}
