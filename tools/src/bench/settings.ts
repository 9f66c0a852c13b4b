import type { EngineName } from '@ehrsynth/engine';

/** How the bench is run. */
export interface BenchSettings {
  /** Empty, and removed afterwards. */
  folder: string;
  repeats: number;
  /** Sizes are so many times the usual ones. */
  scale: number;
  /** Leaves out the largest sizes. */
  quick: boolean;
  engines: readonly EngineName[];
}
