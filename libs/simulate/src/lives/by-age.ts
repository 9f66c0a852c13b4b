import type { ByAge } from './types.ts';

/** The ages in years for which tables hold a value. */
export const OLDEST = 120;

/** Rates for every year of age, at its middle: straight lines between the given ages, none in years before the first of them. */
export function yearlyRates(rates: ByAge): Float64Array {
  const first = Math.min(...Object.keys(rates).map(Number));
  return Float64Array.from({ length: OLDEST + 1 }, (_, year) => (year < first ? 0 : atAge(rates, year + 0.5)));
}

/** The value at an age in years. */
export function atAge(values: ByAge, age: number): number {
  const ages = Object.keys(values)
    .map(Number)
    .sort((a, b) => a - b);
  const next = ages.findIndex((known) => known >= age);
  if (next === 0) return values[ages[0]];
  if (next < 0) return values[ages.at(-1)!];
  const [from, to] = [ages[next - 1], ages[next]];
  const share = (age - from) / (to - from);
  return values[from] * (1 - share) + values[to] * share;
}

/** Values for every month of age, with a straight line through the month. */
export function monthlyTable(values: ByAge): Float64Array {
  return Float64Array.from({ length: OLDEST * 12 + 2 }, (_, month) => atAge(values, month / 12));
}

/** The value of a monthly table at an age in years. */
export function fromMonthly(table: Float64Array, age: number): number {
  const months = Math.min(OLDEST, Math.max(0, age)) * 12;
  const whole = Math.floor(months);
  return table[whole] + (table[whole + 1] - table[whole]) * (months - whole);
}
