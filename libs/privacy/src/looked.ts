import type { CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { sampleRows } from '@ehrsynth/statistics';

/** People of each side, and synthetic rows, that attacks by distance look at. */
export interface Most {
  people: number;
  synthetic: number;
}

/** With more, every pair would take hours. */
export const MOST: Most = { people: 20_000, synthetic: 50_000 };

/** The rows that attacks by distance look at. */
export interface Looked {
  training: CodeMatrix;
  holdout: CodeMatrix;
  synthetic: CodeMatrix;
}

/** All rows, or so many of a side, drawn at random, where it has more. */
export function lookedAt({ training, holdout, synthetic }: Looked, most: Most, rng: Rng): Looked {
  return {
    training: sampleRows(training, most.people, rng.fork('training')),
    holdout: sampleRows(holdout, most.people, rng.fork('holdout')),
    synthetic: sampleRows(synthetic, most.synthetic, rng.fork('synthetic')),
  };
}
