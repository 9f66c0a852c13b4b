import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Adam, readWeights, tf, variable, WeightStore } from '@ehrsynth/engine';
import { fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import { BrokenCheckpointError, OtherTrainingError } from './errors.ts';

/** What a checkpoint holds of a training, whatever the model. */
export interface Training {
  /** Everything that is learned, by name. */
  variables: Record<string, tf.Variable>;
  optimizers: Record<string, Adam>;
  options: object;
  /** Options that may differ between a training and its continuation. */
  free: readonly string[];
  /** What sampling uses, by name; those with the best score stand in `best`, which is empty until there is one. */
  sampling: Record<string, tf.Variable>;
  best: Record<string, tf.Variable>;
}

/** Where a training is: whole epochs done, steps of the epoch under way, and what the model adds of plain data. */
export interface Position {
  done: number;
  step: number;
}

/** How often one is written, where nobody says. */
export const CHECKPOINT_EVERY_MS = 5 * 60_000;

const HEAD = 'checkpoint.json';
/** A checkpoint is for its owner alone: it holds weights that no calibration or other last step has been through. */
const OWNER_FILE = 0o600;
const OWNER_FOLDER = 0o700;

/** Whether a folder holds a checkpoint to go on from. */
export async function hasCheckpoint(folder: string): Promise<boolean> {
  return (await readdir(folder).catch((): string[] => [])).includes(HEAD);
}

/** A folder for checkpoints that its owner alone can open. */
export async function checkpointFolderFor(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: OWNER_FOLDER });
    await chmod(folder, OWNER_FOLDER);
  } catch (error) {
    throw fromSystemError(error, folder, 'write');
  }
}

/**
 * Weights, batch-norm averages, the optimisers' moments and the position. The head is written last and names the rest, so that
 * a process killed at any moment leaves this checkpoint or the one before. False where the weights are no longer numbers:
 * nothing is written then. Only the owner can read it.
 */
export async function saveCheckpoint(
  folder: string,
  training: Training,
  position: Position,
): Promise<boolean> {
  const { options, optimizers } = training;
  const name = `checkpoint-${position.done}-${position.step}`;
  const weights = new WeightStore(tensorsOf(training));
  if (!(await weights.isFinite())) return false;
  await checkpointFolderFor(folder);
  await weights.save(folder, name, OWNER_FILE);
  const steps = Object.fromEntries(Object.entries(optimizers).map(([key, adam]) => [key, adam.steps]));
  const best = Object.keys(training.best);
  const head = { format: 'ehrsynth-checkpoint-1', name, position, steps, best, options };
  await writeFileAtomic(join(folder, HEAD), `${JSON.stringify(head, null, 1)}\n`, OWNER_FILE);
  const older = (await readdir(folder)).filter(
    (file) => /^checkpoint[-.].*\d/.test(file) && !file.startsWith(`${name}.`),
  );
  for (const file of older) await rm(join(folder, file));
  return true;
}

/** Restores a checkpoint and gives its position. @throws OtherTrainingError, BrokenCheckpointError, UserError */
export async function loadCheckpoint<P extends Position = Position>(
  folder: string,
  training: Training,
): Promise<P> {
  const path = join(folder, HEAD);
  const head = await readHead(path);
  const { variables, sampling, free } = training;
  if (fixedOptions(head.options, free) !== fixedOptions(training.options, free))
    throw new OtherTrainingError(path);
  const values = await readWeights(folder, head.name);
  for (const [key, { size }] of Object.entries(variables)) {
    if (values.get(key)?.length !== size) throw new OtherTrainingError(path);
  }
  for (const name of head.best) training.best[name] = variable(tf.zeros(sampling[name].shape), false);
  await new WeightStore(tensorsOf(training)).load(folder, head.name);
  for (const [name, adam] of Object.entries(training.optimizers)) adam.steps = head.steps[name];
  return head.position as P;
}

/** Keeps the sampling weights as they are now. */
export function keepBest({ sampling, best }: Training): void {
  for (const [name, weights] of Object.entries(sampling)) {
    best[name] ??= variable(tf.zeros(weights.shape), false);
    tf.tidy(() => best[name].assign(tf.add(weights, 0)));
  }
}

/** Puts the best weights back, where there are any. */
export function restoreBest({ sampling, best }: Training): void {
  for (const [name, kept] of Object.entries(best)) sampling[name].assign(kept);
}

function tensorsOf({ variables, optimizers, best }: Training): Record<string, tf.Variable> {
  const moments = Object.entries(optimizers).map(([name, adam]) => adam.named(name));
  const kept = Object.entries(best).map(([name, weights]) => [`best.${name}`, weights]);
  return Object.assign({}, variables, ...moments, Object.fromEntries(kept));
}

function fixedOptions(options: object, free: readonly string[]): string {
  const fixed = Object.entries(options).filter(([name]) => !free.includes(name));
  return JSON.stringify(fixed.sort());
}

interface Head {
  format: string;
  name: string;
  position: Position;
  steps: Record<string, number>;
  best: string[];
  options: object;
}

async function readHead(path: string): Promise<Head> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  try {
    const head = JSON.parse(text) as Head;
    if (head.format === 'ehrsynth-checkpoint-1') return head;
  } catch {
    // Said below.
  }
  throw new BrokenCheckpointError(path);
}
