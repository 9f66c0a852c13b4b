import { join } from 'node:path';
import { firstCodeOf, loadColumns } from '@ehrsynth/matrix';
import { z } from 'zod';
import { stayOf, type Stay } from '../cohort/coded/stay.ts';
import { NoRecordsError } from '../cohort/errors.ts';
import { readEncoding } from '../cohort/cohort-writer.ts';
import { hasSharedCheckpoint, loadShared } from '../federation/shared-checkpoint.ts';
import { trainShared } from '../federation/train-shared.ts';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { inputsFrom, provenRun } from '../run/provenance.ts';
import { checkpointFolderOf } from '../run/run-folder.ts';
import { NothingToTrainError } from '../training/errors.ts';
import type { Trained } from '../training/train.ts';
import { TrainOptions } from '../training/train-options.ts';
import { CLUSTER_OPTIONS, coresOf, withExecutors } from './cluster.ts';
import { ManyPartsError, NotPrivateOnError, PatientsHereError } from './errors.ts';
import { PartSites } from './part-sites.ts';
import { SparkParts } from './spark-parts.ts';

export const TrainOnOptions = TrainOptions.extend({
  ...CLUSTER_OPTIONS,
  /** Parts of the patients whose steps are averaged: each is learned from by one core. */
  parts: z.number().int().min(1).optional(),
  /** How often weights are averaged in an epoch. */
  roundsPerEpoch: z.number().int().min(1).optional(),
});
export type TrainOnOptions = z.input<typeof TrainOnOptions>;

/** Parts where nobody says how many, at most, and patients of one: more have not been measured. */
const MOST_PARTS = 8;
const USUAL_PATIENTS = 500;
/** Rounds of a training, about, as each begins a program in every task. */
const ROUNDS = 40;
/** Patients without whom a part learns nothing. */
const LEAST_PATIENTS = 20;

/**
 * Trains a model on patients that stay on a cluster's storage, in its executors: by rounds of local steps on parts of them, whose changes are
 * averaged here. @see trainShared
 * @param cohort folder that `ingest` wrote with `stay`, and with records
 * @throws PatientsHereError, NoRecordsError, NotPrivateOnError, ManyPartsError, StayChangedError, OtherCheckpointError, NoScriptsError, TaskFailedError, SparkError,
 * UserError; StoppedError where the signal ended it: the checkpoint is kept beside the output, and `resume` goes on from it
 */
export async function trainOn(cohort: string, options: TrainOnOptions, running: Running = {}): Promise<Trained> {
  const {
    on,
    bundle,
    executor,
    parts: asked,
    roundsPerEpoch,
    ...given
  } = checkedOptions('trainOn', TrainOnOptions, options);
  if ([given.dpEpsilon, given.dpDelta, given.dpClip].some((one) => one !== undefined)) throw new NotPrivateOnError();
  const ingested = await provenRun(cohort, 'ingest', (name) => !name.startsWith('holdout/'));
  const stay = await stayOf(cohort);
  if (!stay) throw new PatientsHereError(cohort);
  if (!stay.hasRecords) throw new NoRecordsError(cohort);
  const columns = await loadColumns(join(cohort, 'train'));
  if (firstCodeOf(columns) === columns.length) throw new NothingToTrainError(cohort);
  const encoding = await readEncoding(cohort);
  // Tasks that are tried again must give the same numbers, wherever.
  const engine = given.engine === 'auto' ? 'wasm' : given.engine;

  return withExecutors({ on, bundle, executor }, running, async (executors) => {
    const parts = asked ?? (await partsOfResumed(given)) ?? usualParts(stay, await coresOf(executors.session));
    if (stay.training < parts * LEAST_PATIENTS) throw new ManyPartsError(parts, stay.training, LEAST_PATIENTS);
    const tasks = await SparkParts.open(executors, stay, { parts, columns: columns.length }, running);
    const sites = new PartSites(tasks, { columns, encoding }, engine, running);
    return trainShared(sites, given, { ...(roundsPerEpoch && { roundsPerEpoch }) }, running, {
      run: { links: { cohort }, inputs: inputsFrom('cohort', ingested) },
      options: { parts, engineOfParts: engine },
      hasExactCounts: true,
      cohort: ingested,
      rounds: ROUNDS,
    });
  });
}

function usualParts({ training }: Stay, cores: number): number {
  return Math.max(1, Math.min(cores, MOST_PARTS, Math.floor(training / USUAL_PATIENTS)));
}

/** Of a training that goes on: its parts stay as they are. */
async function partsOfResumed({ resume, out }: { resume: boolean; out: string }): Promise<number | undefined> {
  const checkpoint = checkpointFolderOf(out);
  if (!resume || !hasSharedCheckpoint(checkpoint)) return undefined;
  return (await loadShared(checkpoint)).sites.length;
}
