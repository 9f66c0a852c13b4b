import { fixed } from '@ehrsynth/statistics';
import { NOT_MEASURED } from '../row.ts';

/** A figure over the seeds of a model. */
export interface Spread {
  mean: number;
  low: number;
  high: number;
  seeds: number;
}

/** One figure of all models. */
export interface ComparedFigure {
  name: string;
  /** Digits that it is shown by. */
  digits: number;
  /** Where a better model has it; undefined where neither is. */
  better?: 'higher' | 'lower' | 'near 0' | 'near 0.5';
  /** Of each model, in their order; undefined where it was not measured. */
  models: (Spread | undefined)[];
  /** Of real training rows in the place of synthetic ones; undefined where there is no such thing. */
  real?: Spread;
}

/** Models side by side. */
export interface ComparisonTable {
  title: string;
  /** Patients, epochs, engine: what was compared, in sentences. */
  about: string[];
  models: string[];
  figures: ComparedFigure[];
}

/** Over seeds: undefined where there is no value. */
export function spreadOf(values: readonly (number | undefined)[]): Spread | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return { mean, low: Math.min(...known), high: Math.max(...known), seeds: known.length };
}

/** 0.981, or 0.981 (0.975 – 0.986) where seeds differ. */
export function spreadText(spread: Spread | undefined, digits: number, otherwise = NOT_MEASURED): string {
  if (!spread) return otherwise;
  const [mean, low, high] = [spread.mean, spread.low, spread.high].map((value) => fixed(value, digits));
  return low === high ? mean : `${mean} (${low} – ${high})`;
}

/** Arrows beside a figure's name: where a better model has it. */
export const BETTER = { higher: '↑', lower: '↓', 'near 0': '→ 0', 'near 0.5': '→ 0.5' } as const;
