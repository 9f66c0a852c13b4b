import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { limitsOf } from '@ehrsynth/decode';
import { ENGINE_NAMES, type EngineName, startEngine } from '@ehrsynth/engine';
import { compare as compareRows, requireRows } from '@ehrsynth/evaluation';
import { writeFileAtomic } from '@ehrsynth/io';
import { type CodeMatrix, type Column, loadMatrix, MatrixBuilder } from '@ehrsynth/matrix';
import {
  createModel,
  MODEL_NAMES,
  type ModelName,
  MODELS,
  optionsOf,
  type Synthesizer,
} from '@ehrsynth/models';
import { audit } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import { NOT_MEASURED } from '@ehrsynth/report';
import { meanOf, splitRows } from '@ehrsynth/statistics';
import { readEncoding } from '../cohort.ts';
import { console } from '../console.ts';
import { StoppedError } from '../errors.ts';
import { listOf, oneOf, wholeNumber, wholeNumbers } from '../options.ts';
import { Progress } from '../progress.ts';
import { checkpointFolderOf, filesOf, intoRunFolder, readRun } from '../run-folder.ts';
import { flagsOf, type Grid, gridOf, type Settings, trialsOf } from '../settings-grid.ts';
import { endedBySystem, withSignal } from '../signals.ts';
import { table, text } from '../table.ts';

interface Options {
  models: ModelName[];
  seeds: number[];
  number?: number;
  epochs?: number;
  set: Grid;
  trials?: number;
  out: string;
  engine: EngineName | 'auto';
  resume: boolean;
  force: boolean;
}

/** What one training of a model came to, on rows as it draws them: nothing is mended before it is measured. */
interface Entrant {
  model: ModelName;
  seed: number;
  /** Where settings were searched, those of this one. */
  settings?: Settings;
  trainSeconds: number;
  generateSeconds: number;
  /** A figure that these rows cannot give is left out. */
  figures: Partial<Record<(typeof FIGURES)[number][0], number>>;
  /** The same of training rows against held-out ones, where there is such a thing. */
  floors: Partial<Record<(typeof FIGURES)[number][0], number>>;
}

/** Figures by name, with the digits that they are told by. */
const FIGURES = [
  ['prevalence r', 4],
  ['prevalence RMSE', 4],
  ['KS distance', 4],
  ['φ difference', 4],
  ['boosted trees AUC', 3],
  ['prediction AUC lost', 3],
  ['outcome AUC', 3],
  ['codes never generated', 0],
  ['impossible rows %', 2],
  ['membership AUC', 3],
  ['density AUC', 3],
  ['privacy loss', 3],
] as const;

/** Share of the training patients to judge settings by. */
const SEARCH_SHARE = 0.2;

export function compareCommand(): Command {
  return new Command('compare')
    .description('train several models on a cohort and compare what they draw: fidelity, utility, privacy, time')
    .argument('<cohort>', 'folder that `ehrsynth ingest` wrote')
    .requiredOption('-o, --out <folder>', 'where to write comparison.json')
    .option('-m, --models <names>', `some of ${MODEL_NAMES.join(', ')}`, listOf(...MODEL_NAMES), MODEL_NAMES)
    .option('--seeds <numbers>', 'random seeds; trains each model once per seed', wholeNumbers(0), [1])
    .option('-n, --number <number>', 'patients that each draws (default: as many as it learnt from)', wholeNumber(1))
    .option('--epochs <number>', 'the same for all that have epochs (default: their own)', wholeNumber(0))
    .option('--set <option=values>', 'values of an option of the model to try, such as hidden=256,384; again for another option, for every combination. Judged on a fifth of the training patients, set aside for it', gridOf, {})
    .option('--trials <number>', 'so many of the combinations, at random by the first seed (default: all)', wholeNumber(1))
    .option('--engine <name>', `one of ${ENGINE_NAMES.join(', ')} (default: the best there is)`, oneOf('auto', ...ENGINE_NAMES), 'auto')
    .option('--resume', 'go on after those that were done', false)
    .option('--force', 'replace the folder', false)
    .action(compare);
} // prettier-ignore

