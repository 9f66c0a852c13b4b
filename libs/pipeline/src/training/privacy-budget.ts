import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import {
  CLIP_UNITS,
  type ModelName,
  MODELS,
  privateSteps,
  UNUSED_IN_PRIVATE,
  UnknownOptionError,
} from '@ehrsynth/models';
import { epsilonOf, noiseFor, PrivacyBudgetError } from '@ehrsynth/privacy';
import { ROUNDED_NORMAL_DISTANCE } from '@ehrsynth/random';
import { z } from 'zod';
import { IncompleteOptionsError, IneffectiveOptionError } from '../errors.ts';
import { readJsonIfAny } from '../run/json-file.ts';

/** What of a training looks at patients outside of the noisy gradients. */
export const PUBLIC_PARTS = ['columns', 'timeline'] as const;
export type PublicPart = (typeof PUBLIC_PARTS)[number];

const FILE = 'privacy.json';

/** How the noise is drawn. */
const NoiseStatement = z.object({
  source: z.string(),
  sampler: z.string(),
  /** What gradients are rounded to, and what their clipping norm is in steps of it. */
  grid: z.number(),
  clipInGridSteps: z.number(),
  /** Most that the sampler's own error adds to δ, over all weights and steps; it is within `delta`. */
  addedDelta: z.number(),
});

/** A model's statement of its privacy. */
const PrivacyStatement = z.object({
  /** What the training spent, by the accountant's upper bound: at most the budget that was given. */
  epsilon: z.number(),
  delta: z.number(),
  budget: z.number(),
  accountant: z.literal('PRV'),
  /** The same by privacy loss random variables, with the bounds of its error; `upper` is `epsilon`. */
  prv: z.object({ lower: z.number(), epsilon: z.number(), upper: z.number() }),
  /** The same by the Rényi accountant, which is an upper bound too, and a looser one. */
  rdp: z.object({ epsilon: z.number(), order: z.number() }),
  mechanism: z.literal('Poisson-sampled Gaussian (DP-SGD)'),
  noiseMultiplier: z.number(),
  clip: z.number(),
  samplingRate: z.number(),
  steps: z.number(),
  noise: NoiseStatement,
  /** Neighbouring data sets differ by one patient, there or not; how many rows there are is taken as known. */
  unit: z.literal('patient'),
  /** What the budget covers, and what the user declared to be public. */
  covered: z.array(z.string()),
  public: z.record(z.enum(PUBLIC_PARTS), z.string()),
});
export type PrivacyStatement = z.infer<typeof PrivacyStatement>;

export interface BudgetOptions {
  dpEpsilon?: number;
  dpDelta?: number;
  dpClip?: number;
  dpPublic?: PublicPart[];
}

/** The part of a training that the budget depends on. */
export interface BudgetedTraining {
  model: ModelName;
  options: { epochs?: number; batchSize?: number; noiseMultiplier?: number; mode?: string };
  /** Names of the model's options that were given. */
  given: string[];
  patients: number;
  /** Rows that are learned from: patients and canaries. */
  rows: number;
  /** Numbers that the model may have at most, each with its noise in each step. */
  weights: number;
}

/**
 * The noise of a private training, and the statement of it; undefined where none is asked for.
 * @throws IncompleteOptionsError where what else looks at patients was not declared public; IneffectiveOptionError where an option would
 *   have no effect; PrivacyBudgetError where the budget cannot be kept or means nothing
 */
