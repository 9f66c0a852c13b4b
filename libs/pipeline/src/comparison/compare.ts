import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngine } from '@ehrsynth/engine';
import { requireRows } from '@ehrsynth/evaluation';
import { writeFileAtomic } from '@ehrsynth/io';
import { type CodeMatrix, loadMatrix } from '@ehrsynth/matrix';
import { isPluginPath, isSlow, loadPlugin, MODEL_NAMES, type ModelName, takesRecords } from '@ehrsynth/models';
import { Rng } from '@ehrsynth/random';
import type { ComparisonTable } from '@ehrsynth/report';
import { splitRows } from '@ehrsynth/statistics';
import { z } from 'zod';
import { requireHere } from '../cohort/coded/stay.ts';
import { readEncoding } from '../cohort/cohort-writer.ts';
import { IncompleteOptionsError } from '../errors.ts';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { checkpointFolderOf, filesOf, intoRunFolder, readRun } from '../run/run-folder.ts';
import { engineName, modelName, pluginFile, seedNumber } from '../training/train-options.ts';
import { type ComparedPatients, comparisonTable, writeComparison } from './comparison-table.ts';
import { bestOf, type Entrant } from './entrant.ts';
import { enter, type EntryOptions, optionsFor } from './enter.ts';
import { realHistories } from './entrant-histories.ts';
import { distinct, type Settings, trialsOf } from './settings-grid.ts';

export const CompareOptions = z.strictObject({
  /** The folder of comparison.html, .csv, .tex and .json. */
  out: z.string().min(1),
  /** By default all that do not take many times as long as the others. */
  models: z.array(modelName).min(1).transform(distinct).optional(),
  /** Each model is trained once per seed; one that is named twice counts once. */
  seeds: z.array(seedNumber).min(1).default([1]).transform(distinct),
  /** Patients that each draws (by default as many as it learned from). */
  number: z.number().int().min(1).optional(),
  /** Epochs, the same for all models that have any (by default their own). */
  epochs: z.number().int().min(0).optional(),
  /** Values to try of options of the model: { hidden: [256, 384] }. */
  set: z
    .record(
      z.string(),
      z
        .array(z.union([z.string(), z.number()]))
        .min(1)
        .transform(distinct),
    )
    .default({}),
  /** So many of the combinations, at random by the first seed (by default all). */
  trials: z.number().int().min(1).optional(),
  engine: engineName.default('auto'),
  /** Whether rows are decoded and measured as records over time, too. */
  histories: z.boolean().default(true),
  /** Goes on after those that were done. */
  resume: z.boolean().default(false),
  /** Replaces the folder where `compare` wrote it. */
  force: z.boolean().default(false),
});
export type CompareOptions = z.input<typeof CompareOptions>;

export interface Compared {
  /** The folder of comparison.json. */
  out: string;
  entrants: Entrant[];
  /** The same side by side. */
  table: ComparisonTable;
  /** Where settings were searched, the first entrant of the model and settings that fare best. */
  best?: Entrant;
}

/** Share of the training patients to judge settings by. */
const SEARCH_SHARE = 0.2;

/**
 * Trains several models on a cohort and compares what they draw: fidelity, utility, privacy, time.
 * @param cohort folder that `ingest` wrote
 * @throws UserError; StoppedError where the signal ended it: what was measured is kept, and `resume` goes on after it
 */
