import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { learnTimeline, saveTimeline } from '@ehrsynth/decode';
import { ENGINE_NAMES, type EngineName, startEngine } from '@ehrsynth/engine';
import { LineWriter } from '@ehrsynth/io';
import { Encoder, Encoding, loadMatrix } from '@ehrsynth/matrix';
import { MedGan, MedGanOptions, type TrainingEvent } from '@ehrsynth/models';
import { Vocabulary } from '@ehrsynth/vocab';
import { NothingToTrainError, StoppedError } from '../errors.ts';
import { fraction, oneOf, positive, wholeNumber } from '../options.ts';
import { duration, Progress } from '../progress.ts';
import { readRecords } from '../records-file.ts';
import { intoRunFolder, readRun } from '../run-folder.ts';
import { withSignal } from '../signals.ts';
import { text } from '../table.ts';

interface Options extends Partial<MedGanOptions> {
  out: string;
  engine: EngineName | 'auto';
  resume: boolean;
  force: boolean;
}

const SHOWN_EPOCHS = 20;
const defaults = MedGanOptions.parse({});

export function trainCommand(): Command {
  return new Command('train')
    .description('train a generative model on a cohort')
    .argument('<cohort>', 'folder that `ehrsynth ingest` wrote')
    .requiredOption('-o, --out <folder>', 'where to write the model')
    .option('-m, --model <name>', 'which model', oneOf('medgan'), 'medgan')
    .option('--mode <mode>', 'binary (sets of codes) or count', oneOf('binary', 'count'), defaults.mode)
    .option('--pretrain-epochs <number>', 'epochs of the autoencoder alone', wholeNumber(0), defaults.pretrainEpochs)
    .option('--epochs <number>', 'epochs of the GAN', wholeNumber(0), defaults.epochs)
    .option('--batch-size <number>', 'rows a step (default: 1,000, a 40th of a small cohort)', wholeNumber(2))
    .option('--discriminator-steps <number>', 'steps of the discriminator to one of the generator', wholeNumber(1), defaults.discriminatorSteps)
    .option('--l2 <scale>', 'weight of L2 on the weights', positive, defaults.l2)
    .option('--averaging <decay>', 'decay of the running average of the weights that sampling uses; 0: none', fraction, defaults.averaging)
    .option('--no-calibrate', 'leave the prevalence of the samples as the GAN learned it')
    .option('--binarize <how>', 'draw codes with their probability, or round', oneOf('sample', 'round'), defaults.binarize)
    .option('--seed <number>', 'the same seed, cohort and engine give the same model', wholeNumber(0), 1)
    .option('--engine <name>', `one of ${ENGINE_NAMES.join(', ')} (default: the best there is)`, oneOf('auto', ...ENGINE_NAMES), 'auto')
    .option('--resume', 'continue a training that was stopped', false)
    .option('--force', 'replace the folder', false)
    .action(train); // prettier-ignore
}

async function train(cohort: string, given: Options & { model: string }): Promise<void> {
  await readRun(cohort, 'ingest');
  const { out, force, resume, engine: wanted } = given;
  const options = MedGanOptions.parse(given);
  const engine = await startEngine(wanted);
  const matrix = await loadMatrix(join(cohort, 'train'));
  if (matrix.columns.length === matrix.firstCode) {
    throw new NothingToTrainError(cohort);
  }
  const codes = matrix.columns.length - matrix.firstCode;
  console.log(
    `MedGAN on ${text(matrix.rows)} patients × ${text(codes)} codes; engine: ${engine.name}, ${engine.detail}`,
  );

  const checkpointFolder = join(dirname(resolve(out)), `.${basename(out)}.checkpoint`);
  const run = {
    command: 'train',
    out,
    force,
    options: { cohort, ...options, engine: engine.name },
    inputs: [join(cohort, 'train')],
  };
  await intoRunFolder(run, async (folder) => {
    await mkdir(checkpointFolder, { recursive: true });
    const model = new MedGan(matrix.columns, options);
    const log = new LineWriter(join(folder, 'training.jsonl'));
    const last = await withSignal((signal) => fit(model, matrix, log, { checkpointFolder, resume, signal }));
    await log.close();
    await model.save(folder);
    await saveTimeline(folder, await timelineOf(cohort, matrix.columns));
    return { patients: matrix.rows, codes, engine: engine.detail, last };
  });
  await rm(checkpointFolder, { recursive: true, force: true });
  console.log(`Model → ${out}`);
}

async function fit(
  model: MedGan,
  matrix: Parameters<MedGan['fit']>[0],
  log: LineWriter,
  { checkpointFolder, resume, signal }: { checkpointFolder: string; resume: boolean; signal: AbortSignal },
): Promise<TrainingEvent | undefined> {
  const { pretrainEpochs, epochs } = model.options;
  const progress = new Progress('Training', 'epochs', pretrainEpochs + epochs);
  const started = Date.now();
  let last: TrainingEvent | undefined;
  const writes: Promise<void>[] = [];
  const finished = await model.fit(matrix, {
    checkpointFolder,
    resume,
    signal,
    onEvent: (event) => {
      last = event;
      writes.push(log.write(JSON.stringify({ seconds: (Date.now() - started) / 1000, ...event })));
      const note = describe(event);
      progress.update(event.done, note);
      const every = Math.max(1, Math.floor(event.epochs / SHOWN_EPOCHS));
      const shown = event.epoch % every === 0 || event.epoch === event.epochs;
      if (shown && !process.stderr.isTTY)
        console.log(`  ${event.phase} ${event.epoch}/${event.epochs}: ${note}`);
    },
  });
  progress.stop();
  await Promise.all(writes);
  if (!finished) throw new StoppedError(checkpointFolder);
  console.log(
    `Trained in ${duration((Date.now() - started) / 1000)}${last ? `; ${last.phase}: ${describe(last)}` : ''}`,
  );
  return last;
}

function describe({ losses, rowsPerSecond, prevalence }: TrainingEvent): string {
  const shown = Object.entries(losses).map(([name, loss]) => `${name} loss ${loss.toFixed(3)}`);
  if (prevalence) {
    const { r, rmse, codesPerPatient } = prevalence;
    shown.push(`prevalence r ${r.toFixed(4)}, RMSE ${rmse.toFixed(4)}`);
    shown.push(
      `${codesPerPatient.sampled.toFixed(1)} codes a patient (real ${codesPerPatient.real.toFixed(1)})`,
    );
  }
  if (rowsPerSecond > 0) shown.push(`${text(Math.round(rowsPerSecond))} rows/s`);
  return shown.join(', ');
}

async function timelineOf(cohort: string, columns: Parameters<typeof learnTimeline>[1]) {
  const encoding = Encoding.parse(JSON.parse(await readFile(join(cohort, 'encoding.json'), 'utf8')));
  const encoder = new Encoder(columns, encoding, new Vocabulary());
  const records = readRecords(join(cohort, 'train', 'records.ndjson.gz'));
  return learnTimeline(records, columns, (event) => encoder.columnOf(event), encoding.minPatients);
}
