import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import { Dictionary, type LifeStore, NoisyValues, privateDictionary } from '@ehrsynth/sequence';
import { checkpointFolderFor, OWNER_FILE } from '../checkpoint.ts';
import { BrokenCheckpointError, OtherTrainingError } from '../errors.ts';
import type { PatientSource } from '../patient-model.ts';
import { ClippedSums, type GradientSums } from '../private/clipped-sums.ts';
import { fitByDpSgd, type PrivateHooks } from '../private/dp-sgd.ts';
import type { FitControl } from '../synthesizer.ts';
import { Batcher, type Language } from './language.ts';
import { LifeGradient } from './life-gradient.ts';
import type { VisitsNetwork } from './network.ts';
import { z } from 'zod';
import { absentTokens, forbid } from './private-absent.ts';
import { calibrateToCounts } from './private-calibrate.ts';
import { estimatesOf, lastMonthOf, type NoisyCounts, noisyCounts } from './private-tally.ts';
import { lastDayOf, LifeTally } from './tally.ts';
import { PRIVATE_VISITS, scheduleFor, type VisitsOptions } from './options.ts';
import { beginWithPublicOdds } from './public-prior.ts';

/** Beside the checkpoint: what was given away before the first step. */
const KEPT = 'given-away.json';

const Counts = z.object({ counts: z.array(z.number()), deviation: z.number() });
const GivenAway = z.object({ dictionary: Dictionary, counts: z.record(z.string(), Counts).optional() });

/** What a private training knows of lives before it begins: what they are written in, and noisy counts of them. */
export interface PrivateBeginning {
  dictionary: Dictionary;
  counts?: NoisyCounts;
}

/**
 * What lives are written in, without a look at the patients but through noisy counts of values. A training that goes on from a checkpoint has
 * the one that it began with: the counts are given away once.
 * @throws OtherTrainingError, BrokenCheckpointError where a checkpoint's is of other columns, or is not there
 */
export async function dictionaryInPrivate(
  source: PatientSource,
  { valueNoise }: Pick<VisitsOptions, 'valueNoise'>,
  { checkpointFolder, resume }: FitControl,
): Promise<PrivateBeginning> {
  if (resume && checkpointFolder) return keptBeginning(join(checkpointFolder, KEPT), source);
  let values: ReturnType<NoisyValues['done']> = new Map();
  if (valueNoise > 0) {
    const counts = new NoisyValues(source, source.patients);
    for await (const record of source.records()) counts.add(record);
    values = counts.done(valueNoise);
  }
  return { dictionary: privateDictionary(source.columns, values) };
}

/**
 * Noisy counts of the lives, where the budget has a share for them: a training that goes on has those that it began with. What it began with is kept
 * beside the checkpoint. The last day on which anything may be is that of the last month in which records end for certain.
 */
export async function withCounts(
  beginning: PrivateBeginning,
  language: Language,
  store: LifeStore,
  { tallyNoise }: Pick<VisitsOptions, 'tallyNoise'>,
  { checkpointFolder }: FitControl,
): Promise<PrivateBeginning> {
  let { counts, dictionary } = beginning;
  if (!counts && tallyNoise > 0) {
    counts = await noisyCounts(new LifeTally(language), store.all(), tallyNoise);
    const month = lastMonthOf(counts);
    if (month !== undefined) dictionary = { ...dictionary, lastDay: lastDayOf(month) };
  }
  if (checkpointFolder) {
    await checkpointFolderFor(checkpointFolder);
    const given = { dictionary, counts: counts && mapped(counts, (own) => ({ ...own, counts: [...own.counts] })) };
    await writeFileAtomic(join(checkpointFolder, KEPT), JSON.stringify(given), OWNER_FILE);
  }
  return { dictionary, counts };
}

async function keptBeginning(path: string, { columns }: PatientSource): Promise<PrivateBeginning> {
  let kept: z.output<typeof GivenAway>;
  try {
    kept = GivenAway.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    throw new BrokenCheckpointError(path);
  }
  const codesOf = ({ entries }: Dictionary) => JSON.stringify(entries.map(({ kind, code }) => [kind, code]));
  if (codesOf(kept.dictionary) !== codesOf(privateDictionary(columns, new Map()))) throw new OtherTrainingError(path);
  const { dictionary, counts } = kept;
  return {
    dictionary,
    counts: counts && mapped(counts, (own) => ({ ...own, counts: Float64Array.from(own.counts) })),
  };
}

