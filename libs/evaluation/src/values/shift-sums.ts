import type { Histories } from '@ehrsynth/histories';
import type { SideName } from '../sides.ts';
import { placesOf } from './common-codes.ts';
import type { LeveledLab } from './distribution.ts';
import { eventsOf } from './labs.ts';
import { type Resampling, weightedSums } from './resampling.ts';

/** The codes that each patient has of some, with the day of the first time. */
export interface FirstDays {
  /** Patients + 1 offsets. */
  starts: Int32Array;
  /** Places among the codes. */
  codes: number[];
  days: number[];
}

export function firstDays(histories: Histories, codes: number[]): FirstDays {
  const { arrays, dictionary, patients } = histories;
  const place = placesOf(codes, dictionary.codes.length);
  const found: FirstDays = { starts: new Int32Array(patients + 1), codes: [], days: [] };
  for (let patient = 0; patient < patients; patient++) {
    const first = new Map<number, number>();
    const [from, to] = eventsOf(arrays, patient);
    for (let at = from; at < to; at++) {
      const code = place[arrays.code[at]];
      if (code !== -1) first.set(code, Math.min(first.get(code) ?? Infinity, arrays.day[at]));
    }
    for (const [code, day] of first) {
      found.codes.push(code);
      found.days.push(day);
    }
    found.starts[patient + 1] = found.codes.length;
  }
  return found;
}

/** Sums over the patients of each group who have values of one lab. */
export interface LabSums {
  /** groups × 3: patients, sum of their means, sum of squares of their means. */
  all: Float64Array;
  /** groups × (codes × 2): patients with a code, sum of their means. */
  having: Float64Array;
  /** groups × (codes × 2): patients with values before and after, sum of the mean after less the mean before. */
  after: Float64Array;
}

/** @param firsts what `firstDays` gives */
export function sumsOf(
  { values, spread }: LeveledLab,
  side: SideName,
  firsts: FirstDays,
  codes: number,
  { groups, draws }: Resampling,
): LabSums {
  const { value, patient, day } = values[side];
  const count = draws[0][side].length;
  const sums: LabSums = {
    all: new Float64Array(count * 3),
    having: new Float64Array(count * codes * 2),
    after: new Float64Array(count * codes * 2),
  };
  const middle = (spread.quartiles[0] + spread.quartiles[1]) / 2;
  const at = (i: number) => Math.min(spread.high, Math.max(spread.low, value[i])) - middle;
  for (let from = 0; from < value.length;) {
    let [to, sum] = [from, 0];
    for (; to < value.length && patient[to] === patient[from]; to++) sum += at(to);
    const group = groups[patient[from]];
    const mean = sum / (to - from);
    sums.all[group * 3]++;
    sums.all[group * 3 + 1] += mean;
    sums.all[group * 3 + 2] += mean ** 2;
    const own = patient[from];
    for (let place = firsts.starts[own]; place < firsts.starts[own + 1]; place++) {
      const [code, first] = [firsts.codes[place], firsts.days[place]];
      const cell = (group * codes + code) * 2;
      sums.having[cell]++;
      sums.having[cell + 1] += mean;
      let [before, sumBefore] = [0, 0];
      for (let i = from; i < to; i++) {
        if (day[i] > first) continue;
        before++;
        sumBefore += at(i);
      }
      if (before === 0 || before === to - from) continue;
      sums.after[cell]++;
      sums.after[cell + 1] += (sum - sumBefore) / (to - from - before) - sumBefore / before;
    }
    from = to;
  }
  return sums;
}

/** Standard deviation of the patients' means; NaN where it is 0. */
export function deviationOf({ all }: LabSums): number {
  const [count, sum, squares] = weightedSums(all, 3, new Float64Array(all.length / 3).fill(1));
  const variance = (squares - sum ** 2 / count) / (count - 1);
  return variance > 0 ? Math.sqrt(variance) : NaN;
}

/** labs × codes; NaN where fewer than `least` have the code, or have it not. */
export function withCode(
  labs: LabSums[],
  codes: number,
  deviations: number[],
  weights: Float64Array,
  least: number,
): number[] {
  return labs.flatMap(({ all, having }, lab) => {
    const [patients, total] = weightedSums(all, 3, weights);
    const own = weightedSums(having, codes * 2, weights);
    return Array.from({ length: codes }, (_, code) => {
      const [count, sum] = [own[2 * code], own[2 * code + 1]];
      if (count < least || patients - count < least) return NaN;
      return (sum / count - (total - sum) / (patients - count)) / deviations[lab];
    });
  });
}

/** labs × codes; NaN where fewer than `least` have values both before and after. */
export function afterDrug(
  labs: LabSums[],
  codes: number,
  deviations: number[],
  weights: Float64Array,
  least: number,
): number[] {
  return labs.flatMap(({ after }, lab) => {
    const own = weightedSums(after, codes * 2, weights);
    return Array.from({ length: codes }, (_, code) =>
      own[2 * code] < least ? NaN : own[2 * code + 1] / own[2 * code] / deviations[lab],
    );
  });
}
