import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import { type ModelName, MODELS, privateSteps, UnknownOptionError } from '@ehrsynth/models';
import { type Epsilon, epsilonOf, noiseFor, prvEpsilonOf } from '@ehrsynth/privacy';
import { IncompleteOptionsError } from './errors.ts';

/** What of a training looks at patients outside of the noisy gradients. */
export const PUBLIC_PARTS = ['columns', 'timeline'] as const;
export type PublicPart = (typeof PUBLIC_PARTS)[number];

const FILE = 'privacy.json';

/** A model's statement of its privacy. */
export interface PrivacyStatement {
  epsilon: number;
  delta: number;
  accountant: 'RDP';
  order: number;
  /** The same by privacy loss random variables, a closer bound: its upper end. */
  prvEpsilon: number;
  mechanism: 'Poisson-sampled Gaussian (DP-SGD)';
  noiseMultiplier: number;
  clip: number;
  samplingRate: number;
  steps: number;
  /** Neighbouring data sets differ by one patient, added or taken away. */
  unit: 'patient';
  /** What the budget covers, and what the user declared to be public. */
  covered: string[];
  public: Record<PublicPart, string>;
}

export interface BudgetOptions {
  dpEpsilon?: number;
  dpDelta?: number;
  dpClip: number;
  dpPublic?: PublicPart[];
}

/**
 * The noise of a private training, and the statement of it; undefined where none is asked for.
 * @throws IncompleteOptionsError where what else looks at patients was not declared public
 */
export function budgetOf(
  { dpEpsilon, dpDelta, dpClip, dpPublic = [] }: BudgetOptions,
  patients: number,
  training: { epochs?: number; batchSize?: number; noiseMultiplier?: number },
  model: ModelName,
): PrivacyStatement | undefined {
  if (dpEpsilon === undefined) {
    if (dpDelta !== undefined || dpPublic.length > 0) throw new IncompleteOptionsError('--dp-delta and --dp-public go with --dp-epsilon');
    return undefined;
  }
  const { epochs, batchSize } = training;
  if (epochs === undefined || training.noiseMultiplier === undefined) throw new UnknownOptionError(MODELS[model].title, 'dpEpsilon', Object.keys(MODELS[model].options.shape));
  if (dpDelta === undefined) throw new IncompleteOptionsError(`--dp-epsilon needs --dp-delta, well below one in the ${patients.toLocaleString('en-US')} patients`);
  const missing = PUBLIC_PARTS.filter((part) => !dpPublic.includes(part));
  if (missing.length > 0) {
    throw new IncompleteOptionsError(
      `The budget covers the network alone. Outside of it, columns (which codes enough patients have) and the timeline (aggregates over at least --min-patients of them) are learned from patients: declare them public with --dp-public ${PUBLIC_PARTS.join(',')}, or train without --dp-epsilon`,
    );
  }
  const { samplingRate, steps } = privateSteps(patients, { epochs, batchSize });
  const noiseMultiplier = noiseFor(dpEpsilon, dpDelta, { samplingRate, steps });
  const { epsilon, order }: Epsilon = epsilonOf({ samplingRate, noiseMultiplier, steps }, dpDelta);
  return {
    epsilon,
    delta: dpDelta,
    accountant: 'RDP',
    order,
    prvEpsilon: prvEpsilonOf({ samplingRate, noiseMultiplier, steps }, dpDelta).upper,
    mechanism: 'Poisson-sampled Gaussian (DP-SGD)',
    noiseMultiplier,
    clip: dpClip,
    samplingRate,
    steps,
    unit: 'patient',
    covered: ['weights of the network: demographics, codes and what goes together'],
    public: {
      columns: 'which codes there are: those that enough training patients have, or their parents',
      timeline: 'aggregates over enough patients of encounters, gaps, ages, repeats and order',
    },
  };
} // prettier-ignore

export async function savePrivacy(folder: string, statement: PrivacyStatement): Promise<void> {
  await writeFileAtomic(join(folder, FILE), `${JSON.stringify(statement, null, 1)}\n`);
}

/** The statement of a model; undefined where it was trained without. */
export async function privacyOf(modelFolder: string): Promise<PrivacyStatement | undefined> {
  const text = await readFile(join(modelFolder, FILE), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as PrivacyStatement);
}
