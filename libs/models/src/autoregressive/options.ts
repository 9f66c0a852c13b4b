import { z } from 'zod';
import { membersOf } from '../likelihood.ts';
import { poissonSteps, type PrivateSteps, type PrivateTraining } from '../private/private-steps.ts';
import { epochsFor } from '../schedule.ts';

export const AutoregressiveOptions = z.object({
  /**
   * Passes over the rows, at most; by default 20, or as many as make 1,000 steps (200 at most), or 20,000 where 20 are more; 20 under
   * differential privacy.
   */
  epochs: z.number().int().min(0).optional(),
  /**
   * Epochs without a better likelihood of the rows set aside, after which training ends; the best weights are kept. By default a quarter of the
   * epochs, at least 6.
   */
  patience: z.number().int().min(1).optional(),
  /**
   * Rows of a batch; by default a 200th of the rows, up to 100, and at least 20, or a 50th and at least 5 of fewer than 1,000, so that a small
   * cohort has as many steps; under differential privacy a 40th, from 20 to 500, since noise is spread over the batch.
   */
  batchSize: z.number().int().min(1).optional(),
  /** Size of each hidden layer. */
  hidden: z.number().int().min(1).default(384),
  layers: z.number().int().min(1).default(2),
  /**
   * How the next code is chosen: among all at once, or first among the commonest codes and clusters of the rarer ones, which is faster where
   * there are many; auto: by how many there are.
   */
  softmax: z.enum(['auto', 'full', 'adaptive']).default('auto'),
  /** Share of the hidden units that a step leaves out. */
  dropout: z.number().min(0).lt(1).default(0.35),
  learningRate: z.number().positive().default(1e-3),
  /** L2 on weights. */
  l2: z.number().min(0).default(1e-5),
  /** Whether a row is a set of codes or their counts. */
  mode: z.enum(['binary', 'count']).default('binary'),
  /**
   * Differential privacy: standard deviation of the noise over the norm that each patient's gradient is clipped to; 0 is none. Training
   * then takes `epochs` passes' worth of steps on Poisson samples, without early stopping or anything else that looks at the patients;
   * `patience`, `dropout`, `softmax` and `mode` have no effect.
   */
  noiseMultiplier: z.number().min(0).default(0),
  clip: z.number().positive().default(1),
  /** Of everything random in training; under differential privacy of the initial weights alone. */
  seed: z.number().int().default(1),
});
export type AutoregressiveOptions = z.infer<typeof AutoregressiveOptions>;

/** @see AutoregressiveOptions.batchSize */
export function batchSizeFor(
  { batchSize, noiseMultiplier }: Pick<AutoregressiveOptions, 'batchSize' | 'noiseMultiplier'>,
  rows: number,
): number {
  const within = (size: number, fewest: number, most: number) => Math.min(most, Math.max(fewest, size));
  if (batchSize !== undefined) return batchSize;
  if (noiseMultiplier > 0) return within(Math.floor(rows / 40), 20, 500);
  return within(Math.floor(rows / 200), within(Math.ceil(rows / 50), 5, 20), 100);
}

/** Epochs of a cohort that is neither small nor very large, and of every private training, whose budget is spent by the step. */
const EPOCHS = 20;
const WORK = { epochs: EPOCHS, leastSteps: 1000, mostEpochs: 200, mostSteps: 20_000 };

/**
 * Epochs and patience, where they are not given: a small cohort has few steps per epoch and takes more epochs, a very large one fewer.
 * @param rows of the cohort, those that are set aside with them
 * @see AutoregressiveOptions
 */
export function scheduleFor(
  options: Pick<AutoregressiveOptions, 'epochs' | 'patience' | 'batchSize' | 'noiseMultiplier'>,
  rows: number,
): { epochs: number; patience: number } {
  const isPrivate = options.noiseMultiplier > 0;
  const epochs = options.epochs ?? (isPrivate ? EPOCHS : epochsFor(membersOf(rows), batchSizeFor(options, rows), WORK));
  return { epochs, patience: options.patience ?? Math.max(6, Math.ceil(epochs / 4)) };
}

/** Steps of a private training of so many rows. */
export function privateSteps(
  rows: number,
  { epochs, batchSize }: Pick<AutoregressiveOptions, 'epochs' | 'batchSize'>,
): PrivateSteps {
  const given = { epochs, batchSize, noiseMultiplier: 1 };
  return poissonSteps(rows, batchSizeFor(given, rows), scheduleFor(given, rows).epochs);
}

/** @see PrivateTraining */
export const PRIVATE_AUTOREGRESSIVE: PrivateTraining = {
  unused: {
    patience: 'it has no validation patients and ends after --epochs',
    dropout: 'its noise prevents overfitting, so there is no dropout',
    softmax: 'its gradients are computed over all codes',
  },
  steps: (rows, options) => privateSteps(rows, AutoregressiveOptions.parse(options)),
  // Tokens are columns, absences of a group and the end.
  weightsAtMost: ({ length }, options) => {
    const { hidden, layers } = AutoregressiveOptions.parse(options);
    const tokens = 2 * length + 1;
    return (2 * tokens + layers * hidden) * (hidden + 1) + tokens;
  },
};
