import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { uuidOf } from '@ehrsynth/random';
import { isCalendarDate } from '@ehrsynth/records';
import type { Running } from '../run/events.ts';
import { checkOrigin, inputsFrom, type ProvenRun, provenRun } from '../run/provenance.ts';
import { readRun, type RunFile, type RunRecord } from '../run/run-folder.ts';
import { FuturesAsPatientsError, NotFuturesError } from './errors.ts';

/** A folder of futures that `generate --from` drew. */
export interface Futures {
  folder: string;
  /** The last day that was known of each record: YYYY-MM-DD. */
  asOf: string;
  /** The model that drew them, where it is at hand. */
  model?: string;
  inputs: RunFile[];
}

/** Whether a run of `generate` went on with the records of others. */
export function isOfFutures({ options }: Pick<RunRecord, 'options'>): boolean {
  return options.asOf !== undefined;
}

/** @throws FuturesAsPatientsError where `generate --from` wrote the folder; a path of any other origin is as good as its records */
export async function refuseFutures(path: string): Promise<void> {
  const run = await readRun(path, 'generate').catch(() => undefined);
  if (run && isOfFutures(run)) throw new FuturesAsPatientsError(path);
}

/**
 * Proves that futures are of a model of a cohort; where the model is not at hand, says that it cannot be.
 * @param model the folder of the model, where run.json's is not to be used
 * @throws NotFuturesError where the folder holds synthetic patients; BrokenLinkError and its kin where a file was changed
 */
export async function provenFutures(
  folder: string,
  cohort: ProvenRun,
  { model: given }: { model?: string },
  { onEvent }: Running = {},
): Promise<Futures> {
  const drawn = await provenRun(folder, 'generate');
  const { asOf } = drawn.run.options;
  if (typeof asOf !== 'string' || !isCalendarDate(asOf)) throw new NotFuturesError(folder);
  const found = { folder, asOf, inputs: inputsFrom('futures', drawn) };
  const link = drawn.run.links['model'];
  const model = given ?? (link === undefined ? undefined : join(folder, link));
  if (model === undefined || (given === undefined && !existsSync(model))) {
    const text =
      'The model of the futures was not found, so it is not verified that they belong to this cohort (give its folder with --model)';
    onEvent?.({ type: 'note', text });
    return found;
  }
  const trained = await provenRun(model, 'train');
  checkOrigin(drawn, 'model', trained);
  checkOrigin(trained, 'cohort', cohort, 'argument');
  return { ...found, model };
}

/**
 * Whose future a record is, by its id: the id of the person, a dash and a number; of a person whose own id is too long for that, a UUID of
 * it in its place.
 */
export function ownersAmong(people: readonly string[]): (future: string) => string | undefined {
  const owners = new Map(people.map((id) => [uuidOf(id), id]));
  for (const id of people) owners.set(id, id);
  return (future) => owners.get(future.replace(/-\d+$/, ''));
}
