import type { Column } from '@ehrsynth/matrix';
import { MOST_VALUES_OF_PATIENT, NoisyValues } from '@ehrsynth/sequence';
import { z } from 'zod';
import { poissonSteps, type PrivateTraining } from '../private/private-steps.ts';
import { epochsFor } from '../schedule.ts';
import { countsOf, deviationOfCarriers } from './tally.ts';

/** How it is said which number a value is: by its bin and grain, or by a conditional distribution function. @see ValuePath, FlowPath */
export const ValuesBy = z.enum(['bins', 'flow']);
export type ValuesBy = z.infer<typeof ValuesBy>;

export const VisitsOptions = z.object({
  /** Under differential privacy always bins. */
  values: ValuesBy.default('bins'),
  /** Passes over the patients, at most; by default 6, more where they are few steps; 15 under differential privacy. */
  epochs: z.number().int().min(0).optional(),
  /**
   * Epochs without a better likelihood of the patients set aside, after which training ends; the best weights are kept. By default a quarter
   * of the epochs, at least 6, of many patients 3: few patients are few to judge by, and their loss goes up and down.
   */
  patience: z.number().int().min(1).optional(),
  /** Tokens of a batch, about; by default a 200th of all, from 500 to 4,000. */
  batchTokens: z.number().int().min(1).optional(),
  /** Size of each hidden layer; by default 256, less of fewer than a thousand patients. */
  hidden: z.number().int().min(1).optional(),
  layers: z.number().int().min(1).default(2),
  /** Share of the hidden units that a step leaves out at first; it goes down to none. */
  dropout: z.number().min(0).lt(1).default(0.3),
  learningRate: z.number().positive().default(2e-3),
  /** L2 on weights. */
  l2: z.number().min(0).default(1e-5),
  /** Under differential privacy: patients of a batch, on the average; by default a 40th of all, from 20 to 500. */
  batchRows: z.number().int().min(1).optional(),
  /** Differential privacy: standard deviation of the noise over the norm that each patient's gradient is clipped to; 0 is none. */
  noiseMultiplier: z.number().min(0).default(0),
  clip: z.number().positive().default(1),
  /**
   * Differential privacy: standard deviation of the noise on the counts from which bins of values are made, over what a patient moves them
   * by; with 0 no values are learned.
   */
  valueNoise: z.number().min(0).default(0),
  /**
   * Differential privacy: standard deviation of the noise on counts of lives, over what a patient moves them by; with 0 nothing is counted.
   */
  tallyNoise: z.number().min(0).default(0),
  /** Of everything random in training; under differential privacy of the initial weights alone. */
  seed: z.number().int().default(1),
});
export type VisitsOptions = z.infer<typeof VisitsOptions>;

const LEAST_BATCH = 500;
const MOST_BATCH = 4000;

/** Options with a size. */
export type SizedOptions = VisitsOptions & { hidden: number };

const MOST_HIDDEN = 256;
const LEAST_HIDDEN = 48;
/** Hidden units by the square root of the patients, in steps. */
const HIDDEN_A_ROOT = 8;
const HIDDEN_STEP = 16;

/** The options with a size, that of many patients where none is given and no number of them is known. */
export function sized<T extends Pick<VisitsOptions, 'hidden'>>(
  options: T,
  patients = Infinity,
): T & { hidden: number } {
  const own = HIDDEN_STEP * Math.round((HIDDEN_A_ROOT * Math.sqrt(patients)) / HIDDEN_STEP);
  return { ...options, hidden: options.hidden ?? Math.min(MOST_HIDDEN, Math.max(LEAST_HIDDEN, own)) };
}

/** Tokens of a batch, where they are not given. @param tokens of all lives */
export function batchTokensFor({ batchTokens }: VisitsOptions, tokens: number): number {
  return batchTokens ?? Math.min(MOST_BATCH, Math.max(LEAST_BATCH, Math.ceil(tokens / 200)));
}

