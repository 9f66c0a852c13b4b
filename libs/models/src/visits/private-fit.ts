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
import { PRIVATE_VISITS, scheduleFor, type VisitsOptions } from './options.ts';
import { beginWithPublicOdds } from './public-prior.ts';

/** Beside the checkpoint. */
const KEPT = 'dictionary.json';

/**
 * What lives are written in, without a look at the patients but through noisy counts of values. A training that goes on from a checkpoint has
 * the one that it began with: the counts are given away once.
 * @throws OtherTrainingError, BrokenCheckpointError where a checkpoint's is of other columns, or is not there
 */
export async function dictionaryInPrivate(
  source: PatientSource,
  { valueNoise }: Pick<VisitsOptions, 'valueNoise'>,
  { checkpointFolder, resume }: FitControl,
): Promise<Dictionary> {
  if (resume && checkpointFolder) return keptDictionary(join(checkpointFolder, KEPT), source);
  let values: ReturnType<NoisyValues['done']> = new Map();
  if (valueNoise > 0) {
    const counts = new NoisyValues(source, source.patients);
    for await (const record of source.records()) counts.add(record);
    values = counts.done(valueNoise);
  }
  const dictionary = privateDictionary(source.columns, values);
  if (checkpointFolder) {
    await checkpointFolderFor(checkpointFolder);
    await writeFileAtomic(join(checkpointFolder, KEPT), JSON.stringify(dictionary), OWNER_FILE);
  }
  return dictionary;
}

async function keptDictionary(path: string, { columns }: PatientSource): Promise<Dictionary> {
  let kept: Dictionary;
  try {
    kept = Dictionary.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    throw new BrokenCheckpointError(path);
  }
  const codesOf = ({ entries }: Dictionary) => JSON.stringify(entries.map(({ kind, code }) => [kind, code]));
  if (codesOf(kept) !== codesOf(privateDictionary(columns, new Map()))) throw new OtherTrainingError(path);
  return kept;
}

/**
 * Trains on lives by DP-SGD, whose unit is a whole life. The number of steps is fixed before it begins, by how many patients there are. False
 * where it was stopped by the signal.
 * @see fitByDpSgd
 */
export function fitLivesPrivately(
  network: VisitsNetwork,
  language: Language,
  store: LifeStore,
  { patients }: Pick<PatientSource, 'patients'>,
  options: VisitsOptions,
  control: FitControl,
  hooks?: PrivateHooks,
): Promise<boolean> {
  // The budget's rate and steps follow from it.
  if (store.lives !== patients) throw new Error(`there are ${store.lives} records of ${patients} patients`);
  const { epochs } = scheduleFor(options, patients);
  beginWithPublicOdds(network, language);
  const lessons = {
    variables: network.trained,
    patients,
    steps: PRIVATE_VISITS.steps(patients, options),
    clippedGradients: (taken: Int32Array) => clippedGradients(network, language, store, taken, options.clip),
  };
  return fitByDpSgd(lessons, { ...options, epochs }, control, hooks);
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
