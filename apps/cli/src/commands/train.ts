import { Command } from 'commander';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import { DEFAULT_MODEL, DEFAULT_ROW_MODEL, MODEL_NAMES, MODELS, type TrainingEvent } from '@ehrsynth/models';
import {
  type BudgetOptions,
  type CanaryReport,
  type DrawnPatients,
  leftOutLines,
  type PipelineEvent,
  type PrivacyStatement,
  PUBLIC_PARTS,
  train,
  trainFederated,
  trainOn,
  TRAINING,
  type TrainingBegun,
} from '@ehrsynth/pipeline';
import type { Interval } from '@ehrsynth/statistics';
import { addClusterOptions, type ClusterOptions, refuseWithoutOn } from '../cluster-options.ts';
import { console } from '../console.ts';
import { PatientsOfTrainingError } from '../errors.ts';
import { above0, fraction, listOf, modelOf, oneOf, positive, wholeNumber } from '../options.ts';
import { duration } from '../progress.ts';
import { type Shown, showingStoppable } from '../showing.ts';
import { text } from '../table.ts';
import { TensorBoardWriter } from '../tensorboard.ts';

interface Options extends BudgetOptions, ClusterOptions {
  model: string;
  seed: number;
  out: string;
  engine: EngineName | 'auto';
  resume: boolean;
  checkpointEvery: number;
  tensorboard?: string;
  federated?: string;
  parts?: number;
  roundsPerEpoch?: number;
  canaries: number;
  canaryRepeats: number;
  force: boolean;
}

const SHOWN_EPOCHS = 20;

export function trainCommand(): Command {
  const command = new Command('train')
    .argument('[cohort]', 'folder that `ehrsynth ingest` wrote; none with --federated')
    .requiredOption('-o, --out <folder>', 'where to write the model')
    .option(
      '-m, --model <name>',
      `which model: ${MODEL_NAMES.map((name) => `${name} (${MODELS[name].about})`).join(', ')}; or auto: ${DEFAULT_MODEL}, but ${DEFAULT_ROW_MODEL} if most records have no dates or with --dp-epsilon; or a model of your own: ./my-model.js`,
      modelOf('auto', ...MODEL_NAMES),
      'auto',
    )
    .option(
      '--epochs <number>',
      'passes over the patients (default: more for small cohorts, fewer for very large ones); medgan: of the GAN; seqgan: adversarial rounds',
      wholeNumber(0),
    )
    .option('--batch-size <number>', 'rows per step; seqgan: records sampled per round', wholeNumber(1))
    .option('--learning-rate <rate>', "Adam's learning rate", above0)
    .option('--l2 <scale>', 'strength of L2 regularisation', positive)
    .option('--beta <weight>', 'vae: weight of the KL divergence from the prior', positive)
    .option('--embedding <number>', 'vae, medgan: size of the latent code', wholeNumber(1))
    .option(
      '--patience <number>',
      'autoregressive, visits, seqgan, vae: stop after this many epochs without a lower validation loss',
      wholeNumber(1),
    )
    .option('--hidden <number>', 'autoregressive, visits, seqgan, vae: hidden units per layer', wholeNumber(1))
    .option('--layers <number>', 'autoregressive, visits, seqgan: number of hidden layers', wholeNumber(1))
    .option(
      '--values <how>',
      'visits: how values of labs and vitals are modelled: bins (first a bin, then a place in it; the default) or flow (one conditional density per code and unit)',
      oneOf('bins', 'flow'),
    )
    .option('--batch-rows <number>', 'visits: patients per step under differential privacy', wholeNumber(1))
    .option(
      '--batch-tokens <number>',
      'visits, seqgan: approximate tokens per step (default: by the size of the cohort)',
      wholeNumber(1),
    )
    .option('--dropout <share>', 'autoregressive, visits, seqgan: share of hidden units dropped at each step', fraction)
    .option(
      '--softmax <way>',
      'autoregressive: full (over all codes at once), adaptive (common codes first, then clusters of rarer ones: faster for many codes) or auto',
      oneOf('auto', 'full', 'adaptive'),
    )
    .option(
      '--mode <mode>',
      'autoregressive, medgan: binary (which codes) or count (how often each)',
      oneOf('binary', 'count'),
    )
    .option(
      '--pretrain-epochs <number>',
      'medgan: epochs of the autoencoder alone; seqgan: epochs of maximum likelihood before the adversarial rounds',
      wholeNumber(0),
    )
    .option(
      '--rollouts <number>',
      'seqgan: completions sampled from each point at which a record is scored',
      wholeNumber(1),
    )
    .option('--stops <number>', 'seqgan: average number of points in a record at which it is scored', wholeNumber(1))
    .option('--policy-rate <rate>', "seqgan: the generator's learning rate in the adversarial rounds", above0)
    .option('--discriminator-steps <number>', 'medgan, seqgan: discriminator steps per generator step', wholeNumber(1))
    .option(
      '--averaging <decay>',
      'medgan: decay of the moving average of weights that is used for sampling; 0: none',
      fraction,
    )
    .option('--no-calibrate', 'medgan: do not calibrate the prevalence of the codes after training')
    .option(
      '--keep-best',
      'medgan: keep the weights that do best on a validation tenth of the patients, not the last ones',
    )
    .option('--binarize <how>', 'medgan: sample codes with their probability, or round it', oneOf('sample', 'round'))
    .option(
      '--dp-epsilon <number>',
      'autoregressive, visits: differential privacy with this ε for each patient, by DP-SGD',
      above0,
    )
    .option('--dp-delta <number>', 'the δ of --dp-epsilon, well below 1 / number of patients', fraction)
    .option('--dp-clip <norm>', "clipping norm of each patient's gradient (default: 1)", above0)
    .option(
      '--dp-public <parts>',
      `what you declare to be public because the budget does not cover it: ${PUBLIC_PARTS.join(',')}; visits: columns only`,
      listOf(...PUBLIC_PARTS),
    )
    .option(
      '--canaries <number>',
      'plant this many random patients among the others and report how well the model remembers them',
      wholeNumber(0),
      0,
    )
    .option('--canary-repeats <number>', 'copies of each canary among the patients', wholeNumber(1), 1)
    .option(
      '--seed <number>',
      'the same seed, cohort and engine give the same model; with --dp-epsilon it sets the initial weights only',
      wholeNumber(0),
      1,
    )
    .option(
      '--engine <name>',
      `one of ${ENGINE_NAMES.join(', ')} (default: the fastest available)`,
      oneOf('auto', ...ENGINE_NAMES),
      'auto',
    )
    .option('--checkpoint-every <minutes>', 'how often a checkpoint is written', above0, 5)
    .option(
      '--resume',
      'continue a training that was stopped or killed; --epochs, --learning-rate and --l2 may differ',
      false,
    )
    .option(
      '--federated <file>',
      'train at the sites that this file lists; their patients stay there (docs/federated.md)',
    )
    .option('--tensorboard <folder>', 'also write TensorBoard event files to this folder')
    .option('--force', 'replace the folder', false);
  return addClusterOptions(command, ['federated', 'canaries'])
    .option(
      '--parts <number>',
      'with --on: number of parts of the patients, whose steps are averaged; one core each (default: as many as the cluster has cores, up to 8)',
      wholeNumber(1),
    )
    .option(
      '--rounds-per-epoch <number>',
      'with --on: how often the weights of the parts are averaged in an epoch (default: chosen so that a training has about 40 rounds)',
      wholeNumber(1),
    )
    .action(run);
}