async function compare(cohort: string, options: Options): Promise<void> {
  await readRun(cohort, 'ingest');
  const { out, force, models, seeds, resume } = options;
  const engine = await startEngine(options.engine);
  const { minPatients } = await readEncoding(cohort);
  const inputs = [join(cohort, 'train'), join(cohort, 'holdout')];
  const trials = trialsOf(options.set, options.trials, seeds[0]);
  for (const model of models) for (const settings of trials) optionsFor(model, seeds[0], settings, options);
  const searched = Object.keys(options.set).length > 0;
  const [training, holdout] = searched ? await setAside(inputs[0]) : await Promise.all(inputs.map(loadMatrix));
  requireRows({ training: training.rows, holdout: holdout.rows }, cohort);
  const kept = checkpointFolderOf(out);
  const entrants: Entrant[] = [];
  const run = { command: 'compare', out, force, options: { ...options, engine: engine.name }, links: { cohort }, checkpoint: kept, inputs: () => filesOf(cohort, 'cohort') };
  await intoRunFolder(run, async (folder) => {
    if (!resume) await rm(kept, { recursive: true, force: true });
    await mkdir(kept, { recursive: true });
    for (const model of models) {
      for (const settings of trials) {
        const named = [model, ...Object.entries(settings).map((pair) => pair.join('='))].join(',');
        for (const seed of seeds) entrants.push(await keptEntrant(join(kept, `${named}-${seed}.json`), () => enter(model, seed, settings, training, holdout, { ...options, minPatients }, kept)));
      }
    }
    await writeFileAtomic(join(folder, 'comparison.json'), `${JSON.stringify(entrants, null, 1)}\n`);
    return { models: models.length, seeds: seeds.length };
  });
  console.log(summary(entrants));
  if (searched) console.log(`The best, by what boosted trees tell: ehrsynth train ${cohort} -m ${bestOf(entrants)} -o model`);
} // prettier-ignore

/**
 * Training patients, and a fifth of them that are not learned from: what is chosen by the held-out patients could not be proved with them.
 * The same fifth whatever the seeds, so that searches can be told apart.
 */
async function setAside(folder: string): Promise<[CodeMatrix, CodeMatrix]> {
  const all = await loadMatrix(folder);
  const [judges, training] = splitRows(all, Math.ceil(SEARCH_SHARE * all.rows), new Rng(0).fork('search'));
  return [training, judges];
}

/** Flags of the model and settings whose rows are told from real ones least, over the seeds. */
function bestOf(entrants: Entrant[]): string {
  const told = new Map<string, number[]>();
  for (const one of entrants) told.set(labelOf(one), [...(told.get(labelOf(one)) ?? []), one.figures['boosted trees AUC'] ?? 1]);
  const mean = (one: Entrant) => meanOf(told.get(labelOf(one))!).value;
  const first = entrants.reduce((best, one) => (mean(one) < mean(best) ? one : best));
  return [first.model, flagsOf(first.settings ?? {})].join(' ').trim();
} // prettier-ignore

function labelOf({ model, settings }: Pick<Entrant, 'model' | 'settings'>): string {
  const chosen = Object.entries(settings ?? {}).map(([name, value]) => `, ${name} ${value}`);
  return MODELS[model].title + chosen.join('');
}

/** Options of one training. @throws UnknownOptionError, BadOptionError */
function optionsFor(name: ModelName, seed: number, settings: Settings, { epochs }: Pick<Options, 'epochs'>) {
  const hasEpochs = 'epochs' in MODELS[name].options.shape;
  return optionsOf(name, { seed, ...(hasEpochs && { epochs }), ...settings });
}

/** What was measured before, or is measured now and kept. */
async function keptEntrant(path: string, measure: () => Promise<Entrant>): Promise<Entrant> {
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== undefined) return JSON.parse(before) as Entrant;
  const entrant = await measure();
  await writeFileAtomic(path, JSON.stringify(entrant));
  return entrant;
}

