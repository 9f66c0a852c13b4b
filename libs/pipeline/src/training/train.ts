import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fasterEngine, startEngine } from '@ehrsynth/engine';
import { openRows, type RowSource } from '@ehrsynth/matrix';
import {
  checkpointFolderFor,
  hasCheckpoint,
  type LeftOut,
  type ModelName,
  isPluginPath,
  loadPlugin,
  optionNamesOf,
  optionsOf,
  scheduleOf,
  titleOf,
  type TrainingEvent,
} from '@ehrsynth/models';
import type { z } from 'zod';
import { requireHere } from '../cohort/coded/stay.ts';
import { readEncoding } from '../cohort/cohort-writer.ts';
import { NothingToResumeError } from '../errors.ts';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { inputsFrom, type ProvenRun, provenRun } from '../run/provenance.ts';
import { checkpointFolderOf, intoRunFolder } from '../run/run-folder.ts';
import { type CanaryReport, keepPlan, keptPlan, planCanaries, planted } from './canaries.ts';
import { expectSameCohort, keepCohort } from './checkpoint-cohort.ts';
import { defaultModel } from './default-model.ts';
import { adviceOnDrawn, type DrawnPatients, drawnPatients } from './drawn-patients.ts';
import { checkEpochs, pretrainingNote } from './epochs.ts';
import { NothingToTrainError } from './errors.ts';
import { fit } from './fit.ts';
import { roundedLeftOut } from './left-out.ts';
import { learnerOf } from './learner.ts';
import { budgetOf, privacyNotesOf, type PrivacyStatement, savePrivacy } from './privacy-budget.ts';
import { pluginFile, TrainOptions } from './train-options.ts';
import { TrainingLog } from './training-log.ts';

/** Patients of a training that takes many minutes on WASM. */
const LARGE_COHORT = 10_000;

export interface Trained {
  /** Its folder. */
  out: string;
  model: ModelName;
  patients: number;
  codes: number;
  /** Of all runs of this training together. */
  seconds: number;
  last?: TrainingEvent;
  privacy?: PrivacyStatement;
  /** What the model remembers of the canaries that were planted. */
  canaries?: CanaryReport;
  /** Patients that it draws, beside those that it learned from. */
  drawn: DrawnPatients;
  /** What of the patients' records a model of records leaves out, to multiples of the cohort's `minPatients`. */
  leftOut?: LeftOut;
}

/**
 * Trains a model on a cohort's training patients into a folder: the model, its log, run.json, and what makes patients of what it
 * draws: a timeline for a model of rows, the cohort's encoding for one of records. What can fail is learned before the network is trained:
 * the output folder, the plan of canaries, the budget, the timeline.
 * @param cohort folder that `ingest` wrote
 * @throws UserError; StoppedError where the signal ended it: the checkpoint is kept beside the output, and `resume` goes on from it
 */
export async function train(cohort: string, options: TrainOptions, running: Running = {}): Promise<Trained> {
  const given = checkedOptions('train', TrainOptions, options);
  // The held-out patients are not read; that they are the same when the model is measured follows from their sums.
  await requireHere(cohort);
  const ingested = await provenRun(cohort, 'ingest', (name) => !name.startsWith('holdout/'));
  const model = await modelOf(cohort, given, running);
  const settings = optionsOf(model, { ...given.settings, seed: given.seed });
  checkEpochs(model, settings);
  const patients = await openRows(join(cohort, 'train'));
  const checkpoint = checkpointFolderOf(given.out);
  /** Completed by what is known only later. */
  const recorded: Record<string, unknown> = {
    model,
    canaries: given.canaries,
    canaryRepeats: given.canaryRepeats,
    ...pluginFile(model),
  };
  let done: Trained | undefined;
  try {
    const codes = patients.columns.length - patients.firstCode;
    if (codes === 0) throw new NothingToTrainError(cohort);
    const resume = given.resume && (await canResume(given.out, checkpoint, running));
    if (resume) await expectSameCohort(checkpoint, ingested, given.dpEpsilon !== undefined);
    const own = { ...given, model, resume };
    const training = { cohort, ingested, given: own, settings, patients, codes, checkpoint, recorded };
    await intoRunFolder(runOf(cohort, ingested, given, recorded, checkpoint), async (folder) => {
      const { engine, ...result } = await trainInto(folder, training, running);
      done = result;
      const { leftOut, drawn } = result;
      return { patients: result.patients, codes, engine, last: result.last, drawn, ...(leftOut && { leftOut }) };
    });
  } finally {
    await patients.close();
  }
  return done!;
}

/** The model that is named: one of ours, or the plug-in of a file. */
async function modelOf(cohort: string, given: Given, running: Running): Promise<ModelName> {
  const { model } = given;
  if (model === 'auto') return defaultModel(cohort, given, running);
  return isPluginPath(model) ? loadPlugin(model) : (model as ModelName);
}

type Given = z.output<typeof TrainOptions>;
type GivenWithModel = Given & { model: ModelName };

interface Training {
  cohort: string;
  ingested: ProvenRun;
  given: GivenWithModel;
  /** Options of the model, with their defaults. */
  settings: Record<string, unknown>;
  patients: RowSource;
  codes: number;
  checkpoint: string;
  recorded: Record<string, unknown>;
}