async function run(cohort: string | undefined, options: Options, command: Command): Promise<void> {
  const { model, seed, out, engine, resume, checkpointEvery, canaries, canaryRepeats, force } = options;
  const { dpEpsilon, dpDelta, dpClip, dpPublic } = options;
  const budget = { dpEpsilon, dpDelta, dpClip, dpPublic };
  const given = { model, seed, out, engine, resume, checkpointEvery, canaries, canaryRepeats, force };
  const all = { ...given, ...budget, settings: givenOf(command) };
  const running = showingStoppable((work) => work === TRAINING, trainingListener(options.tensorboard));
  if ((cohort === undefined) === (options.federated === undefined)) throw new PatientsOfTrainingError();
  const { on, bundle, executor, parts, roundsPerEpoch } = options;
  refuseWithoutOn(on, { bundle, executor, parts, roundsPerEpoch });
  const trained =
    cohort === undefined
      ? await trainFederated(options.federated!, all, running)
      : on === undefined
        ? await train(cohort, all, running)
        : await trainOn(cohort, { ...all, on, bundle, executor, parts, roundsPerEpoch }, running);
  const lines = trained.leftOut ? leftOutLines(trained.leftOut) : [];
  if (lines.length > 0)
    console.log(['The model leaves out approximately:', ...lines.map((line) => `  ${line}`)].join('\n'));
  if (trained.canaries) console.log(exposureLine(trained.canaries));
  console.log(`Model → ${out}`);
}

/** Options of models that stand on the command line; those of the command itself, and defaults, are left out. */
function givenOf(command: Command): Record<string, unknown> {
  const known = new Set(MODEL_NAMES.flatMap((name) => Object.keys(MODELS[name].options.shape)));
  const given = Object.entries(command.opts()).filter(
    ([name]) => known.has(name) && command.getOptionValueSource(name) === 'cli',
  );
  return Object.fromEntries(given);
}

