import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { learnTimeline, saveTimeline } from '@ehrsynth/decode';
import { ENGINE_NAMES, type EngineName, startEngine } from '@ehrsynth/engine';
import { Encoder, type Encoding, openRows, type RowSource } from '@ehrsynth/matrix';
import {
  checkpointFolderFor,
  createModel,
  hasCheckpoint,
  MODEL_NAMES,
  type ModelName,
  MODELS,
  optionsOf,
  type Synthesizer,
  type TrainingEvent,
} from '@ehrsynth/models';
import type { CodedEvent } from '@ehrsynth/records';
import type { Interval } from '@ehrsynth/statistics';
import { Vocabulary } from '@ehrsynth/vocab';
import { type CanaryReport, keepPlan, keptPlan, planCanaries, planted, reportCanaries } from '../canaries.ts';
import { console } from '../console.ts';
import { NothingToResumeError, NothingToTrainError, StoppedError } from '../errors.ts';
import { above0, fraction, listOf, oneOf, positive, wholeNumber } from '../options.ts';
import {
  type BudgetOptions,
  budgetOf,
  type PrivacyStatement,
  PUBLIC_PARTS,
  savePrivacy,
} from '../privacy-budget.ts';
import { duration, Progress } from '../progress.ts';
import { readEncoding } from '../cohort.ts';
import { readRecords } from '../records-file.ts';
import { inputsFrom, provenRun } from '../provenance.ts';
import { checkpointFolderOf, intoRunFolder } from '../run-folder.ts';
import { withSignal } from '../signals.ts';
import { text } from '../table.ts';
import { TensorBoardWriter } from '../tensorboard.ts';
import { TrainingLog } from '../training-log.ts';

interface Options extends BudgetOptions {
  model: ModelName;
  seed: number;
  out: string;
  engine: EngineName | 'auto';
  resume: boolean;
  checkpointEvery: number;
  tensorboard?: string;
  canaries: number;
  canaryRepeats: number;
  force: boolean;
}

const SHOWN_EPOCHS = 20;

export function trainCommand(): Command {
  return new Command('train')
    .description('train a generative model on a cohort')
    .argument('<cohort>', 'folder that `ehrsynth ingest` wrote')
    .requiredOption('-o, --out <folder>', 'where to write the model')
    .option('-m, --model <name>', `which model: ${MODEL_NAMES.map((name) => `${name} (${MODELS[name].about})`).join(', ')}`, oneOf(...MODEL_NAMES), 'autoregressive')
    .option('--epochs <number>', 'passes over the patients; of MedGAN those of the GAN', wholeNumber(0))
    .option('--batch-size <number>', 'rows per step', wholeNumber(1))
    .option('--learning-rate <rate>', "Adam's step", above0)
    .option('--l2 <scale>', 'weight of L2 on the weights', positive)
    .option('--beta <weight>', "vae: weight of the latent code's divergence from the prior", positive)
    .option('--embedding <number>', 'vae, medgan: size of the latent code', wholeNumber(1))
    .option('--patience <number>', 'autoregressive, vae: epochs that are no better on patients set aside, after which it ends', wholeNumber(1))
    .option('--hidden <number>', 'autoregressive, vae: size of a layer', wholeNumber(1))
    .option('--dropout <share>', 'autoregressive: share of the hidden units that a step leaves out', fraction)
    .option('--mode <mode>', 'autoregressive, medgan: binary (sets of codes) or count', oneOf('binary', 'count'))
    .option('--pretrain-epochs <number>', 'medgan: epochs of the autoencoder alone', wholeNumber(0))
    .option('--discriminator-steps <number>', 'medgan: steps of the discriminator to one of the generator', wholeNumber(1))
    .option('--averaging <decay>', 'medgan: decay of the running average of the weights that sampling uses; 0: none', fraction)
    .option('--no-calibrate', 'medgan: leave the prevalence of the samples as the GAN learned it')
    .option('--keep-best', 'medgan: keep the weights that fare best on a tenth of the patients, set aside for it, not the last ones')
    .option('--binarize <how>', 'medgan: draw codes with their probability, or round', oneOf('sample', 'round'))
    .option('--dp-epsilon <number>', 'autoregressive: differential privacy with this ε for each patient, by DP-SGD', above0)
    .option('--dp-delta <number>', 'its δ, well below one in the number of patients', fraction)
    .option('--dp-clip <norm>', "norm that each patient's gradient is clipped to (default: 1)", above0)
    .option('--dp-public <parts>', `what you declare public, since the budget does not cover it: ${PUBLIC_PARTS.join(',')}`, listOf(...PUBLIC_PARTS))
    .option('--canaries <number>', 'plant so many random rows among the patients and report how well the model remembers them', wholeNumber(0), 0)
    .option('--canary-repeats <number>', 'how often each canary stands among the patients', wholeNumber(1), 1)
    .option('--seed <number>', 'the same seed, cohort and engine give the same model; with --dp-epsilon it decides the initial weights alone', wholeNumber(0), 1)
    .option('--engine <name>', `one of ${ENGINE_NAMES.join(', ')} (default: the best there is)`, oneOf('auto', ...ENGINE_NAMES), 'auto')
    .option('--checkpoint-every <minutes>', 'how often a checkpoint is written', above0, 5)
    .option('--resume', 'continue a training that was stopped or killed; --epochs, --learning-rate and --l2 may be others', false)
    .option('--tensorboard <folder>', "write TensorBoard's event files there as well")
    .option('--force', 'replace the folder', false)
    .action(train); // prettier-ignore
}

