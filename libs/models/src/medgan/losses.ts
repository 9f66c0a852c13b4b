import { z } from 'zod';
import { numbersOf } from '../values.ts';
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
  async sums(): Promise<LossSums> {
    const { held } = this;
    this.held = [];
    const values = await numbersOf(held.map(([, loss]) => loss));
    held.forEach(([name], i) => {
      const total = (this.totals[name] ??= [0, 0]);
      total[0] += values[i];
      total[1]++;
    });
    return this.totals;
  }

  async means(): Promise<Record<string, number>> {
    const sums = await this.sums();
    return Object.fromEntries(Object.entries(sums).map(([name, [sum, count]]) => [name, sum / count]));
  }
}
