import type { CodeMatrix } from '@ehrsynth/matrix';
import { type ModelName, optionNamesOf, optionsOf, scheduleOf } from '@ehrsynth/models';
import { StoppedError } from '../errors.ts';
import { blocking, type Running, Work } from '../run/events.ts';
import { type Entrant, labelOf, measured } from './entrant.ts';
import { historyFigures } from './entrant-histories.ts';
import { entrantModel, type EntryCohort } from './entrant-model.ts';
import type { Settings } from './settings-grid.ts';

export interface EntryOptions extends EntryCohort {
  model: ModelName;
  settings: Settings;
  seed: number;
  holdout: CodeMatrix;
  /** Patients to draw. */
  number?: number;
  epochs?: number;
  /** Folder of what was measured before. */
  kept: string;
}

/** Trains one model, draws from it and measures what it drew. @throws StoppedError where the signal ended it */
export async function enter(entry: EntryOptions, running: Running): Promise<Entrant> {
  const { model: name, settings, seed, training, holdout, number = training.rows, epochs, encoding, kept } = entry;
  const { minPatients } = encoding;
  const given = optionsFor(name, seed, settings, epochs);
  const options = { ...given, ...scheduleOf(name, given, training.rows) };
  const model = entrantModel(name, options, entry);
  const { pretrainEpochs = 0, epochs: own = 0 } = options as { pretrainEpochs?: number; epochs?: number };
  const work = new Work(running, entryWork(name, settings, seed), 'epochs', pretrainEpochs + own);
  const started = Date.now();
  const { signal } = running;
  const finished = await model
    .fit({ minPatients, signal, onProgress: (done) => work.update(done) })
    .finally(() => work.stop());
  // A signal that came too late for the training still ends the comparison.
  if (!finished || signal?.aborted)
    throw new StoppedError('The comparison was stopped; models measured so far are kept', kept);
  const trained = Date.now();
  const synthetic = await model.draw(number, seed);
  const generated = Date.now();
  model.dispose();
  const rows = await blocking(running, () => measured(training, holdout, synthetic.rows, seed));
  const records =
    entry.histories &&
    synthetic.histories &&
    (await historyFigures(entry.histories, await synthetic.histories(), seed, running));
  const entrant: Entrant = {
    model: name,
    seed,
    ...(Object.keys(settings).length > 0 && { settings }),
    trainSeconds: (trained - started) / 1000,
    generateSeconds: (generated - trained) / 1000,
    figures: finite({ ...rows.figures, ...records?.figures }),
    floors: finite({ ...rows.floors, ...records?.floors }),
  };
  running.onEvent?.({ type: 'entrant', entrant });
  return entrant;
}

/** Figures that are numbers: one that is none was not measured. */
function finite(figures: Entrant['figures']): Entrant['figures'] {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)));
}

/** Options of one training. @throws UnknownOptionError, BadOptionError */
export function optionsFor(name: ModelName, seed: number, settings: Settings, epochs: number | undefined) {
  const hasEpochs = optionNamesOf(name).includes('epochs');
  return optionsOf(name, { seed, ...(hasEpochs && { epochs }), ...settings });
}

/** The piece of work that training a model of a comparison is, which a signal ends in order. */
function entryWork(model: ModelName, settings: Settings, seed: number): string {
  return `${TRAINING}${labelOf({ model, settings })}, seed ${seed}`;
}

/** Whether a piece of work of a comparison is a training, which a signal ends in order. */
export function isTrainingOfComparison(work: string): boolean {
  return work.startsWith(TRAINING);
}

const TRAINING = 'Training ';
