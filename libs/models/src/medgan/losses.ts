import { tf } from '@ehrsynth/engine';
import { z } from 'zod';
import type { StepLosses } from './steps.ts';

/** Sum and number of the losses of each network, plain data. */
export const LossSums = z.record(z.string(), z.tuple([z.number(), z.number()]));
export type LossSums = z.infer<typeof LossSums>;

/** Losses of an epoch: kept as tensors while the engine computes, read back when somebody asks. */
export class Losses {
  private held: StepLosses = [];

  constructor(private readonly totals: LossSums = {}) {}

  add(losses: StepLosses): void {
    this.held.push(...losses);
  }

  /** Reads back what is held. */
  sums(): LossSums {
    for (const [name, loss] of this.held) {
      const total = (this.totals[name] ??= [0, 0]);
      total[0] += loss.dataSync()[0];
      total[1]++;
    }
    tf.dispose(this.held.map(([, loss]) => loss));
    this.held = [];
    return this.totals;
  }

  means(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.sums()).map(([name, [sum, count]]) => [name, sum / count]));
  }
}
