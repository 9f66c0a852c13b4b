import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import type { RowSource } from '@ehrsynth/matrix';
import {
  CLIP_UNITS,
  type ModelName,
  MODELS,
  type PrivateCounts,
  type PrivateSteps,
  privateTrainingOf,
  takesRecords,
  UnknownOptionError,
  whyNotPrivate,
} from '@ehrsynth/models';
import { epsilonOf, noiseFor, PrivacyBudgetError, type SampledGaussian } from '@ehrsynth/privacy';
import { ROUNDED_NORMAL_DISTANCE } from '@ehrsynth/random';
import { z } from 'zod';
import { IncompleteOptionsError, IneffectiveOptionError, NotPrivateError } from '../errors.ts';
import { readJsonIfAny } from '../run/json-file.ts';

/** What may have to be declared public. */
export const PUBLIC_PARTS = ['columns', 'timeline'] as const;
export type PublicPart = (typeof PUBLIC_PARTS)[number];

const PUBLIC: Record<PublicPart, string> = {
  columns: 'which codes there are: those that enough training patients have, or their parents',
  timeline: 'aggregates over enough patients of encounters, gaps, ages, repeats and order',
};

/** Where values are learned, `ingest` has looked at them too. */
const UNITS = '; and the unit that the values of each were brought to';

/** What of a training looks at patients outside of the noisy gradients. A model of records learns time by them, and needs no timeline. */
export function publicPartsOf(model: ModelName): readonly PublicPart[] {
  return takesRecords(model) ? ['columns'] : PUBLIC_PARTS;
}

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
  /** Noisy counts from which bins of values were made, within the same ε; not there where no values were learned. */
  values: z
    .object({
      mechanism: z.literal('Gaussian'),
      /** Standard deviation of the noise over what a patient moves the counts by. */
      noiseMultiplier: z.number(),
      /** Counts that a patient changes at most, each by 1. */
      contributions: z.number(),
      counts: z.number(),
      share: z.number(),
    })
    .optional(),
  /** Noisy counts of patients that the network is moved to, within the same ε. */
  tally: z
    .object({
      mechanism: z.literal('Gaussian'),
      /** Standard deviation of the noise over the norm of a patient's counts. */
      noiseMultiplier: z.number(),
      counts: z.number(),
      share: z.number(),
    })
    .optional(),
  /** Neighbouring data sets differ by one patient, there or not; how many rows there are is taken as known. */
  unit: z.literal('patient'),
  /** What the budget covers, and what the user declared to be public. */
  covered: z.array(z.string()),
  public: z.partialRecord(z.enum(PUBLIC_PARTS), z.string()),
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
  options: { mode?: string };
  /** Names of the model's options that were given. */
  given: string[];
  patients: number;
  /** What is learned from: patients and canaries. */
  rows: Pick<RowSource, 'rows' | 'columns'>;
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
  const own = privateTrainingOf(model);
  const why = whyNotPrivate(model);
  if (why !== undefined) throw new NotPrivateError(MODELS[model].title, why);
  if (!own) throw new UnknownOptionError(MODELS[model].title, 'dpEpsilon', Object.keys(MODELS[model].options.shape));
  refuseIneffective(training, own.unused);
  const people = patients.toLocaleString('en-US');
  if (dpDelta === undefined)
    throw new IncompleteOptionsError(`--dp-epsilon needs --dp-delta, well below one in the ${people} patients`);
  if (dpDelta >= 1 / patients)
    throw new PrivacyBudgetError(
      `δ is ${dpDelta}, and there are ${people} patients; with a δ of one in their number or more, a training that gives one of them away would pass`,
      `Give a --dp-delta well below ${(1 / patients).toPrecision(2)}, such as ${Number((0.1 / patients).toPrecision(1))}.`,
    );
  refuseUndeclared(model, dpPublic);
  const { columns } = rows;
  const plan: Plan = {
    ...own.steps(rows.rows, options),
    weights: own.weightsAtMost(columns, options),
    values: own.values && { ...own.values, numbers: own.values.counts(columns, rows.rows), rows: rows.rows },
    tally: own.tally && { share: own.tally.share, numbers: own.tally.counts(columns) },
  };
  const statement = statementOf(dpEpsilon, dpDelta, dpClip ?? 1, plan);
  return { ...statement, ...declared(model, statement.values !== undefined) };
}

/** What of a private training looks at the patients. */
interface Plan extends PrivateSteps {
  weights: number;
  values?: PrivateCounts & { numbers: number; rows: number };
  tally?: { share: number; numbers: number };
}

/** What a user has to know of a private training before it begins; undefined where there is nothing. */
export function privacyNoteOf(model: ModelName, statement: PrivacyStatement): string | undefined {
  if (!takesRecords(model) || statement.values) return undefined;
  return 'Measurements are learned without their values: within this budget, noise would hide the counts of values of so few patients';
}

