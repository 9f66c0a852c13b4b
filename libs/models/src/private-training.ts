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
}

/** Steps that take `batchSize` of the rows on average, for as long as that many passes over all of them. */
export function poissonSteps(rows: number, batchSize: number, epochs: number): PrivateSteps {
  const samplingRate = Math.min(1, Math.ceil((batchSize / Math.max(1, rows)) * 2 ** 53) / 2 ** 53);
  return { samplingRate, steps: Math.ceil(epochs / samplingRate - 1e-9) };
}
