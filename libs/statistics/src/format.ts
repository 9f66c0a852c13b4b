import type { Interval } from './intervals.ts';

/** As `toFixed`, but without the minus of a negative number that rounds to zero: -0.001 with two digits is 0.00. */
export function fixed(value: number, digits: number): string {
  // -0 + 0 is 0.
  return (Number(value.toFixed(digits)) + 0).toFixed(digits);
}

/** 0.1234 → 12.3 % */
export function percent(share: number): string {
  return `${fixed(100 * share, 1)} %`;
}

/** 0.512 (0.498 – 0.526) */
export function intervalText({ value, lower, upper }: Interval, digits = 3): string {
  if (!Number.isFinite(upper - lower)) return `${fixed(value, digits)} (interval not measured)`;
  return `${fixed(value, digits)} (${fixed(lower, digits)} – ${fixed(upper, digits)})`;
}

/** 12.3 % (11.0 % – 13.6 %) */
export function shareText({ value, lower, upper }: Interval): string {
  return `${percent(value)} (${percent(lower)} – ${percent(upper)})`;
}

/** 1,234; 0.0123 */
export function numberText(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
