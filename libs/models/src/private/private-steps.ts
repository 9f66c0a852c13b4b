import type { Column } from '@ehrsynth/matrix';

/** Steps of a training by DP-SGD, each of which takes a patient with the same probability. */
export interface PrivateSteps {
  /** A multiple of 2⁻⁵³, so that it is exact. */
  samplingRate: number;
  steps: number;
}

/** What a budget has to know of a model that can be trained by DP-SGD: one with the options noiseMultiplier and clip. */
export interface PrivateTraining {
  /** Its options that such a training does not use, and why it does not. */
  unused: Readonly<Record<string, string>>;
  /** @param rows that are learned from @param options of the model, with its epochs */
  steps(rows: number, options: object): PrivateSteps;
  /** More numbers than the model has, each of which gets its noise in each step. @param options of the model */
  weightsAtMost(columns: readonly Column[], options: object): number;
  /** Noisy counts from which it learns bins of values before the training; not there where it learns no values. */
  values?: PrivateCounts;
  /** Noisy counts of patients that its network is moved to before and after the training. */
  tally?: PrivateTally;
}

/** Counts that are given away once, by the Gaussian mechanism on all patients, whose counts are scaled down to a norm. */
export interface PrivateTally {
  /** @see PrivateCounts.share */
  share: number;
  /** How many counts there are, each of which gets its noise. */
  counts(columns: readonly Column[]): number;
  /** The standard deviation of the noise on how many patients have a code, by the noise multiplier. */
  deviation(noiseMultiplier: number): number;
}

/** Counts that are given away once, by the Gaussian mechanism on all patients. */
export interface PrivateCounts {
  /** Of the budget: as a share of the noise's inverse variance that one release of all that is left of the budget would have. */
  share: number;
  /** How many counts a patient is in at most, each of which it changes by 1. */
  contributions: number;
  /** How many counts there are, each of which gets its noise. */
  counts(columns: readonly Column[], rows: number): number;
  /** Whether noise of so many times a patient's effect leaves anything of counts of so many patients. */
  isWorthwhile(rows: number, noiseMultiplier: number): boolean;
}

/** Steps that take `batchSize` of the rows on average, for as long as that many passes over all of them. */
export function poissonSteps(rows: number, batchSize: number, epochs: number): PrivateSteps {
  const samplingRate = Math.min(1, Math.ceil((batchSize / Math.max(1, rows)) * 2 ** 53) / 2 ** 53);
  return { samplingRate, steps: Math.ceil(epochs / samplingRate - 1e-9) };
}