/** Shows a training as it goes, and writes its epochs for TensorBoard where that is asked for. */
function trainingListener(tensorboard: string | undefined): (event: PipelineEvent, shown: Shown) => void {
  let board: TensorBoardWriter | undefined;
  return (event, shown) => {
    switch (event.type) {
      case 'training':
        console.log(headLine(event.training));
        if (event.training.privacy) console.log(budgetLines(event.training.privacy));
        if (tensorboard !== undefined) board = new TensorBoardWriter(tensorboard);
        break;
      case 'epoch':
        board?.write(event.epoch);
        showEpoch(event.epoch, shown);
        break;
      case 'trained':
        console.log(
          `Trained in ${duration(event.seconds)}${event.last ? `; ${event.last.phase}: ${describe(event.last)}` : ''}`,
        );
        break;
      case 'drawn':
        console.log(drawnLine(event.drawn));
        break;
    }
  };
}

function showEpoch(event: TrainingEvent, shown: Shown): void {
  const progress = shown.of(TRAINING);
  shown.note = describe(event);
  progress?.update(event.done, shown.note);
  const every = Math.max(1, Math.floor(event.epochs / SHOWN_EPOCHS));
  const isShown = event.epoch % every === 0 || event.epoch === event.epochs;
  if (isShown && !process.stderr.isTTY) console.log(`  ${event.phase} ${event.epoch}/${event.epochs}: ${shown.note}`);
  for (const warning of event.warnings ?? []) progress?.say(`  Warning, ${event.phase} ${event.epoch}: ${warning}.`);
}

function describe({ losses, rowsPerSecond, probe, best }: TrainingEvent): string {
  const shown = Object.entries(losses).map(([name, loss]) => `${name} loss ${loss.toFixed(3)}`);
  if (probe) {
    const { r, rmse, codesPerPatient } = probe;
    shown.push(`prevalence r ${r.toFixed(4)}, RMSE ${rmse.toFixed(4)}`);
    shown.push(`${codesPerPatient.sampled.toFixed(1)} codes per patient (real ${codesPerPatient.real.toFixed(1)})`);
  }
  if (best) shown.push('best so far');
  if (rowsPerSecond > 0) shown.push(`${text(Math.round(rowsPerSecond))} rows/s`);
  return shown.join(', ');
}

function headLine({ title, patients, canaries, codes, engine }: TrainingBegun): string {
  return `${title} on ${text(patients)} patients${canaries > 0 ? ` and ${text(canaries)} canaries` : ''} × ${text(codes)} codes; engine: ${engine.name}, ${engine.detail}`;
}

/** What a private training spends; of one that sites share, what each of them does. */
function budgetLines(statement: PrivacyStatement): string {
  const { sites = [] } = statement;
  if (sites.length === 0) return budgetLine(statement);
  const each = sites.map(
    ({ site, patients, epsilon, delta }) =>
      `  ${site}: ε ${epsilon.toFixed(3)} at δ ${delta}, ${text(patients)} patients`,
  );
  return [
    'Differential privacy for each patient of a site, covering everything that this training receives from it:',
    ...each,
  ].join('\n');
}

function budgetLine({
  epsilon,
  delta,
  rdp,
  noiseMultiplier,
  samplingRate,
  steps,
  values,
  public: declared,
}: PrivacyStatement): string {
  const counts = values
    ? `, and noise of ${(values.noiseMultiplier * Math.sqrt(values.contributions)).toFixed(1)} patients on counts of values`
    : '';
  return `Differential privacy: ε ${epsilon.toFixed(3)} at δ ${delta} for each patient (${rdp.epsilon.toFixed(3)} by the Rényi accountant), by noise of ${noiseMultiplier.toFixed(3)} times the clipping norm in each of ${text(steps)} steps at a sampling rate of ${samplingRate.toPrecision(3)}${counts}; ${Object.keys(declared).join(' and ')} are public, as declared. The noise comes from the system's secure generator and is not stored: --seed only sets the initial weights, and training again gives a different model`;
}

function drawnLine({ patients, r, codesPerPatient: { drawn, real } }: DrawnPatients): string {
  const beside = real === undefined ? '' : ` (${real.toFixed(1)} in the training patients)`;
  const prevalence = r === undefined ? '' : `; r of code prevalence against the training patients ${r.toFixed(4)}`;
  return `${text(patients)} patients drawn: ${drawn.toFixed(1)} codes per patient${beside}${prevalence}`;
}

function exposureLine({ canaries, repeats, byReconstruction: { mean, candidates, unplanted } }: CanaryReport): string {
  const bits = ({ value, lower, upper }: Interval) =>
    `${value.toFixed(2)} bits (${lower.toFixed(2)} – ${upper.toFixed(2)})`;
  return `Memory of ${text(canaries)} canaries, each planted ${text(repeats)} times: exposure ${bits(mean)} of at most ${Math.log2(candidates).toFixed(1)}; canaries that were never planted have ${unplanted.toFixed(2)}`;
}
