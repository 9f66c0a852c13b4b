import { type Interval, intervalText } from '@ehrsynth/statistics';
import { NOT_MEASURED } from './row.ts';

/** 0.123 (0.110 – 0.136), or that it was not measured and why. */
export function intervalCell(found: Interval | undefined, reason?: string): string {
  if (found) return intervalText(found);
  return reason ? `${NOT_MEASURED}: ${reason}` : NOT_MEASURED;
}

/** The two cells of a figure: of synthetic patients, and the floor. The reason stands in the first that was not measured. */
export function figureCells(figure: {
  synthetic?: Interval;
  floor?: Interval;
  notMeasured?: string;
}): [string, string] {
  const { synthetic, floor, notMeasured } = figure;
  return [intervalCell(synthetic, notMeasured), intervalCell(floor, synthetic && notMeasured)];
}

/** A code, with its title where it has one. */
export function codeText({ code, title, display }: { code: string; title?: string; display?: string }): string {
  const name = title ?? display;
  return name ? `${code} ${name}` : code;
}
