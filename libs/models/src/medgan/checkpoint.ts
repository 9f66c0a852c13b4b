import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readWeights, tf, WeightStore } from '@ehrsynth/engine';
import { fromSystemError, writeFileAtomic } from '@ehrsynth/io';
import { OtherTrainingError } from '../errors.ts';
import type { MedGanOptions } from './options.ts';
import type { Networks } from './state.ts';

export type Optimizers = Record<'autoencoder' | 'discriminator' | 'generator', tf.AdamOptimizer>;

interface Training {
  networks: Networks;
  optimizers: Optimizers;
  options: MedGanOptions;
}

/** Weights, batch-norm averages and the optimisers' moments. The random state follows from the seed and the epoch. */
export async function saveCheckpoint(folder: string, training: Training, epochsDone: number): Promise<void> {
  const moments: Record<string, tf.Tensor> = {};
  for (const [name, optimizer] of Object.entries(training.optimizers)) {
    for (const [i, { tensor }] of (await optimizer.getWeights()).entries()) moments[`${name}/${i}`] = tensor;
  }
  const name = `checkpoint-${epochsDone}`;
  await new WeightStore({ ...training.networks.named, ...moments }).save(folder, name);
  const head = { name, epochsDone, options: training.options };
  await writeFileAtomic(join(folder, 'checkpoint.json'), `${JSON.stringify(head, null, 1)}\n`);
  const older = (await readdir(folder)).filter(
    (file) => /^checkpoint-\d+\./.test(file) && !file.startsWith(`${name}.`),
  );
  for (const file of older) await rm(join(folder, file));
}

/** Restores a checkpoint and gives the number of epochs it had done. @throws OtherTrainingError, UserError */
export async function loadCheckpoint(folder: string, training: Training): Promise<number> {
  const path = join(folder, 'checkpoint.json');
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  const head = JSON.parse(text) as { name: string; epochsDone: number; options: MedGanOptions };
  if (JSON.stringify(head.options) !== JSON.stringify(training.options)) throw new OtherTrainingError(path);
  const values = await readWeights(folder, head.name);
  for (const [key, variable] of Object.entries(training.networks.named)) {
    if (values.get(key)?.length !== variable.size) throw new OtherTrainingError(path);
  }
  await new WeightStore(training.networks.named).load(folder, head.name);
  const { networks, optimizers } = training;
  const variables = {
    autoencoder: networks.autoencoderVariables,
    discriminator: networks.discriminatorVariables,
    generator: networks.generatorVariables,
  };
  for (const name of ['autoencoder', 'discriminator', 'generator'] as const) {
    await restore(optimizers[name], variables[name], (i) => values.get(`${name}/${i}`));
  }
  return head.epochsDone;
}

/** Adam's own order: the step count, then the first moments, then the second ones. */
async function restore(
  optimizer: tf.AdamOptimizer,
  variables: tf.Variable[],
  valueOf: (index: number) => Float32Array | undefined,
): Promise<void> {
  const steps = valueOf(0);
  if (!steps || !valueOf(1)) return;
  const moments = [0, 1].flatMap((half) =>
    variables.map(({ shape, name }, i) => ({
      name,
      tensor: tf.tensor(valueOf(1 + half * variables.length + i)!, shape),
    })),
  );
  await optimizer.setWeights([{ name: 'iter', tensor: tf.scalar(steps[0], 'int32') }, ...moments]);
}