export async function compare(cohort: string, options: CompareOptions, running: Running = {}): Promise<Compared> {
  const given = checkedOptions('compare', CompareOptions, options);
  await requireHere(cohort);
  await readRun(cohort, 'ingest');
  const { out, force, seeds, resume, epochs } = given;
  const models = given.models ? await namesOf(given.models) : usualModels(running);
  const engine = await startEngine(given.engine);
  const encoding = await readEncoding(cohort);
  const inputs = [join(cohort, 'train'), join(cohort, 'holdout')];
  const trials = trialsOf(given.set, given.trials, seeds[0]);
  for (const model of models) for (const settings of trials) optionsFor(model, seeds[0], settings, epochs);
  const searched = Object.keys(given.set).length > 0;
  const [training, holdout] = searched ? await setAside(inputs[0]) : await Promise.all(inputs.map(loadMatrix));
  requireRows({ training: training.rows, holdout: holdout.rows }, cohort);
  const kept = checkpointFolderOf(out);
  const plugins = models.flatMap((name) => pluginFile(name).plugin ?? []);
  const entrants: Entrant[] = [];
  let about: ComparedPatients | undefined;
  const run = {
    command: 'compare',
    out,
    force,
    options: { ...given, models, engine: engine.name, ...(plugins.length > 0 && { plugins }) },
    links: { cohort },
    checkpoint: kept,
    inputs: () => filesOf(cohort, 'cohort'),
  };
  await intoRunFolder(run, async (folder) => {
    if (!resume) await rm(kept, { recursive: true, force: true });
    await mkdir(kept, { recursive: true });
    await requireSameAsked(kept, {
      cohort: (await filesOf(cohort, 'cohort')).map(({ sha256 }) => sha256),
      ...{ number: given.number, epochs, histories: given.histories, isSearch: searched },
    });
    const parts = { training, holdout };
    const hasRows = models.some((name) => !takesRecords(name));
    const histories = given.histories
      ? await realHistories(cohort, parts, { isSplit: searched, encoding, hasRows }, running)
      : undefined;
    const entry = { cohort, encoding, histories, training, holdout, kept, number: given.number, epochs };
    for (const model of models)
      for (const settings of trials)
        for (const seed of seeds) entrants.push(await keptEntrant({ ...entry, model, settings, seed }, running));
    const patients = {
      training: training.rows,
      holdout: holdout.rows,
      codes: training.columns.length - training.firstCode,
    };
    about = { ...patients, engine: engine.name, isSearch: searched };
    await writeComparison(folder, entrants, about);
    return { models: models.length, seeds: seeds.length };
  });
  return { out, entrants, table: comparisonTable(entrants, about!), ...(searched && { best: bestOf(entrants) }) };
}

/** Names of models, plug-ins loaded. */
async function namesOf(models: readonly string[]): Promise<ModelName[]> {
  const names: ModelName[] = [];
  for (const model of models) names.push(isPluginPath(model) ? await loadPlugin(model) : (model as ModelName));
  return names;
}

/** All models but slow ones, which are named. */
function usualModels({ onEvent }: Running): ModelName[] {
  const slow = MODEL_NAMES.filter(isSlow);
  const text = `Left out because it takes many times as long as the others: ${slow.join(', ')} (all models: -m ${MODEL_NAMES.join(',')})`;
  onEvent?.({ type: 'note', text });
  return MODEL_NAMES.filter((name) => !isSlow(name));
}

/**
 * Training patients, and a fifth of them that are not learned from: what is chosen by the held-out patients could not be proved with them.
 * The same fifth whatever the seeds, so that searches can be compared.
 */
async function setAside(folder: string): Promise<[CodeMatrix, CodeMatrix]> {
  const all = await loadMatrix(folder);
  const [judges, training] = splitRows(all, Math.ceil(SEARCH_SHARE * all.rows), new Rng(0).fork('search'));
  return [training, judges];
}

/**
 * What was measured before goes with what is measured now only if it was asked of the same patients in the same way; models, seeds and
 * settings may be others. @throws IncompleteOptionsError
 */
async function requireSameAsked(kept: string, asked: object): Promise<void> {
  const path = join(kept, 'asked.json');
  const text = JSON.stringify(asked);
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before === undefined) await writeFileAtomic(path, text);
  else if (before !== text)
    throw new IncompleteOptionsError(
      '--resume needs the same cohort, --number and --epochs as before, and --set if it was used',
    );
}

/** What was measured before, or is measured now and kept. */
async function keptEntrant(entry: EntryOptions, running: Running): Promise<Entrant> {
  const path = join(entry.kept, `${nameOf(entry)}-${entry.seed}.json`);
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== undefined) return JSON.parse(before) as Entrant;
  const entrant = await enter(entry, running);
  await writeFileAtomic(path, JSON.stringify(entrant));
  return entrant;
}

function nameOf({ model, settings }: { model: string; settings: Settings }): string {
  return [model, ...Object.entries(settings).map((pair) => pair.join('='))].join(',');
}
