import type { Histories } from '@ehrsynth/histories';
import { placesOf } from './common-codes.ts';
import type { LeveledLab } from './distribution.ts';
import { eventsOf } from './labs.ts';
import { type Resampling, type Side, weightedSums } from './resampling.ts';

/** In place of the day of what never happened. */
const NEVER = 2 ** 31 - 1;

/** Day on which each patient first has each code: patients × codes; `NEVER` where not. */
export function firstDays(histories: Histories, codes: number[]): Int32Array {
  const { arrays, dictionary, patients } = histories;
  const place = placesOf(codes, dictionary.codes.length);
  const days = new Int32Array(patients * codes.length).fill(NEVER);
  for (let patient = 0; patient < patients; patient++) {
    const [from, to] = eventsOf(arrays, patient);
    for (let at = from; at < to; at++) {
      const code = place[arrays.code[at]];
      if (code === -1) continue;
      const cell = patient * codes.length + code;
      days[cell] = Math.min(days[cell], arrays.day[at]);
    }
  }
  return days;
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
  side: Side,
  firsts: Int32Array,
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
    for (let code = 0; code < codes; code++) {
      const first = firsts[patient[from] * codes + code];
      if (first === NEVER) continue;
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
