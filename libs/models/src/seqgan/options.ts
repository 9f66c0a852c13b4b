import { z } from 'zod';
import { scheduleFor as visitsSchedule, VisitsOptions } from '../visits/options.ts';

/** Those of the generator and its pre-training are those of `visits`; the rest is the adversarial training's. */
export const SeqGanOptions = VisitsOptions.pick({
  patience: true,
  batchTokens: true,
  hidden: true,
  layers: true,
  dropout: true,
  learningRate: true,
  l2: true,
  seed: true,
}).extend({
  /** Passes over the patients before the adversarial training, by maximum likelihood; by default as many as `visits` makes. */
  pretrainEpochs: z.number().int().min(1).optional(),
  /** Rounds of adversarial training: a step of the generator, then those of the discriminator. */
  epochs: z.number().int().min(0).default(60),
  /** Lives that a step draws; by default 64, fewer where they are long. */
  batchSize: z.number().int().min(2).optional(),
  /** Discriminator steps to one of the generator. */
  discriminatorSteps: z.number().int().min(1).default(5),
  /** Times that a life is completed from each of the places where it is judged. */
  rollouts: z.number().int().min(1).default(4),
  /** Places within a life, after visits taken at random, at which it is judged: so many on average. */
  stops: z.number().int().min(1).default(4),
  /** Adam's step of the generator in the adversarial training. */
  policyRate: z.number().positive().default(5e-4),
});
export type SeqGanOptions = z.infer<typeof SeqGanOptions>;

/** Tokens of the lives that a step draws, at most, about; and most and fewest lives. */
const STEP_TOKENS = 16_000;
const MOST_LIVES = 64;
const FEWEST_LIVES = 8;

/** @param lives how many there are, and how many tokens they have together */
export function batchSizeFor({ batchSize }: SeqGanOptions, lives: number, tokens: number): number {
  const own = Math.floor((STEP_TOKENS * lives) / Math.max(1, tokens));
  return batchSize ?? Math.min(MOST_LIVES, Math.max(FEWEST_LIVES, own));
}

/** The options of the generator as a model of its own. */
export function generatorOptions({ pretrainEpochs, ...options }: SeqGanOptions): VisitsOptions {
  const { patience, batchTokens, hidden, layers, dropout, learningRate, l2, seed } = options;
  const own = { patience, batchTokens, hidden, layers, dropout, learningRate, l2, seed };
  return VisitsOptions.parse({ ...own, epochs: pretrainEpochs });
}

/** Epochs of the pre-training, its patience and the generator's size, where they are not given. @param patients that are learned from */
export function scheduleFor(
  options: SeqGanOptions,
  patients: number,
): { pretrainEpochs: number; patience: number; hidden: number } {
  const { epochs, ...rest } = visitsSchedule(generatorOptions(options), patients);
  return { pretrainEpochs: epochs, ...rest };
}