async function enter(
  name: ModelName,
  seed: number,
  settings: Settings,
  training: CodeMatrix,
  holdout: CodeMatrix,
  { number = training.rows, epochs, minPatients }: Options & { minPatients: number },
  kept: string,
): Promise<Entrant> {
  const options = optionsFor(name, seed, settings, { epochs });
  const label = labelOf({ model: name, settings });
  const model = createModel(name, training.columns, options);
  const { pretrainEpochs = 0, epochs: own = 0 } = options as { pretrainEpochs?: number; epochs?: number };
  const progress = new Progress(`${label}, seed ${seed}`, 'epochs', pretrainEpochs + own);
  const started = Date.now();
  const onProgress = (done: number) => progress.update(done);
  // A signal that came too late for the training still ends the comparison.
  const finished = await withSignal(async (signal) => (await model.fit(training, { minPatients, signal, onProgress })) && !signal.aborted);
  progress.stop();
  if (!finished) throw new StoppedError('The comparison was stopped; models that were measured are kept', kept);
  const trained = Date.now();
  const synthetic = await drawn(model, number, seed);
  const generated = Date.now();
  model.dispose();
  const found = endedBySystem(() => measured(training, holdout, synthetic, seed));
  const entrant = { model: name, seed, ...(Object.keys(settings).length > 0 && { settings }), trainSeconds: (trained - started) / 1000, generateSeconds: (generated - trained) / 1000, ...found };
  console.log(`  ${label}, seed ${seed}: ${FIGURES.slice(0, 5).map(([figure, digits]) => `${figure} ${found.figures[figure]?.toFixed(digits) ?? NOT_MEASURED}`).join(', ')}`);
  return entrant;
} // prettier-ignore

async function drawn(model: Synthesizer, rows: number, seed: number): Promise<CodeMatrix> {
  const builder = new MatrixBuilder(model.columns);
  for await (const { row, entries } of model.sample(rows, { seed }))
    builder.add(String(row), entries.map(([column, count]): [Column, number] => [model.columns[column], count]));
  return builder.build();
} // prettier-ignore

function measured(
  training: CodeMatrix,
  holdout: CodeMatrix,
  synthetic: CodeMatrix,
  seed: number,
): Pick<Entrant, 'figures' | 'floors'> {
  const found = compareRows(training, holdout, synthetic, { limitsOf, seed });
  const { membership, adversarialAccuracy } = audit(training, holdout, synthetic, { seed });
  const sides = (side: 'synthetic' | 'floor') => ({
    'prevalence r': found.prevalence[side].r,
    'prevalence RMSE': found.prevalence[side].rmse,
    'KS distance': found.recordLength[side].ks,
    'φ difference': found.pairs[side].correlation?.meanAbsoluteDifference,
    'boosted trees AUC': found.discriminator[side].boostedTrees?.value,
    'prediction AUC lost': found.prediction[side].aucGap,
  });
  const never = found.coverage.codes.find(({ minPatients }) => minPatients === 20)!.neverGenerated;
  const impossible = found.violations.synthetic.share;
  return {
    figures: {
      ...sides('synthetic'),
      'outcome AUC': found.outcome?.trainSyntheticTestReal?.value,
      'codes never generated': never,
      'impossible rows %': impossible && 100 * impossible.value,
      'membership AUC': membership.sets.value,
      'density AUC': membership.density.value,
      'privacy loss': adversarialAccuracy.privacyLoss.value,
    },
    floors: { ...sides('floor'), 'outcome AUC': found.outcome?.trainRealTestReal?.value },
  };
}

/** Mean of each figure over the seeds, and its range where there are several. */
function summary(entrants: Entrant[]): string {
  const names = [...new Set(entrants.map(labelOf))];
  const told = (found: (number | undefined)[], digits: number) => {
    const values = found.filter((value) => value !== undefined);
    if (values.length === 0) return NOT_MEASURED;
    const mean = meanOf(values).value;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return values.length > 1 && low !== high ? `${mean.toFixed(digits)} (${low.toFixed(digits)} – ${high.toFixed(digits)})` : mean.toFixed(digits);
  };
  const of = (name: string) => entrants.filter((one) => labelOf(one) === name);
  const rows = FIGURES.map(([figure, digits]) => [
    figure,
    ...names.map((name) => told(of(name).map(({ figures }) => figures[figure]), digits)),
    entrants[0].floors[figure]?.toFixed(digits) ?? '',
  ]);
  const seconds = (which: 'trainSeconds' | 'generateSeconds') => names.map((name) => text(Math.round(meanOf(of(name).map((one) => one[which])).value)));
  rows.push(['training, s', ...seconds('trainSeconds'), ''], ['generating, s', ...seconds('generateSeconds'), '']);
  return table(['', ...names, 'real training rows'], rows);
} // prettier-ignore