export function budgetOf(
  { dpEpsilon, dpDelta, dpClip, dpPublic = [] }: BudgetOptions,
  training: BudgetedTraining,
): PrivacyStatement | undefined {
  const { model, options, patients, rows } = training;
  if (dpEpsilon === undefined) {
    if (dpDelta !== undefined || dpClip !== undefined || dpPublic.length > 0)
      throw new IncompleteOptionsError('--dp-delta, --dp-clip and --dp-public go with --dp-epsilon');
    return undefined;
  }
  const { epochs, batchSize } = options;
  if (epochs === undefined || options.noiseMultiplier === undefined)
    throw new UnknownOptionError(MODELS[model].title, 'dpEpsilon', Object.keys(MODELS[model].options.shape));
  refuseIneffective(training);
  const people = patients.toLocaleString('en-US');
  if (dpDelta === undefined)
    throw new IncompleteOptionsError(`--dp-epsilon needs --dp-delta, well below one in the ${people} patients`);
  if (dpDelta >= 1 / patients)
    throw new PrivacyBudgetError(
      `δ is ${dpDelta}, and there are ${people} patients; with a δ of one in their number or more, a training that gives one of them away would pass`,
      `Give a --dp-delta well below ${(1 / patients).toPrecision(2)}, such as ${Number((0.1 / patients).toPrecision(1))}.`,
    );
  const missing = PUBLIC_PARTS.filter((part) => !dpPublic.includes(part));
  if (missing.length > 0) {
    throw new IncompleteOptionsError(
      `The budget covers the network alone. Outside of it, columns (which codes enough patients have) and the timeline (aggregates over at least --min-patients of them) are learned from patients: declare them public with --dp-public ${PUBLIC_PARTS.join(',')}, or train without --dp-epsilon`,
    );
  }
  return statementOf(dpEpsilon, dpDelta, dpClip ?? 1, privateSteps(rows, { epochs, batchSize }), training.weights);
}

function refuseIneffective({ options, given }: BudgetedTraining): void {
  const unused = UNUSED_IN_PRIVATE.find((name) => given.includes(name));
  if (unused === 'patience')
    throw new IneffectiveOptionError('patience', 'it sets no patients aside to judge by, and ends after --epochs');
  if (unused)
    throw new IneffectiveOptionError(unused, 'its noise keeps it from overfitting, and it leaves no hidden units out');
  if (options.mode === 'count')
    throw new IneffectiveOptionError(
      'mode count',
      'counts are not learned with differential privacy; repeats are drawn from the timeline',
    );
}

function statementOf(
  budget: number,
  delta: number,
  clip: number,
  { samplingRate, steps }: ReturnType<typeof privateSteps>,
  weights: number,
): PrivacyStatement {
  // A sampler that is off by a distance on each of many draws turns δ into δ + (1 + e^ε) · draws · distance.
  const addedDelta = (1 + Math.exp(budget)) * weights * steps * ROUNDED_NORMAL_DISTANCE;
  const { noiseMultiplier, spent } = noiseFor(budget, delta > 0 ? delta - addedDelta : delta, { samplingRate, steps });
  return {
    epsilon: spent.upper,
    delta,
    budget,
    accountant: 'PRV',
    prv: spent,
    rdp: epsilonOf({ samplingRate, noiseMultiplier, steps }, delta - addedDelta),
    mechanism: 'Poisson-sampled Gaussian (DP-SGD)',
    noiseMultiplier,
    clip,
    samplingRate,
    steps,
    noise: {
      source: "the operating system's secure generator; kept nowhere",
      sampler: 'normal rounded to whole grid steps, by exact inversion, on sums of gradients that are whole grid steps',
      grid: clip / CLIP_UNITS,
      clipInGridSteps: CLIP_UNITS,
      addedDelta,
    },
    unit: 'patient',
    covered: ['weights of the network: demographics, codes and what goes together'],
    public: {
      columns: 'which codes there are: those that enough training patients have, or their parents',
      timeline: 'aggregates over enough patients of encounters, gaps, ages, repeats and order',
    },
  };
}

export async function savePrivacy(folder: string, statement: PrivacyStatement): Promise<void> {
  await writeFileAtomic(join(folder, FILE), `${JSON.stringify(statement, null, 1)}\n`);
}

/** The statement of a model; undefined where it was trained without. */
export async function privacyOf(modelFolder: string): Promise<PrivacyStatement | undefined> {
  return readJsonIfAny(join(modelFolder, FILE), PrivacyStatement);
}
