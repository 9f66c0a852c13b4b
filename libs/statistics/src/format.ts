import type { Interval } from './intervals.ts';

/** 0.1234 → 12.3 % */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** 0.512 (0.498 – 0.526) */
export function intervalText({ value, lower, upper }: Interval, digits = 3): string {
  if (!Number.isFinite(upper - lower)) return `${value.toFixed(digits)} (interval not measured)`;
  return `${value.toFixed(digits)} (${lower.toFixed(digits)} – ${upper.toFixed(digits)})`;
}

/** 12.3 % (11.0 % – 13.6 %) */
export function shareText({ value, lower, upper }: Interval): string {
  return `${percent(value)} (${percent(lower)} – ${percent(upper)})`;
}

/** 1,234; 0.0123 */
export function numberText(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
