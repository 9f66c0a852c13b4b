import {
  Adam,
  add,
  boundaryLoss,
  crossEntropy,
  logisticLoss,
  type SparseBatch,
  squaredError,
  tf,
} from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';
import type { MedGanOptions } from './options.ts';
import type { Networks } from './state.ts';

export type Optimizers = Record<'autoencoder' | 'discriminator' | 'generator', Adam>;
/** Losses of a step by the network's name; several where it made several steps. */
export type StepLosses = [name: keyof Optimizers, loss: tf.Scalar][];

/** Steps of the autoencoder between two whose loss is computed; the gradient needs none. */
const LOSS_EVERY = 10;

export function optimizersOf(networks: Networks, { learningRate, l2 }: MedGanOptions): Optimizers {
  const adam = (variables: tf.Variable[]) => new Adam(variables, { learningRate, l2 });
  return {
    autoencoder: adam(networks.autoencoderVariables),
    discriminator: adam(networks.discriminatorVariables),
    generator: adam(networks.generatorVariables),
  };
}

/** One step of the autoencoder alone. */
export function autoencoderStep(
  { autoencoder }: Networks,
  real: SparseBatch,
  { mode }: MedGanOptions,
  optimizers: Optimizers,
  step: number,
): StepLosses {
  const value = step % LOSS_EVERY === 0;
  const loss = optimizers.autoencoder.minimize(() => {
    const code = autoencoder.encode(real);
    return mode === 'binary'
      ? crossEntropy(autoencoder.logits(code), real, { value })
      : squaredError(autoencoder.decode(code), real, { value });
  });
  if (value) return [['autoencoder', loss]];
  loss.dispose();
  return [];
}

/** Choi et al. 2017, algorithm 1: steps of the discriminator, then one of generator and decoder, whose average follows. */
export function adversarialStep(
  networks: Networks,
  real: SparseBatch,
  options: MedGanOptions,
  optimizers: Optimizers,
  rng: Rng,
  step: number,
): StepLosses {
  const { autoencoder, generator, discriminator } = networks;
  const losses: StepLosses = [];
  const noise = () =>
    tf.tensor2d(rng.normals32(real.rows * options.embedding), [real.rows, options.embedding]);
  for (let turn = 0; turn < options.discriminatorSteps; turn++) {
    const fake = tf.tidy(() => autoencoder.decode(generator.run(noise(), false)));
    const loss = optimizers.discriminator.minimize(() => {
      const caught = logisticLoss(discriminator.run(fake), false);
      return add(logisticLoss(discriminator.run(real), true), caught);
    });
    fake.dispose();
    losses.push(['discriminator', loss]);
  }
  const loss = optimizers.generator.minimize(() => {
    const fake = autoencoder.decode(generator.run(noise(), true));
    const logits = discriminator.run(fake);
    return options.generatorLoss === 'boundary' ? boundaryLoss(logits) : logisticLoss(logits, true);
  });
  losses.push(['generator', loss]);
  networks.average(averagingDecay(options.averaging, step));
  return losses;
}

/** Short at first, so that the average forgets where it began; the weights themselves at step 0. */
function averagingDecay(decay: number, step: number): number {
  return Math.min(decay, step / (9 + step));
}