function mapped<A, B>(of: Record<string, A>, make: (one: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(of).map(([name, one]) => [name, make(one)]));
}

/**
 * Trains on lives by DP-SGD, whose unit is a whole life. The number of steps is fixed before it begins, by how many patients there are. Before
 * and after it the network is moved to the noisy counts, where there are any. False where it was stopped by the signal.
 * @see fitByDpSgd
 */
export async function fitLivesPrivately(
  network: VisitsNetwork,
  language: Language,
  store: LifeStore,
  { patients }: Pick<PatientSource, 'patients'>,
  counts: NoisyCounts | undefined,
  options: VisitsOptions,
  control: FitControl,
  hooks?: PrivateHooks,
): Promise<boolean> {
  // The budget's rate and steps follow from it.
  if (store.lives !== patients) throw new Error(`there are ${store.lives} records for ${patients} patients`);
  const { epochs } = scheduleFor(options, patients);
  const calibration = new PrivateCalibration(network, language, counts, patients, options.seed);
  if (!(await calibration.begin(control.signal, !control.resume))) return false;
  const lessons = {
    variables: network.trained,
    patients,
    steps: PRIVATE_VISITS.steps(patients, options),
    clippedGradients: (taken: Int32Array) => clippedGradients(network, language, store, taken, options.clip),
  };
  const isDone = await fitByDpSgd(lessons, { ...options, epochs }, control, hooks);
  return isDone && calibration.end(control.signal);
}

/** How often lives are drawn to be compared, and how many: not more than there are patients. */
const BEFORE = { rounds: 20, lives: 500 };
const AFTER = { rounds: 8, lives: 1500 };

/** What is done before and after a private training, by noisy counts alone, where there are any. */
export class PrivateCalibration {
  private readonly absent: ReturnType<typeof absentTokens>;

  constructor(
    private readonly network: VisitsNetwork,
    private readonly language: Language,
    private readonly counts: NoisyCounts | undefined,
    /** Of which the counts are. */
    private readonly patients: number,
    private readonly seed: number,
  ) {
    this.absent = counts ? absentTokens(language, counts) : [];
  }

  /** False where it was stopped. @param isMoved whether the network is moved to the counts: one that comes from a checkpoint is not */
  async begin(signal?: AbortSignal, isMoved = true): Promise<boolean> {
    beginWithPublicOdds(this.network, this.language);
    this.forbid();
    return !isMoved || this.moved(BEFORE, signal);
  }

  async end(signal?: AbortSignal): Promise<boolean> {
    const isDone = await this.moved(AFTER, signal);
    this.forbid();
    return isDone;
  }

  private forbid(): void {
    forbid(this.network, this.language.alphabet, this.absent);
  }

  private async moved({ rounds, lives }: { rounds: number; lives: number }, signal?: AbortSignal): Promise<boolean> {
    const { network, language, counts, patients, seed } = this;
    if (!counts) return true;
    const wanted = { counts: estimatesOf(counts), lives: patients };
    // Of fewer patients the noise on their counts is more than that of so many draws.
    return calibrateToCounts(network, language, new LifeTally(language), wanted, {
      rounds,
      lives: Math.min(lives, patients),
      seed,
      signal,
    });
  }
}

/** The gradient of each life's −log likelihood, clipped and summed. @param taken lives by number @see ClippedSums */
export async function clippedGradients(
  network: VisitsNetwork,
  language: Language,
  store: Pick<LifeStore, 'read'>,
  taken: Iterable<number>,
  clip: number,
): Promise<GradientSums> {
  const clipped = new ClippedSums(network.trained, clip);
  const gradient = new LifeGradient(network, new Batcher(language));
  for (const life of taken) clipped.add(await gradient.of(store.read(life)));
  return clipped.sums;
}
