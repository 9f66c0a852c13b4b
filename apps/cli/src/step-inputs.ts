import { stat } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { isPluginPath } from '@ehrsynth/models';
import { readPolicy, type StudyStep } from '@ehrsynth/pipeline';
import { StudyInputError } from './errors.ts';

/** Options of steps whose value is a file or folder that is written, or that is not on this machine. */
export const NOT_READ = ['out', 'keep', 'tensorboard', 'path', 'bundle'];
const ANY = ['cohort', 'futures', 'holdout', 'model', 'records', 'synth', 'synthetic', 'from'];
const FILES = ['ca', 'cert', 'cert-key', 'client-key', 'federated', 'names', 'notes-model', 'plugin', 'policy', 'sign'];
/** Options of steps whose value is a file or folder that must be there. */
export const READ = [...ANY, ...FILES, 'system-alias-file'];

/** What an earlier step may write: folders, and the columns.json in one of them. */
const WRITTEN_BY_STEPS = [...ANY, 'names'];

/** Where the paths of a study start, the folder that it writes, and how places in its file are given. */
export interface StudyPlaces {
  folder: string;
  out: string;
  placeOf?: (keys: readonly string[]) => string;
}

/**
 * The records that a study reads must be there, as must files and folders that a step's options name, and a policy must be one: else the
 * last step would fail after hours.
 * @throws StudyInputError, PolicyError
 */
export async function checkInputs(step: StudyStep, { folder, out, placeOf }: StudyPlaces): Promise<void> {
  if (step.name === 'ingest') await checkSource(step, folder, placeOf);
  for (const [name, value] of Object.entries(step.options)) {
    if (!READ.includes(name) || typeof value !== 'string' || !isRead(step, name, value)) continue;
    const keys = [...step.name.split(' '), name];
    const wrong = (what: string) => new StudyInputError(`${keys.join('.')}: ${what}`, placeOf?.(keys));
    const path = resolve(folder, value);
    const found = await stat(path).catch(() => undefined);
    const isOfStudy = !relative(resolve(folder, out), path).startsWith('..');
    if (!found && isOfStudy && WRITTEN_BY_STEPS.includes(name)) continue;
    if (!found) throw wrong(`${value} does not exist`);
    if (found.isDirectory() && !ANY.includes(name)) throw wrong(`${value} is a folder; it must be a file`);
    if (name === 'policy') await checkPolicy(path, wrong);
  }
}

/** Of a server nothing is looked at. */
async function checkSource(
  { reads: [source] }: StudyStep,
  folder: string,
  placeOf: StudyPlaces['placeOf'],
): Promise<void> {
  if (isAddress(source) || (await stat(resolve(folder, source)).catch(() => undefined))) return;
  throw new StudyInputError(`ingest.source: ${source} does not exist`, placeOf?.(['ingest', 'source']));
}

function isAddress(value: string): boolean {
  return /^[a-z]+:\/\//i.test(value);
}

/** Of these the value may be something else, too: a model's name, a number, an address. */
function isRead({ name: step }: StudyStep, name: string, value: string): boolean {
  if (isAddress(value)) return false;
  if (name === 'model') return step !== 'train' || isPluginPath(value);
  return name !== 'futures' || step === 'evaluate';
}

async function checkPolicy(path: string, wrong: (what: string) => Error): Promise<void> {
  const { license } = await readPolicy(path);
  if (license && !(await stat(resolve(dirname(path), license.file)).catch(() => undefined)))
    throw wrong(`its license.file is ${license.file}, and there is no such file in its folder`);
}