/** What can fail is learned before the network is trained: the output folder, the plan of canaries, the budget, the timeline. */
async function train(cohort: string, given: Options, command: Command): Promise<void> {
  // The held-out patients are not read; that they are the same when the model is measured follows from their sums.
  const ingested = await provenRun(cohort, 'ingest', (name) => !name.startsWith('holdout/'));
  const { out, force, model: name, seed, canaries, canaryRepeats } = given;
  const options = optionsOf(name, { ...givenOf(command), seed });
  const encoding = await readEncoding(cohort);
  const patients = await openRows(join(cohort, 'train'));
  const codes = patients.columns.length - patients.firstCode;
  if (codes === 0) throw new NothingToTrainError(cohort);
  const checkpointFolder = checkpointFolderOf(out);
  const resume = given.resume && (await canResume(out, checkpointFolder));
  const isPrivate = given.dpEpsilon !== undefined;
  /** Completed by what is known only later. */
  const recorded: Record<string, unknown> = { model: name, canaries, canaryRepeats };
  const run = {
    command: 'train',
    out,
    force,
    options: recorded,
    links: { cohort },
    checkpoint: checkpointFolder,
    ...(isPrivate && { origins: { cohort: ingested.run.id } }),
    // Who knows all patients but one could tell by a checksum whether that one is there.
    inputs: isPrivate ? [] : inputsFrom('cohort', ingested),
  };
  const work = async (folder: string) => {
    const planned =
      canaries > 0 ? await planCanaries(patients, canaries, canaryRepeats, seed, isPrivate) : undefined;
    const plan = resume ? await keptPlan(checkpointFolder, planned) : planned;
    const rows = plan ? planted(patients, plan) : patients;
    const budget = budgetOf(given, {
      model: name,
      options,
      given: Object.keys(givenOf(command)),
      patients: patients.rows,
      rows: rows.rows,
      weights: weightsAtMost(rows, options),
    });
    if (budget) {
      const { noiseMultiplier, clip } = budget;
      Object.assign(options, optionsOf(name, { ...options, noiseMultiplier, clip }));
    }
    await checkpointFolderFor(checkpointFolder);
    await keepPlan(checkpointFolder, plan);
    if (budget) await savePrivacy(folder, budget);
    await saveTimeline(folder, await timelineOf(cohort, patients, encoding));

    const engine = await startEngine(given.engine);
    Object.assign(recorded, options, { engine: engine.name });
    console.log(
      `${MODELS[name].title} on ${text(patients.rows)} patients${plan ? ` and ${text(canaries)} canaries` : ''} × ${text(codes)} codes; engine: ${engine.name}, ${engine.detail}`,
    );
    if (budget) console.log(budgetLine(budget));
    const model = createModel(name, rows.columns, options);
    const log = new TrainingLog(checkpointFolder, resume);
    const last = await withSignal((signal) =>
      fit(model, options, rows, log, checkpointFolder, signal, { ...given, ...encoding, resume }),
    );
    try {
      await model.save(folder);
      log.copyTo(folder);
      if (plan) console.log(exposureLine(await reportCanaries(model, plan, folder)));
    } catch (error) {
      if (await hasCheckpoint(checkpointFolder))
        console.error(
          'The training is done and kept: give the same command with --resume once the cause is gone.',
        );
      throw error;
    }
    return { patients: patients.rows, codes, engine: engine.detail, last };
  };
  await intoRunFolder(run, work).finally(() => patients.close());
  console.log(`Model → ${out}`);
}

/**
 * Whether there is a checkpoint to go on from. A training that was stopped before its first one begins anew, and says so.
 * @throws NothingToResumeError where none was begun for this output: it may be the wrong one
 */
async function canResume(out: string, checkpointFolder: string): Promise<boolean> {
  if (await hasCheckpoint(checkpointFolder)) return true;
  if (!existsSync(checkpointFolder)) throw new NothingToResumeError(out, checkpointFolder);
  console.log('The training was stopped before its first checkpoint: it begins anew');
  return false;
}

/** Options of models that stand on the command line; those of the command itself, and defaults, are left out. */
function givenOf(command: Command): Record<string, unknown> {
  const known = new Set(MODEL_NAMES.flatMap((name) => Object.keys(MODELS[name].options.shape)));
  const given = Object.entries(command.opts()).filter(([name]) => known.has(name) && command.getOptionValueSource(name) === 'cli');
  return Object.fromEntries(given);
} // prettier-ignore

