import { type Both, type SideName, SIDES } from '../sides.ts';
import { distributionDistances } from './distances.ts';
import type { LeveledLab } from './distribution.ts';
import type { LabValues, Spread } from './lab-values.ts';
import { MIN_VALUES } from './labs.ts';
import { levelsOf } from './levels.ts';
import { RankCorrelation } from './rank-correlation.ts';
import { type Draw, type Estimates, estimatesOf, weightedSums } from './resampling.ts';

/** Figures of one lab's values within patients. */
export interface WithinPatient {
  /** Absolute difference of the rank correlations of a value and the same patient's next. */
  autocorrelation: Both<Estimates>;
  /** Absolute difference of the intraclass correlations: the share of the variance that is between patients. */
  intraclass: Both<Estimates>;
  /** KS distance of the differences between a value and the same patient's next. */
  differences: Both<Estimates>;
  /** The correlations themselves; not there where a side has fewer than 50 successive values. */
  sides: Record<'autocorrelation' | 'intraclass', Partial<Record<SideName, number>>>;
}

/**
 * How one lab's values go on within patients; undefined where held-out patients have fewer than 50 successive values, or fewer than
 * `minPatients` have two.
 */
export function withinPatient(lab: LeveledLab, draws: Draw[], minPatients: number): WithinPatient | undefined {
  const successions = {} as Record<SideName, Int32Array>;
  for (const side of SIDES) successions[side] = successionsOf(lab.values[side]);
  const { holdout } = successions;
  if (holdout.length < MIN_VALUES || peopleAt(lab.values.holdout, holdout) < minPatients) return undefined;
  const people = peopleAt(lab.values.training, successions.training);
  const isMeasured = (side: SideName) =>
    successions[side].length >= MIN_VALUES && (side !== 'training' || people >= minPatients);
  const correlations = {} as Record<SideName, RankCorrelation>;
  const classes = {} as Record<SideName, (weights: Float64Array) => number>;
  for (const side of SIDES) {
    const own = successions[side];
    const [x, y] = [0, 1].map((next) => Uint16Array.from(own, (i) => lab.levels[side][i + next]));
    const group = Uint8Array.from(own, (i) => lab.values[side].group[i]);
    const levels = lab.levelValues.length;
    correlations[side] = new RankCorrelation({ x, y, group }, [levels, levels]);
    const isEnough = isMeasured(side);
    classes[side] = isEnough ? intraclass(lab.values[side], lab.spread, draws[0][side].length) : () => NaN;
  }
  const figures = {
    autocorrelation: (side: SideName, draw: Draw) =>
      isMeasured(side) ? correlations[side].of(draw[side], MIN_VALUES) : NaN,
    intraclass: (side: SideName, draw: Draw) => classes[side](draw[side]),
  };
  const differenceOf = (name: keyof typeof figures) =>
    estimatesOf(draws, (draw, other) => Math.abs(figures[name](other, draw) - figures[name]('holdout', draw)));
  const itself = (name: keyof typeof figures) =>
    Object.fromEntries(
      SIDES.map((side) => [side, figures[name](side, draws[0])] as const).filter(([, value]) => Number.isFinite(value)),
    );
  return {
    autocorrelation: differenceOf('autocorrelation'),
    intraclass: differenceOf('intraclass'),
    differences: differences(lab, successions, draws),
    sides: { autocorrelation: itself('autocorrelation'), intraclass: itself('intraclass') },
  };
}

/** Values that the same patient has a next one of. */
function successionsOf({ patient }: LabValues): Int32Array {
  const found = new Int32Array(patient.length);
  let count = 0;
  for (let i = 0; i + 1 < patient.length; i++) if (patient[i] === patient[i + 1]) found[count++] = i;
  return found.slice(0, count);
}

function peopleAt({ patient }: LabValues, places: Int32Array): number {
  return new Set(Array.from(places, (i) => patient[i])).size;
}

function differences(lab: LeveledLab, successions: Record<SideName, Int32Array>, draws: Draw[]): Both<Estimates> {
  const steps = SIDES.map((side) => {
    const { value } = lab.values[side];
    return Float64Array.from(successions[side], (i) => rounded(value[i + 1] - value[i]));
  });
  const { values, levels } = levelsOf(...steps);
  const samples = {} as Parameters<typeof distributionDistances>[0];
  SIDES.forEach((side, i) => {
    const isEnough = steps[i].length >= MIN_VALUES;
    const group = Uint8Array.from(successions[side], (at) => lab.values[side].group[at]);
    samples[side] = isEnough ? { level: levels[i], group } : { level: new Uint16Array(0), group: new Uint8Array(0) };
  });
  return distributionDistances(samples, values, draws).ks;
}

/** Without the error of a subtraction: 0.3 − 0.1 is 0.2. */
function rounded(difference: number): number {
  return Number(difference.toPrecision(12));
}

/** Of each group of patients: patients, values, squares of their numbers, sums, sums of squared means, squares within patients. */
const PARTS = 6;

/**
 * Intraclass correlation of values, ICC(1) for patients with different numbers of values. Values beyond the 0.1 to 99.9 % range of
 * held-out patients count as its ends, as a single slip of the keyboard would otherwise be all of the variance.
 * @see Donner 1986, section 3, the analysis-of-variance estimator
 */
function intraclass(
  { value, patient, group }: LabValues,
  spread: Spread,
  groups: number,
): (weights: Float64Array) => number {
  const sums = new Float64Array(groups * PARTS);
  const middle = (spread.quartiles[0] + spread.quartiles[1]) / 2;
  const at = (i: number) => Math.min(spread.high, Math.max(spread.low, value[i])) - middle;
  for (let from = 0; from < value.length;) {
    let [to, sum, squares] = [from, 0, 0];
    for (; to < value.length && patient[to] === patient[from]; to++) {
      sum += at(to);
      squares += at(to) ** 2;
    }
    const count = to - from;
    [1, count, count ** 2, sum, sum ** 2 / count, squares - sum ** 2 / count].forEach(
      (part, i) => (sums[group[from] * PARTS + i] += part),
    );
    from = to;
  }
  return (weights) => {
    const [patients, count, squared, sum, means, within] = weightedSums(sums, PARTS, weights);
    const usual = (count - squared / count) / (patients - 1);
    const between = (means - sum ** 2 / count) / (patients - 1);
    const inside = within / (count - patients);
    const whole = between + (usual - 1) * inside;
    return whole > 0 ? (between - inside) / whole : NaN;
  };
}
