import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import type { PrivateChoice, RowSource } from '@ehrsynth/matrix';
import {
  CLIP_UNITS,
  type ModelName,
  type PrivateCounts,
  type PrivateSteps,
  privateTrainingOf,
  optionNamesOf,
  takesRecords,
  titleOf,
  UnknownOptionError,
  whyNotPrivate,
} from '@ehrsynth/models';
import { epsilonOf, noiseFor, PrivacyBudgetError, type SampledGaussian } from '@ehrsynth/privacy';
import { ROUNDED_NORMAL_DISTANCE } from '@ehrsynth/random';
import { z } from 'zod';
import { IncompleteOptionsError, IneffectiveOptionError, NotPrivateError } from '../errors.ts';
import { readJsonIfAny } from '../run/json-file.ts';
import { declared, PUBLIC_PARTS, type PublicPart, refuseUndeclared } from './public-parts.ts';

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
export const PrivacyStatement = z.object({
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
  /** Noisy counts by which `ingest` chose the columns, within the same ε and δ. */
  columns: z
    .object({
      mechanism: z.literal('Gaussian sparse histogram'),
      noiseMultiplier: z.number(),
      contributions: z.number(),
      threshold: z.number(),
      /** Of δ, for codes that one patient alone has. */
      delta: z.number(),
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
  /** Of a training that sites shared, what each spent of its own patients' privacy; the statement is that of the one that spent most. */
  sites: z
    .array(z.object({ site: z.string(), patients: z.number(), epsilon: z.number(), delta: z.number() }))
    .optional(),
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
  /** How the cohort's columns were chosen, where that was by noisy counts. */
  chosen?: PrivateChoice;
  /** Whether values are learned, where the model learns any; by default they are. */
  withValues?: boolean;
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
  const { model, options, patients, rows, chosen, withValues = true } = training;
  if (dpEpsilon === undefined) {
    if (dpDelta !== undefined || dpClip !== undefined || dpPublic.length > 0)
      throw new IncompleteOptionsError('--dp-delta, --dp-clip and --dp-public only apply with --dp-epsilon');
    return undefined;
  }
  const own = privateTrainingOf(model);
  const why = whyNotPrivate(model);
  if (why !== undefined) throw new NotPrivateError(titleOf(model), why);
  if (!own) throw new UnknownOptionError(titleOf(model), 'dpEpsilon', optionNamesOf(model));
  refuseIneffective(training, own.unused);
  const people = patients.toLocaleString('en-US');
  if (dpDelta === undefined)
    throw new IncompleteOptionsError(
      `--dp-epsilon needs --dp-delta, well below 1/${people} (one over the number of patients)`,
    );
  if (dpDelta >= 1 / patients)
    throw new PrivacyBudgetError(
      `δ is ${dpDelta} for ${people} patients: with a δ of 1/${people} or more, a training that reveals one patient entirely would still satisfy the definition`,
      `Give a --dp-delta well below ${(1 / patients).toPrecision(2)}, such as ${Number((0.1 / patients).toPrecision(1))}.`,
    );
  refuseUndeclared(model, dpPublic, chosen);
  const { columns } = rows;
  const plan: Plan = {
    ...own.steps(rows.rows, options),
    weights: own.weightsAtMost(columns, options),
    values:
      withValues && own.values
        ? { ...own.values, numbers: own.values.counts(columns, rows.rows), rows: rows.rows }
        : undefined,
    chosen,
    tally: own.tally && { share: own.tally.share, numbers: own.tally.counts(columns) },
  };
  const statement = statementOf(dpEpsilon, dpDelta, dpClip ?? 1, plan);
  return { ...statement, ...declared(model, statement.values !== undefined, chosen) };
}

/** What of a private training looks at the patients. */
interface Plan extends PrivateSteps {
  weights: number;
  values?: PrivateCounts & { numbers: number; rows: number };
  tally?: { share: number; numbers: number };
  chosen?: PrivateChoice;
}

/** A code that this share of the patients have may be there or not, by counts with noise. */
const HIDDEN = 0.05;

/** What a user has to know of a private training before it begins. */
export function privacyNotesOf(model: ModelName, { values, tally }: PrivacyStatement, patients: number): string[] {
  if (!takesRecords(model)) return [];
  const deviation = tally ? privateTrainingOf(model)?.tally?.deviation(tally.noiseMultiplier) : undefined;
  const isHidden = deviation !== undefined && 2 * deviation > HIDDEN * patients;
  return [
    ...(isHidden
      ? [
          `The noise on the number of patients with a code is ± ${Math.round(2 * deviation)} of ${patients.toLocaleString('en-US')}: much of what is drawn will be noise. Use more patients or a larger --dp-epsilon`,
        ]
      : []),
    ...(values
      ? []
      : [
          'Measurements are learned without their values: with so few patients and this budget, the noise would exceed the counts of values',
        ]),
  ];
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

function statementOf(
  budget: number,
  delta: number,
  clip: number,
  { samplingRate, steps, weights, values, tally, chosen }: Plan,
): Omit<PrivacyStatement, 'covered' | 'public'> {
  // A sampler that is off by a distance on each of many draws turns δ into δ + (1 + e^ε) · draws · distance.
  const draws = weights * steps + (values?.numbers ?? 0) + (tally?.numbers ?? 0) + (chosen ? MOST_CODES : 0);
  const addedDelta = (1 + Math.exp(budget)) * draws * ROUNDED_NORMAL_DISTANCE;
  const left = delta > 0 ? delta - addedDelta - (chosen?.delta ?? 0) : delta;
  if (chosen && left <= 0)
    throw new PrivacyBudgetError(
      `δ is ${delta}, and choosing the columns already spent ${chosen.delta}`,
      'Give a larger --dp-delta, or ingest with a smaller one.',
    );
  const before = chosen ? [{ ...ONCE, noiseMultiplier: chosen.noiseMultiplier }] : [];
  const alone = values || tally ? noiseFor(budget, left, ONCE, before).noiseMultiplier : 0;
  const counted = values && countsWithin(alone, values);
  const tallied = tally && { ...ONCE, noiseMultiplier: alone / Math.sqrt(tally.share) };
  const others = [...before, ...(counted ? [counted.mechanism] : []), ...(tallied ? [tallied] : [])];
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
      source: "the operating system's secure generator; not stored",
      sampler: 'normal rounded to whole grid steps, by exact inversion, on sums of gradients that are whole grid steps',
      grid: clip / CLIP_UNITS,
      clipInGridSteps: CLIP_UNITS,
      addedDelta,
    },
    ...(counted && { values: counted.statement }),
    ...(chosen && { columns: { mechanism: 'Gaussian sparse histogram' as const, ...chosen } }),
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

/** More codes than any source has. */
const MOST_CODES = 1e9;
/** A release of all patients' counts at once. */
const ONCE = { samplingRate: 1, steps: 1 };

/**
 * The noise of the counts that values are learned from; undefined where it would leave nothing of them.
 * @param alone noise of one release of all that is left of the budget
 */
function countsWithin(
  alone: number,
  { share, contributions, numbers, rows, isWorthwhile }: NonNullable<Plan['values']>,
): { mechanism: SampledGaussian; statement: PrivacyStatement['values'] } | undefined {
  const noiseMultiplier = alone / Math.sqrt(share);
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