function runOf(
  cohort: string,
  ingested: ProvenRun,
  { out, force, dpEpsilon }: Given,
  options: Record<string, unknown>,
  checkpoint: string,
) {
  const isPrivate = dpEpsilon !== undefined;
  return {
    command: 'train',
    out,
    force,
    options,
    links: { cohort },
    checkpoint,
    ...(isPrivate && { origins: { cohort: ingested.run.id } }),
    // Who knows all patients but one could see by a checksum whether that one is there.
    inputs: isPrivate ? [] : inputsFrom('cohort', ingested),
  };
}

/**
 * Whether there is a checkpoint to go on from. A training that was stopped before its first one begins anew, and says so.
 * @throws NothingToResumeError where none was begun for this output: it may be the wrong one
 */
async function canResume(out: string, checkpoint: string, { onEvent }: Running): Promise<boolean> {
  if (await hasCheckpoint(checkpoint)) return true;
  if (!existsSync(checkpoint)) throw new NothingToResumeError(out, checkpoint);
  onEvent?.({
    type: 'note',
    text: 'The training was stopped before its first checkpoint: starting again',
  });
  return false;
}

/** Trains into a folder that gets its name when all is done. */
async function trainInto(
  folder: string,
  { cohort, ingested, given, settings, patients, codes, checkpoint, recorded }: Training,
  running: Running,
): Promise<Trained & { engine: string }> {
  const { model: name, seed, canaries, canaryRepeats, resume } = given;
  const isPrivate = given.dpEpsilon !== undefined;
  const encoding = await readEncoding(cohort);
  const planned = canaries > 0 ? await planCanaries(patients, canaries, canaryRepeats, seed, isPrivate) : undefined;
  const plan = resume ? await keptPlan(checkpoint, planned) : planned;
  const rows = plan ? planted(patients, plan) : patients;
  Object.assign(settings, scheduleOf(name, settings, rows.rows, isPrivate));
  const privacy = budgetOf(given, {
    model: name,
    options: settings,
    given: Object.keys(given.settings),
    patients: patients.rows,
    rows,
    chosen: encoding.chosen,
  });
  if (privacy) {
    const { noiseMultiplier, clip, values, tally } = privacy;
    const counts = {
      ...(values && { valueNoise: values.noiseMultiplier }),
      ...(tally && { tallyNoise: tally.noiseMultiplier }),
    };
    Object.assign(settings, optionsOf(name, { ...settings, noiseMultiplier, clip, ...counts }));
    for (const text of privacyNotesOf(name, privacy, patients.rows)) running.onEvent?.({ type: 'note', text });
  }
  await checkpointFolderFor(checkpoint);
  await keepCohort(checkpoint, ingested, isPrivate);
  await keepPlan(checkpoint, plan);
  if (privacy) await savePrivacy(folder, privacy);
  const learner = learnerOf(name, { cohort, patients, rows, encoding, plan, isPrivate });
  await learner.prepare(folder, running);

  const { name: engineName, detail } = await startEngine(given.engine);
  Object.assign(recorded, settings, { engine: engineName });
  const { pretrainEpochs = 0, epochs } = settings as { pretrainEpochs?: number; epochs?: number };
  const isLong = optionNamesOf(name).includes('epochs') && epochs !== 0 && patients.rows >= LARGE_COHORT;
  const faster = isLong ? fasterEngine(engineName) : undefined;
  if (faster) running.onEvent?.({ type: 'advice', text: faster });
  const note = pretrainingNote({ pretrainEpochs, epochs });
  if (note) running.onEvent?.({ type: 'note', text: note });
  running.onEvent?.({
    type: 'training',
    training: {
      model: name,
      title: titleOf(name),
      patients: patients.rows,
      canaries: plan ? canaries : 0,
      codes,
      engine: { name: engineName, detail },
      epochs: pretrainEpochs + (epochs ?? 0),
      privacy,
    },
  });
  const learning = learner.begin(settings);
  const log = new TrainingLog(checkpoint, resume);
  const training = {
    minPatients: encoding.minPatients,
    checkpointFolder: checkpoint,
    checkpointEveryMs: 60_000 * given.checkpointEvery,
    resume,
  };
  const last = await fit(learning, log, pretrainEpochs + (epochs ?? 0), training, running);
  // Of a model that decides by what it has read, it is known only now.
  if (epochs === undefined && last) recorded.epochs = last.epochs;
  const { seconds } = log;
  try {
    await learning.save(folder);
    log.copyTo(folder);
    const remembered = plan && (await learning.remembered(plan, folder));
    const drawn = await drawnPatients(folder, patients, { ...given, isPrivate }, running);
    running.onEvent?.({ type: 'drawn', drawn });
    const advice = adviceOnDrawn(drawn);
    if (advice) running.onEvent?.({ type: 'advice', text: advice });
    return {
      out: given.out,
      model: name,
      patients: patients.rows,
      codes,
      seconds,
      last,
      privacy,
      canaries: remembered,
      drawn,
      leftOut: roundedLeftOut(learning.leftOut?.(), encoding.minPatients),
      engine: detail,
    };
  } catch (error) {
    const text = 'The training is finished and kept: run the same command with --resume once the cause is fixed.';
    if (await hasCheckpoint(checkpoint)) running.onEvent?.({ type: 'advice', text });
    throw error;
  }
}