/** @throws IneffectiveOptionError */
function refuseIneffective({ options, given }: BudgetedTraining, unused: Readonly<Record<string, string>>): void {
  const name = Object.keys(unused).find((one) => given.includes(one));
  if (name !== undefined) throw new IneffectiveOptionError(name, unused[name]);
  if (options.mode === 'count')
    throw new IneffectiveOptionError(
      'mode count',
      'counts are not learned with differential privacy; repeats are drawn from the timeline',
    );
}

/** @throws IncompleteOptionsError where a part is not declared public, IneffectiveOptionError where one need not be */
function refuseUndeclared(model: ModelName, dpPublic: readonly PublicPart[]): void {
  const parts = publicPartsOf(model);
  if (dpPublic.some((part) => !parts.includes(part)))
    throw new IneffectiveOptionError(
      'dp-public timeline',
      `${MODELS[model].title} learns time within its budget, and keeps no timeline`,
    );
  if (parts.every((part) => dpPublic.includes(part))) return;
  const outside = parts.includes('timeline')
    ? 'columns (which codes enough patients have) and the timeline (aggregates over at least --min-patients of them) are learned from patients: declare them public'
    : 'the columns (which codes enough patients have) are learned from patients: declare them public';
  throw new IncompleteOptionsError(
    `The budget covers the network alone. Outside of it, ${outside} with --dp-public ${parts.join(',')}, or train without --dp-epsilon`,
  );
}

/** What the budget of a model covers, and what was declared public. */
function declared(model: ModelName, hasValues: boolean): Pick<PrivacyStatement, 'covered' | 'public'> {
  const ofRecords = `whole records: demographics, codes, what goes together, times and order${hasValues ? ', and values' : ''}`;
  const what = takesRecords(model) ? ofRecords : 'demographics, codes and what goes together';
  const values = 'bins of values: which units and values measurements have';
  const counts = 'counts of patients: who they are, gaps, classes, stays, codes, and the month of the last visit';
  return {
    covered: [
      `weights of the network: ${what}`,
      ...(takesRecords(model) ? [counts] : []),
      ...(hasValues ? [values] : []),
    ],
    public: Object.fromEntries(
      publicPartsOf(model).map((part) => [part, part === 'columns' && hasValues ? PUBLIC[part] + UNITS : PUBLIC[part]]),
    ),
  };
}

function statementOf(
  budget: number,
  delta: number,
  clip: number,
  { samplingRate, steps, weights, values, tally }: Plan,
): Omit<PrivacyStatement, 'covered' | 'public'> {
  // A sampler that is off by a distance on each of many draws turns δ into δ + (1 + e^ε) · draws · distance.
  const draws = weights * steps + (values?.numbers ?? 0) + (tally?.numbers ?? 0);
  const addedDelta = (1 + Math.exp(budget)) * draws * ROUNDED_NORMAL_DISTANCE;
  const left = delta > 0 ? delta - addedDelta : delta;
  const counted = values && countsWithin(budget, left, values);
  const tallied = tally && { ...ONCE, noiseMultiplier: noiseOfShare(budget, left, tally.share) };
  const others = [...(counted ? [counted.mechanism] : []), ...(tallied ? [tallied] : [])];
  const { noiseMultiplier, spent } = noiseFor(budget, left, { samplingRate, steps }, others);
  return {
    epsilon: spent.upper,
    delta,
    budget,
    accountant: 'PRV',
    prv: spent,
    rdp: epsilonOf([{ samplingRate, noiseMultiplier, steps }, ...others], left),
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
    ...(counted && { values: counted.statement }),
    ...(tallied && {
      tally: {
        mechanism: 'Gaussian' as const,
        noiseMultiplier: tallied.noiseMultiplier,
        counts: tally.numbers,
        share: tally.share,
      },
    }),
    unit: 'patient',
  };
}

/** A release of all patients' counts at once. */
const ONCE = { samplingRate: 1, steps: 1 };

/** The noise of such a release that spends a share of the budget. @see PrivateCounts.share */
function noiseOfShare(budget: number, delta: number, share: number): number {
  return noiseFor(budget, delta, ONCE).noiseMultiplier / Math.sqrt(share);
}

/** The noise of the counts that values are learned from; undefined where it would leave nothing of them. */
function countsWithin(
  budget: number,
  delta: number,
  { share, contributions, numbers, rows, isWorthwhile }: NonNullable<Plan['values']>,
): { mechanism: SampledGaussian; statement: PrivacyStatement['values'] } | undefined {
  const noiseMultiplier = noiseOfShare(budget, delta, share);
  if (numbers === 0 || !isWorthwhile(rows, noiseMultiplier)) return undefined;
  return {
    mechanism: { ...ONCE, noiseMultiplier },
    statement: { mechanism: 'Gaussian', noiseMultiplier, contributions, counts: numbers, share },
  };
}

export async function savePrivacy(folder: string, statement: PrivacyStatement): Promise<void> {
  await writeFileAtomic(join(folder, FILE), `${JSON.stringify(statement, null, 1)}\n`);
}

/** The statement of a model; undefined where it was trained without. */
export async function privacyOf(modelFolder: string): Promise<PrivacyStatement | undefined> {
  return readJsonIfAny(join(modelFolder, FILE), PrivacyStatement);
}
