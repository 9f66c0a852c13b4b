/** How long a training takes by default. */
export interface Work {
  /** Passes over the rows, where they are neither few nor very many. */
  epochs: number;
  /** Where those would be fewer steps, more passes are made; but not more than so many. */
  leastSteps: number;
  mostEpochs: number;
  /** Where they would be more steps, fewer passes are made. */
  mostSteps: number;
}

/**
 * Epochs by the work that they are: of few rows a pass is a few steps, from which nothing is learned; of a million it may take an hour.
 * @param rows that are learned from
 */
export function epochsFor(
  rows: number,
  batchSize: number,
  { epochs, leastSteps, mostEpochs, mostSteps }: Work,
): number {
  const steps = Math.max(1, Math.ceil(rows / batchSize));
  const atLeast = Math.min(mostEpochs, Math.ceil(leastSteps / steps));
  const atMost = Math.max(1, Math.ceil(mostSteps / steps));
  return Math.max(atLeast, Math.min(epochs, atMost));
}

/** A 20th of the rows, from 10 to 100, so that few rows are several steps. */
export function smallBatch(rows: number): number {
  return Math.min(100, Math.max(10, Math.ceil(rows / 20)));
}
