import type { LifeStore } from '@ehrsynth/sequence';
import { z } from 'zod';
import { epochsFor } from '../schedule.ts';

export const VisitsOptions = z.object({
  /** Passes over the patients, at most; by default so many that a cohort of any size has enough steps. */
  epochs: z.number().int().min(0).optional(),
  /** Epochs without a better likelihood of the patients set aside, after which training ends; the best weights are kept. */
  patience: z.number().int().min(1).optional(),
  /** Tokens of a batch, about; by default fewer for a small cohort, so that it has as many steps. */
  batchTokens: z.number().int().min(1).optional(),
  /** Size of each hidden layer. */
  hidden: z.number().int().min(1).default(256),
  layers: z.number().int().min(1).default(2),
  /** Share of the hidden units that a step leaves out. */
  dropout: z.number().min(0).lt(1).default(0.1),
  learningRate: z.number().positive().default(2e-3),
  /** L2 on weights. */
  l2: z.number().min(0).default(1e-6),
  /** Of everything random in training. */
  seed: z.number().int().default(1),
});
export type VisitsOptions = z.infer<typeof VisitsOptions>;

const MOST_BATCH = 4000;
const LEAST_BATCH = 500;
/** Epochs of a cohort that is neither small nor very large. */
const WORK = { epochs: 20, leastSteps: 2000, mostEpochs: 200, mostSteps: 60_000 };

/** What is not given: by the tokens that there are to learn from. */
export function scheduleFor(
  options: VisitsOptions,
  { parts }: Pick<LifeStore, 'parts'>,
): { epochs: number; patience: number; batchTokens: number } {
  const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  const batchTokens = options.batchTokens ?? Math.min(MOST_BATCH, Math.max(LEAST_BATCH, Math.ceil(tokens / 200)));
  const epochs = options.epochs ?? epochsFor(tokens, batchTokens, WORK);
  return { epochs, batchTokens, patience: options.patience ?? Math.max(4, Math.ceil(epochs / 4)) };
}