async function fit(
  model: Synthesizer,
  options: Record<string, unknown>,
  rows: RowSource,
  log: TrainingLog,
  checkpointFolder: string,
  signal: AbortSignal,
  { resume, checkpointEvery, tensorboard, minPatients }: Options & Encoding,
): Promise<TrainingEvent | undefined> {
  const { pretrainEpochs = 0, epochs = 0 } = options as { pretrainEpochs?: number; epochs?: number };
  const progress = new Progress('Training', 'epochs', pretrainEpochs + epochs);
  const board = tensorboard === undefined ? undefined : new TensorBoardWriter(tensorboard);
  let last: TrainingEvent | undefined;
  let note = '';
  const finished = await model
    .fit(rows, {
      minPatients,
      checkpointFolder,
      checkpointEveryMs: 60_000 * checkpointEvery,
      resume,
      signal,
      onProgress: (done) => progress.update(done, note),
      onEvent: (event) => {
        last = event;
        log.write(event);
        board?.write(event);
        note = describe(event);
        progress.update(event.done, note);
        const every = Math.max(1, Math.floor(event.epochs / SHOWN_EPOCHS));
        const shown = event.epoch % every === 0 || event.epoch === event.epochs;
        if (shown && !process.stderr.isTTY)
          console.log(`  ${event.phase} ${event.epoch}/${event.epochs}: ${note}`);
        event.warnings?.forEach((warning) =>
          progress.say(`  Warning, ${event.phase} ${event.epoch}: ${warning}.`),
        );
      },
    })
    .finally(() => progress.stop());
  if (!finished)
    throw new StoppedError('Training was stopped; what was done so far is kept', checkpointFolder);
  console.log(`Trained in ${duration(log.seconds)}${last ? `; ${last.phase}: ${describe(last)}` : ''}`);
  return last;
}

function describe({ losses, rowsPerSecond, probe, best }: TrainingEvent): string {
  const shown = Object.entries(losses).map(([name, loss]) => `${name} loss ${loss.toFixed(3)}`);
  if (probe) {
    const { r, rmse, codesPerPatient } = probe;
    shown.push(`prevalence r ${r.toFixed(4)}, RMSE ${rmse.toFixed(4)}`);
    shown.push(
      `${codesPerPatient.sampled.toFixed(1)} codes per patient (real ${codesPerPatient.real.toFixed(1)})`,
    );
  }
  if (best) shown.push('the best so far');
  if (rowsPerSecond > 0) shown.push(`${text(Math.round(rowsPerSecond))} rows/s`);
  return shown.join(', ');
}

/** More numbers than the network has: tokens are columns, absences of a group and the end. */
function weightsAtMost({ columns }: RowSource, { hidden = 0, layers = 0 }: { hidden?: number; layers?: number }): number {
  const tokens = 2 * columns.length + 1;
  return (2 * tokens + layers * hidden) * (hidden + 1) + tokens;
} // prettier-ignore

function budgetLine({ epsilon, delta, rdp, noiseMultiplier, samplingRate, steps }: PrivacyStatement): string {
  return `Differential privacy: ε ${epsilon.toFixed(3)} at δ ${delta} for each patient (${rdp.epsilon.toFixed(3)} by the Rényi accountant), by noise of ${noiseMultiplier.toFixed(3)} times the clipping norm on ${text(steps)} steps, each on a share of ${samplingRate.toPrecision(3)}; columns and timeline are public, as declared. The noise comes from the system's secure generator and is kept nowhere: --seed decides the initial weights alone, and training again gives another model`;
} // prettier-ignore

function exposureLine({ canaries, repeats, byReconstruction: { mean, candidates, unplanted } }: CanaryReport): string {
  const bits = ({ value, lower, upper }: Interval) => `${value.toFixed(2)} bits (${lower.toFixed(2)} – ${upper.toFixed(2)})`;
  return `Memory of ${text(canaries)} canaries, each planted ${text(repeats)} times: exposure ${bits(mean)} of at most ${Math.log2(candidates).toFixed(1)}; rows that were never planted have ${unplanted.toFixed(2)}`;
} // prettier-ignore

async function timelineOf(cohort: string, { rows, columns }: RowSource, encoding: Encoding) {
  const encoder = new Encoder(columns, encoding, new Vocabulary());
  const progress = new Progress('Learning the timeline', 'patients', rows);
  async function* records() {
    let read = 0;
    for await (const record of readRecords(join(cohort, 'train', 'records.ndjson.gz'))) {
      progress.update(++read);
      yield record;
    }
  }
  const columnOf = (event: CodedEvent) => encoder.columnOf(event);
  return learnTimeline(records, columns, columnOf, encoding.minPatients).finally(() => progress.stop());
}
