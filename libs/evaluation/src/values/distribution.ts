import { type Both, type SideName, SIDES } from '../sides.ts';
import { distributionDistances } from './distances.ts';
import type { LabValues, Spread } from './lab-values.ts';
import { MIN_VALUES } from './labs.ts';
import { decimalsOf, lastDigitDistance } from './last-digits.ts';
import { type Draw, type Estimates, estimatesOf, weightedSums } from './resampling.ts';

/** Figures of one lab's distribution. */
export interface Distribution {
  ks: Both<Estimates>;
  /** Wasserstein-1 over the interquartile range of held-out patients; not measured where that is 0, or either is beyond what a number can be. */
  wasserstein: Both<Estimates>;
  /** Share of a side's values outside the 0.1 to 99.9 % range of held-out patients. */
  outside: Both<Estimates>;
  /** Training patients who have a value outside. */
  peopleOutside: number;
  /** Patients of each side who have a bound. */
  peopleWithBounds: Record<SideName, number>;
  /** Total variation of last digits. */
  lastDigit: Both<Estimates>;
  /** Absolute difference of the shares of values that are bounds. */
  bounds: Both<Estimates>;
}

/** A lab on each side, its values numbered by level. */
export interface LeveledLab {
  values: Record<SideName, LabValues>;
  levels: Record<SideName, Uint16Array>;
  /** Value of each level. */
  levelValues: Float64Array;
  /** Of held-out patients. */
  spread: Spread;
}

/** How one lab's values are distributed on each side. A bound, such as <5, counts as the number 5, but for last digits. */
export function distributionOf({ values, levels, levelValues, spread }: LeveledLab, draws: Draw[]): Distribution {
  const samples = {} as Parameters<typeof distributionDistances>[0];
  for (const side of SIDES) samples[side] = { level: levels[side], group: values[side].group };
  const { ks, wasserstein } = distributionDistances(samples, levelValues, draws);
  const range = spread.quartiles[1] - spread.quartiles[0];
  const scaled = (estimates: Estimates) =>
    estimates.map((value) => (range > 0 && Number.isFinite(range) ? value / range : NaN));
  const { holdout } = values;
  const recorded = holdout.value.filter((_, i) => holdout.isBound[i] === 0);
  const outside = shares(values, draws, ({ value }, i) => value[i] < spread.low || value[i] > spread.high);
  const bounds = shares(values, draws, ({ isBound }, i) => isBound[i] === 1);
  const judged = (both: Both<Estimates>) => whereEnough(both, values);
  const { value, patient } = values.training;
  const isOutside = (one: number) => one < spread.low || one > spread.high;
  return {
    ks: judged(ks),
    wasserstein: judged({ synthetic: scaled(wasserstein.synthetic), floor: scaled(wasserstein.floor) }),
    outside: judged(estimatesOf(draws, (draw, other) => outside(other, draw))),
    peopleOutside: new Set(patient.filter((_, i) => isOutside(value[i]))).size,
    peopleWithBounds: {
      holdout: peopleWithBounds(values.holdout),
      training: peopleWithBounds(values.training),
      synthetic: peopleWithBounds(values.synthetic),
    },
    lastDigit: judged(lastDigitDistance(values, decimalsOf(recorded), draws)),
    bounds: judged(estimatesOf(draws, (draw, other) => Math.abs(differenceFrom(bounds, other, draw)))),
  };
}

function peopleWithBounds({ patient, isBound }: LabValues): number {
  return new Set(patient.filter((_, i) => isBound[i] === 1)).size;
}

/** Not measured on a side that has fewer than 50 values. */
function whereEnough({ synthetic, floor }: Both<Estimates>, values: Record<SideName, LabValues>): Both<Estimates> {
  const kept = (estimates: Estimates, side: SideName) =>
    values[side].value.length < MIN_VALUES ? estimates.map(() => NaN) : estimates;
  return { synthetic: kept(synthetic, 'synthetic'), floor: kept(floor, 'training') };
}

type ShareOf = (side: SideName, draw: Draw) => number;

function differenceFrom(share: ShareOf, other: SideName, draw: Draw): number {
  return share(other, draw) - share('holdout', draw);
}

/** Share of a side's values for which something holds, in a draw. */
function shares(
  lab: Record<SideName, LabValues>,
  draws: Draw[],
  holds: (values: LabValues, i: number) => boolean,
): ShareOf {
  const sums = {} as Record<SideName, Int32Array>;
  for (const side of SIDES) {
    sums[side] = new Int32Array(draws[0][side].length * 2);
    const { group } = lab[side];
    for (let i = 0; i < group.length; i++) {
      sums[side][2 * group[i]]++;
      if (holds(lab[side], i)) sums[side][2 * group[i] + 1]++;
    }
  }
  return (side, draw) => {
    const [all, held] = weightedSums(sums[side], 2, draw[side]);
    return held / all;
  };
}
