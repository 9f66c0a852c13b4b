import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { atAge } from '../by-age.ts';
import { DAYS_A_YEAR, dayNumber } from '../days.ts';
import type { ByAge } from '../types.ts';
import { type Estimate, meanEstimate, normalEstimate } from './estimate.ts';

/** A measurement of a patient in the clinic. */
export interface Value {
  day: number;
  value: number;
}

/** The exact values of a code at visits of a class, in order. */
export function valuesOf({ events, encounters }: PatientRecord, loinc: string, visitClass = 'AMB'): Value[] {
  return events.flatMap(({ code, quantity, start, encounter }: CodedEvent) =>
    code.code === loinc &&
    quantity?.value !== undefined &&
    !quantity.comparator &&
    encounters[encounter!]?.class === visitClass
      ? [{ day: dayNumber(start!), value: quantity.value }]
      : [],
  );
}

/** Correlation of each value with the next one of the same patient, up to so many days later, over all pairs. */
export function autocorrelation(
  records: Iterable<PatientRecord>,
  loinc: string,
  [least, most]: [number, number],
): Estimate {
  const pairs: [number, number][] = [];
  for (const record of records) {
    const values = valuesOf(record, loinc);
    for (let i = 1; i < values.length; i++) {
      const gap = values[i].day - values[i - 1].day;
      if (gap >= least && gap <= most) pairs.push([values[i - 1].value, values[i].value]);
    }
  }
  return correlation(pairs);
}

/** Of every age. */
const SAME_SPREAD: ByAge = { 0: 1 };

/**
 * Half the mean square of the difference between two values of a patient so many days apart: noise² + slow² (1 − exp(−gap/days)),
 * whatever the patient's own level.
 *
 * @param spread factor by age on the spreads, by which a difference is divided: then the young count as adults do
 */
export function semivariance(
  records: Iterable<PatientRecord>,
  loinc: string,
  [least, most]: [number, number],
  spread = SAME_SPREAD,
): Estimate {
  const halves: number[] = [];
  for (const record of records) {
    const values = valuesOf(record, loinc);
    const own: number[] = [];
    for (let i = 1; i < values.length; i++) {
      const gap = values[i].day - values[i - 1].day;
      if (gap < least || gap > most) continue;
      const age = (values[i].day - dayNumber(record.birthDate!)) / DAYS_A_YEAR;
      own.push(((values[i].value - values[i - 1].value) / atAge(spread, age)) ** 2 / 2);
    }
    if (own.length > 0) halves.push(own.reduce((sum, half) => sum + half, 0) / own.length);
  }
  return meanEstimate(halves);
}

/** Correlation within patients of two codes measured on one day: of what departs from the patient's own means. */
export function withinCorrelation(records: Iterable<PatientRecord>, one: string, other: string): Estimate {
  const pairs: [number, number][] = [];
  for (const record of records) {
    const byDay = new Map(valuesOf(record, other).map(({ day, value }) => [day, value]));
    const own = valuesOf(record, one).flatMap(({ day, value }): [number, number][] =>
      byDay.has(day) ? [[value, byDay.get(day)!]] : [],
    );
    if (own.length < 3) continue;
    const means = [0, 1].map((k) => own.reduce((sum, pair) => sum + pair[k], 0) / own.length);
    pairs.push(...own.map(([a, b]): [number, number] => [a - means[0], b - means[1]]));
  }
  return correlation(pairs);
}

/** A drug's effect is there after so many days. */
const FULL_EFFECT_DAYS = 28;

/** Mean difference of a patient's values while a drug lasts and in the 60 days before it; of logarithms where asked for. */
export function changeAfter(
  records: Iterable<PatientRecord>,
  loinc: string,
  isDrug: (event: CodedEvent) => boolean,
  { log = false, days = 400 } = {},
): Estimate {
  const changes: number[] = [];
  for (const record of records) {
    const first = record.events.find((event) => event.kind === 'drug' && isDrug(event));
    // Before the first visit with a supply there is no telling what was taken.
    if (first?.encounter === undefined) continue;
    const start = dayNumber(first.start!);
    const values = valuesOf(record, loinc).map(({ day, value }) => ({
      day,
      value: log ? Math.log(value) : value,
    }));
    const before = values.filter(({ day }) => day <= start && day > start - 60);
    const fills = record.events.filter((event) => event.kind === 'drug' && isDrug(event));
    const isSupplied = (day: number) =>
      fills.some((fill) => dayNumber(fill.start!) <= day && day < dayNumber(fill.start!) + fill.daysSupply!);
    const after = values.filter(({ day }) => day > start + FULL_EFFECT_DAYS && day < start + days && isSupplied(day));
    if (before.length > 0 && after.length > 0) changes.push(mean(after) - mean(before));
  }
  return meanEstimate(changes);
}

function mean(values: Value[]): number {
  return values.reduce((sum, { value }) => sum + value, 0) / values.length;
}

/** Pearson's, with Fisher's interval. */
function correlation(pairs: [number, number][]): Estimate {
  const n = pairs.length;
  const [a, b] = [0, 1].map((k) => pairs.reduce((sum, pair) => sum + pair[k], 0) / n);
  let [ab, aa, bb] = [0, 0, 0];
  for (const [x, y] of pairs) {
    ab += (x - a) * (y - b);
    aa += (x - a) ** 2;
    bb += (y - b) ** 2;
  }
  const r = ab / Math.sqrt(aa * bb);
  const { low, high } = normalEstimate(Math.atanh(r), 1 / Math.sqrt(n - 3));
  return { value: r, low: Math.tanh(low), high: Math.tanh(high) };
}
