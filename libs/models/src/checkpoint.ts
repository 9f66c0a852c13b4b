import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readWeights, tf, variable, WeightStore } from '@ehrsynth/engine';
import { fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import { BrokenCheckpointError, OtherTrainingError } from '../errors.ts';
import type { WatchState } from '../watch.ts';
import type { LossSums } from './losses.ts';
import type { MedGanOptions } from './options.ts';
import type { Networks } from './state.ts';
import type { Optimizers } from './steps.ts';

/** Where a training is. Its random numbers follow from the seed, the epoch and the step. */
export interface Position {
  /** Whole epochs done, of all phases together. */
  done: number;
  /** Steps done of the epoch under way, and what its losses came to. */
  step: number;
  losses: LossSums;
  watch: WatchState;
  /** Score of the best weights so far, which stand in `best`. */
  bestScore?: number;
}

export interface Training {
  networks: Networks;
  optimizers: Optimizers;
  options: MedGanOptions;
  /** The sampling weights with the best score; empty until there is one. */
  best: Record<string, tf.Variable>;
}

/** May differ between a training and its continuation. */
const FREE: (keyof MedGanOptions)[] = ['epochs', 'learningRate', 'l2', 'calibrate', 'binarize'];
const HEAD = 'checkpoint.json';

/**
 * Weights, batch-norm averages, the optimisers' moments and the position. The head is written last and names the rest, so that
 * a process killed at any moment leaves this checkpoint or the one before. False where the weights are no longer numbers:
 * nothing is written then.
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
  await weights.save(folder, name);
  const steps = Object.fromEntries(Object.entries(optimizers).map(([key, adam]) => [key, adam.steps]));
  const best = Object.keys(training.best);
  const head = { format: 'ehrsynth-checkpoint-1', name, position, steps, best, options };
  await writeFileAtomic(join(folder, HEAD), `${JSON.stringify(head, null, 1)}\n`);
  const older = (await readdir(folder)).filter(
    (file) => /^checkpoint[-.].*\d/.test(file) && !file.startsWith(`${name}.`),
  );
  for (const file of older) await rm(join(folder, file));
  return true;
}

/** Restores a checkpoint and gives its position. @throws OtherTrainingError, BrokenCheckpointError, UserError */
export async function loadCheckpoint(folder: string, training: Training): Promise<Position> {
  const path = join(folder, HEAD);
  const head = await readHead(path);
  if (fixedOptions(head.options) !== fixedOptions(training.options)) throw new OtherTrainingError(path);
  const { sampling, named } = training.networks;
  for (const name of head.best) {
    training.best[name] = variable(tf.zeros(sampling[name].shape), false);
  }
  const values = await readWeights(folder, head.name);
  for (const [key, { size }] of Object.entries(named)) {
    if (values.get(key)?.length !== size) throw new OtherTrainingError(path);
  }
  await new WeightStore(tensorsOf(training)).load(folder, head.name);
  for (const [name, adam] of Object.entries(training.optimizers)) adam.steps = head.steps[name];
  return head.position;
}

function tensorsOf({ networks, optimizers, best }: Training): Record<string, tf.Variable> {
  const moments = Object.entries(optimizers).map(([name, adam]) => adam.named(name));
  const kept = Object.entries(best).map(([name, weights]) => [`best.${name}`, weights]);
  return Object.assign({}, networks.named, ...moments, Object.fromEntries(kept));
}

function fixedOptions(options: MedGanOptions): string {
  const fixed = Object.entries(options).filter(([name]) => !FREE.includes(name as keyof MedGanOptions));
  return JSON.stringify(fixed.sort());
}

interface Head {
  format: string;
  name: string;
  position: Position;
  steps: Record<string, number>;
  best: string[];
  options: MedGanOptions;
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
