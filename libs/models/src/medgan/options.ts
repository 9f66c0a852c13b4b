import { z } from 'zod';
import { epochsFor, smallBatch, type Work } from '../schedule.ts';

/** MedGAN's hyperparameters with the paper's defaults (Choi et al. 2017, section 4 and its published code). */
export const MedGanOptions = z.object({
  /** Whether a row is a set of codes or their counts. */
  mode: z.enum(['binary', 'count']).default('binary'),
  /** Epochs of the autoencoder alone; by default 100, or as many as make 1,000 steps (400 at most), or 50,000 where 100 are more. */
  pretrainEpochs: z.number().int().min(0).optional(),
  /** Rows of a batch of it; by default 100, of small cohorts a 20th of the rows, at least 10. */
  pretrainBatchSize: z.number().int().min(2).optional(),
  /**
   * Epochs of the generative adversarial network; by default 1,000, or as many as make 40,000 steps where 1,000 are more. (With a critic 100, or as
   * many as make 1,000 steps.)
   */
  epochs: z.number().int().min(0).optional(),
  /**
   * Rows of a batch; by default 1,000 as in the paper, or a 40th of a smaller cohort (the paper's had 46,520 rows), at
   * least 100, so that an epoch has as many steps.
   */
  batchSize: z.number().int().min(2).optional(),
  /** Discriminator steps to one of the generator. */
  discriminatorSteps: z.number().int().min(1).default(2),
  /**
   * What the generator is trained for: to be taken for real (Choi et al. 2017), to come to where the discriminator cannot decide (medBGAN,
   * Baowaly et al. 2019), or to be near the real rows by a critic whose slope is held at 1 (medWGAN; Gulrajani et al. 2017).
   */
  generatorLoss: z.enum(['real', 'boundary', 'wasserstein']).default('real'),
  /** Weight of the penalty on the critic's slope. */
  gradientPenalty: z.number().min(0).default(10),
  /** Layer normalisation in the critic. */
  layerNorm: z.boolean().default(false),
  /** Demographics are drawn as patients have them together, and the generator makes codes for them, as in EMR-WGAN; it has no autoencoder. */
  conditional: z.boolean().default(false),
  /** Size of the code, of the noise and of each layer of the generator. */
  embedding: z.number().int().min(1).default(128),
  generatorLayers: z.number().int().min(1).default(2),
  discriminatorLayers: z.array(z.number().int().min(1)).default([256, 128]),
  learningRate: z.number().positive().default(1e-3),
  /** L2 on weights. */
  l2: z.number().min(0).default(1e-3),
  batchNormDecay: z.number().gt(0).lt(1).default(0.99),
  /** Decay of the running average of the weights that sampling uses; 0 uses the last weights, as the paper does. */
  averaging: z.number().min(0).lt(1).default(0.999),
  /** After training, shift the decoder's biases so that the sampled prevalence is the real one; not in the paper. */
  calibrate: z.boolean().default(true),
  /** Keep the weights with the best score on patients set aside for it, not the last ones. */
  keepBest: z.boolean().default(false),
  /** How a probability becomes a code: drawn with it, or rounded as in the paper. */
  binarize: z.enum(['sample', 'round']).default('sample'),
  seed: z.number().int().default(1),
});
export type MedGanOptions = z.infer<typeof MedGanOptions>;

/** Those of medWGAN and EMR-WGAN: a critic wants more steps to each of the generator, and no L2. */
export const WganOptions = MedGanOptions.extend({
  batchSize: z.number().int().min(2).default(250),
  discriminatorSteps: z.number().int().min(1).default(3),
  learningRate: z.number().positive().default(5e-4),
  l2: z.number().min(0).default(0),
});

/** @see MedGanOptions.batchSize */
export function batchSizeFor({ batchSize }: MedGanOptions, rows: number): number {
  return batchSize ?? Math.min(1000, Math.max(100, Math.floor(rows / 40)));
}

const PRETRAINING: Work = { epochs: 100, leastSteps: 1000, mostEpochs: 400, mostSteps: 50_000 };
const ADVERSARIAL: Work = { epochs: 1000, leastSteps: 1000, mostEpochs: 1000, mostSteps: 40_000 };
/** With a critic, whose every step is several. */
const WITH_CRITIC: Work = { ...ADVERSARIAL, epochs: 100 };

/** What is chosen by the number of rows, where it is not given. */
export type Schedule = Record<'epochs' | 'pretrainEpochs' | 'pretrainBatchSize', number>;

/** @param rows of the cohort @see MedGanOptions */
export function scheduleFor(options: MedGanOptions, rows: number): Schedule {
  const work = options.generatorLoss === 'wasserstein' ? WITH_CRITIC : ADVERSARIAL;
  const { pretrainBatchSize = smallBatch(rows) } = options;
  return {
    pretrainBatchSize,
    pretrainEpochs: options.pretrainEpochs ?? epochsFor(rows, pretrainBatchSize, PRETRAINING),
    epochs: options.epochs ?? epochsFor(rows, Math.min(rows, batchSizeFor(options, rows)), work),
  };
}
