import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Adam, readWeights, tf, variable, weightFiles, WeightStore } from '@ehrsynth/engine';
import { checksum, fromSystemError, makeFolder, writeFileAtomic } from '@ehrsynth/io';
import { z, type ZodType } from 'zod';
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
export type Position = z.infer<typeof Position>;

const whole = z.number().int().min(0);
export const Position = z.object({ done: whole, step: whole });

/** How often one is written, where nobody says. */
export const CHECKPOINT_EVERY_MS = 5 * 60_000;

const HEAD = 'checkpoint.json';
/** A checkpoint is for its owner alone: it holds weights that no calibration or other last step has been through. */
export const OWNER_FILE = 0o600;
const OWNER_FOLDER = 0o700;

/** Whether a folder holds a checkpoint to go on from. */
export async function hasCheckpoint(folder: string): Promise<boolean> {
  return (await readdir(folder).catch((): string[] => [])).includes(HEAD);
}

/** A folder for checkpoints that its owner alone can open. */
export async function checkpointFolderFor(folder: string): Promise<void> {
  try {
    makeFolder(folder, OWNER_FOLDER);
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
export async function saveCheckpoint(folder: string, training: Training, position: Position): Promise<boolean> {
  const { options, optimizers } = training;
  const name = `checkpoint-${position.done}-${position.step}`;
  const weights = new WeightStore(tensorsOf(training));
  if (!(await weights.isFinite())) return false;
  await checkpointFolderFor(folder);
  await weights.save(folder, name, OWNER_FILE);
  const steps = Object.fromEntries(Object.entries(optimizers).map(([key, adam]) => [key, adam.steps]));
  const best = Object.keys(training.best);
  const files = await sumsOf(folder, name);
  const head = { format: 'ehrsynth-checkpoint-1', name, files, position, steps, best, options };
  await writeFileAtomic(join(folder, HEAD), `${JSON.stringify(head, null, 1)}\n`, OWNER_FILE);
  const older = (await readdir(folder)).filter(
    (file) => /^checkpoint[-.].*\d/.test(file) && !file.startsWith(`${name}.`),
  );
  for (const file of older) await rm(join(folder, file));
  return true;
}

/**
 * Restores a checkpoint and gives its position.
 * @param type what the position looks like
 * @throws OtherTrainingError, BrokenCheckpointError, UserError
 */
export async function loadCheckpoint<P extends Position>(
  folder: string,
  training: Training,
  type: ZodType<P>,
): Promise<P> {
  const path = join(folder, HEAD);
  const head = await readHead(path);
  const { variables, sampling, free, optimizers } = training;
  if (fixedOptions(head.options, free) !== fixedOptions(training.options, free)) throw new OtherTrainingError(path);
  const position = type.safeParse(head.position);
  const isKnown = head.best.every((name) => Object.hasOwn(sampling, name));
  const hasSteps = Object.keys(optimizers).every((name) => head.steps[name] !== undefined);
  if (!position.success || !isKnown || !hasSteps) throw new BrokenCheckpointError(path);
  const files = await sumsOf(folder, head.name);
  const changed = Object.keys(head.files ?? {}).find((name) => head.files![name] !== files[name]);
  if (changed !== undefined) throw new BrokenCheckpointError(join(folder, changed));
  const values = await readWeights(folder, head.name);
  for (const [key, { size }] of Object.entries(variables)) {
    if (values.get(key)?.length !== size) throw new OtherTrainingError(path);
  }
  for (const name of head.best) training.best[name] = variable(tf.zeros(sampling[name].shape), false);
  await new WeightStore(tensorsOf(training)).load(folder, head.name);
  for (const [name, adam] of Object.entries(optimizers)) adam.steps = head.steps[name];
  return position.data;
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

const Head = z.object({
  format: z.literal('ehrsynth-checkpoint-1'),
  name: z.string().regex(/^checkpoint-\d+-\d+$/),
  /** SHA-256 of the files of the weights; an earlier version wrote none. */
  files: z.record(z.string(), z.string()).optional(),
  position: z.unknown(),
  steps: z.record(z.string(), whole),
  best: z.array(z.string()),
  options: z.record(z.string(), z.unknown()),
});

async function readHead(path: string): Promise<z.infer<typeof Head>> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  try {
    return Head.parse(JSON.parse(text));
  } catch {
    throw new BrokenCheckpointError(path);
  }
}

/** SHA-256 of a checkpoint's weights, by the names of the files. */
async function sumsOf(folder: string, name: string): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const file of Object.values(weightFiles(name))) {
    const path = join(folder, file);
    sums[file] = await checksum(path).catch((error) => {
      throw fromSystemError(error, path, 'read');
    });
  }
  return sums;
}
