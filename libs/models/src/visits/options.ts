import type { Column } from '@ehrsynth/matrix';
import { z } from 'zod';
import { poissonSteps, type PrivateTraining } from '../private-training.ts';
import { epochsFor } from '../schedule.ts';

export const VisitsOptions = z.object({
  /** Passes over the patients, at most; by default 20, more of few patients and fewer of very many. */
  epochs: z.number().int().min(0).optional(),
  /** Epochs without a better likelihood of the patients set aside, after which training ends; by default a quarter of the epochs, at least 6. */
  patience: z.number().int().min(1).optional(),
  /** Size of each hidden layer. */
  hidden: z.number().int().min(1).default(256),
  layers: z.number().int().min(1).default(2),
  /** Share of the hidden units that a step leaves out. */
  dropout: z.number().min(0).lt(1).default(0.1),
  learningRate: z.number().positive().default(1e-3),
  /** Patients of a batch. */
  batchRows: z.number().int().min(1).default(50),
  /** How values are drawn: from bins alone, or by a flow within them. */
  values: z.enum(['bins', 'flow']).default('bins'),
  /** Differential privacy: standard deviation of the noise over the norm that each patient's gradient is clipped to; 0 is none. */
  noiseMultiplier: z.number().min(0).default(0),
  clip: z.number().positive().default(1),
  /** Of everything random in training; under differential privacy of the initial weights alone. */
  seed: z.number().int().default(1),
});
export type VisitsOptions = z.infer<typeof VisitsOptions>;

const EPOCHS = 20;
const WORK = { epochs: EPOCHS, leastSteps: 1000, mostEpochs: 200, mostSteps: 20_000 };
const NUMBERS_A_TOKEN = 30;

/** Epochs and patience, where they are not given. @param patients that are learned from */
export function scheduleFor(
  { epochs, patience, batchRows, noiseMultiplier }: VisitsOptions,
  patients: number,
): { epochs: number; patience: number } {
  const own = epochs ?? (noiseMultiplier > 0 ? EPOCHS : epochsFor(patients, batchRows, WORK));
  return { epochs: own, patience: patience ?? Math.max(6, Math.ceil(own / 4)) };
}

/** @see PrivateTraining */
export const PRIVATE_VISITS: PrivateTraining = {
  unused: {
    patience: 'it sets no patients aside to judge by, and ends after --epochs',
    dropout: 'its noise keeps it from overfitting, and it leaves no hidden units out',
  },
  steps: (rows, options) => {
    const own = VisitsOptions.parse(options);
    return poissonSteps(rows, own.batchRows, scheduleFor({ ...own, noiseMultiplier: 1 }, rows).epochs);
  },
  weightsAtMost: (columns: readonly Column[], options) => {
    const { hidden, layers } = VisitsOptions.parse(options);
    return (2 * NUMBERS_A_TOKEN * (columns.length + 100) + 8 * layers * hidden) * (hidden + 1);
  },
};