/** Of 20,000 patients the validation loss is least after four or five. */
const EPOCHS = 6;
const PRIVATE_EPOCHS = 15;
/** Epochs without a better validation loss; of so many patients it goes up and down no more: of 4,153 it was least after three, and rose. */
const LEAST_PATIENCE = 6;
const STEADY_PATIENTS = 2000;
const STEADY_PATIENCE = 3;
/** In steps, so that long lives, which are many steps each, are passed over less often than short ones of as many patients. */
const WORK = { epochs: EPOCHS, leastSteps: 2000, mostEpochs: 150, mostSteps: 15_000 };
/** Patients of a step, about, where nothing else is known. */
const PATIENTS = 10;
/** More than a column has: tokens, of values too, and what the network looks at; and what there is beside columns. */
const NUMBERS_A_COLUMN = 400;
const OTHER_NUMBERS = 20_000;
/** Weights of a column that have nothing to do with the hidden layers, and of all columns together. @see ValuePath */
const VALUE_WEIGHTS = 3_500;
const OTHER_VALUE_WEIGHTS = 10_000;
/** Networks of one part of the tokens each. */
const MOST_PARTS = 16;

/**
 * Epochs, patience and size, where they are not given.
 * @param patients that are learned from
 * @param steps of an epoch; by default about as many as short lives make
 */
export function scheduleFor(
  options: VisitsOptions,
  patients: number,
  steps = Math.ceil(patients / PATIENTS),
): { epochs: number; patience: number; hidden: number } {
  const { epochs, patience, noiseMultiplier } = options;
  const isPrivate = noiseMultiplier > 0;
  const own = epochs ?? (isPrivate ? PRIVATE_EPOCHS : epochsFor(steps, 1, WORK));
  const { hidden } = sized(options, isPrivate ? undefined : patients);
  const least = patients < STEADY_PATIENTS ? LEAST_PATIENCE : STEADY_PATIENCE;
  return { epochs: own, patience: patience ?? Math.max(least, Math.ceil(own / 4)), hidden };
}

/** Why there is none under differential privacy. */
export const NO_FLOW =
  'values are then learned by bins, because noisy counts only give a few wide bins, within which a flow cannot learn anything';

/** What of the schedule is known before the lives are read: how many steps they are, and so the epochs, is not. */
export function earlyScheduleFor(options: VisitsOptions, patients: number): Partial<ReturnType<typeof scheduleFor>> {
  const { epochs, patience, hidden } = scheduleFor(options, patients);
  const isKnown = options.epochs !== undefined || options.noiseMultiplier > 0;
  return isKnown ? { epochs, patience, hidden } : { hidden };
}

/** @see PrivateTraining */
export const PRIVATE_VISITS: PrivateTraining = {
  unused: {
    patience: 'it has no validation patients and ends after --epochs',
    dropout: 'its noise prevents overfitting, so there is no dropout',
    values: NO_FLOW,
    batchTokens: 'it samples patients at random, --batch-rows of them on average',
  },
  steps: (rows, options) => {
    const own = VisitsOptions.parse(options);
    const batchRows = own.batchRows ?? Math.min(500, Math.max(20, Math.floor(rows / 40)));
    return poissonSteps(rows, batchRows, scheduleFor({ ...own, noiseMultiplier: 1 }, rows).epochs);
  },
  weightsAtMost: (columns: readonly Column[], options) => {
    const { hidden, layers } = sized(VisitsOptions.parse(options));
    const ofLayers = (NUMBERS_A_COLUMN * columns.length + OTHER_NUMBERS + MOST_PARTS * layers * hidden) * (hidden + 1);
    return ofLayers + VALUE_WEIGHTS * columns.length + OTHER_VALUE_WEIGHTS;
  },
  values: {
    share: 0.1,
    contributions: MOST_VALUES_OF_PATIENT,
    counts: (columns, rows) => NoisyValues.countsOf(columns, rows),
    isWorthwhile: (rows, noiseMultiplier) => NoisyValues.isWorthwhile(rows, noiseMultiplier),
  },
  tally: { share: 0.5, counts: countsOf, deviation: deviationOfCarriers },
};
