import {
  Adam,
  add,
  boundaryLoss,
  crossEntropy,
  logisticLoss,
  scaledMean,
  gradientPenalty,
  type SparseBatch,
  squaredError,
  tf,
} from '@ehrsynth/engine';
import type { Rng } from '@ehrsynth/random';
import { Critic } from './critic.ts';
import type { MedGanOptions } from './options.ts';
import type { Discriminator } from './networks.ts';
import type { Networks } from './state.ts';

export type Optimizers = Record<'autoencoder' | 'discriminator' | 'generator', Adam>;
/** Losses of a step by the network's name; several where it made several steps. */
export type StepLosses = [name: keyof Optimizers, loss: tf.Scalar][];

/** Steps of the autoencoder between two whose loss is computed; the gradient needs none. */
const LOSS_EVERY = 10;

/** Those of Gulrajani et al. 2017, algorithm 1, against a critic, which changes too fast for long memory. */
const AGAINST_CRITIC = { beta1: 0, beta2: 0.9 };

export function optimizersOf(networks: Networks, { learningRate, l2, generatorLoss }: MedGanOptions): Optimizers {
  const betas = generatorLoss === 'wasserstein' ? AGAINST_CRITIC : {};
  const adam = (variables: tf.Variable[], more = {}) => new Adam(variables, { learningRate, l2, ...more });
  return {
    autoencoder: adam(networks.autoencoderVariables),
    discriminator: adam(networks.discriminatorVariables, betas),
    generator: adam(networks.generatorVariables, betas),
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
  const { discriminator, firstMade } = networks;
  const losses: StepLosses = [];
  const given = firstMade > 0 ? tf.tidy(() => tf.slice2d(real.dense(), [0, 0], [real.rows, firstMade])) : undefined;
  const input = () => networks.input(real.rows, rng, given);
  for (let turn = 0; turn < options.discriminatorSteps; turn++) {
    const loss = optimizers.discriminator.minimize(() => {
      const fake = networks.make(input(), false);
      return discriminator instanceof Critic
        ? criticLoss(discriminator, real, fake, options, rng)
        : discriminatorLoss(discriminator, real, fake);
    });
    losses.push(['discriminator', loss]);
  }
  const loss = optimizers.generator.minimize(() => {
    const scores = discriminator.run(networks.make(input(), true));
    if (options.generatorLoss === 'wasserstein') return scaledMean(scores, -1);
    return options.generatorLoss === 'boundary' ? boundaryLoss(scores) : logisticLoss(scores, true);
  });
  given?.dispose();
  losses.push(['generator', loss]);
  networks.average(averagingDecay(options.averaging, step));
  return losses;
}

function discriminatorLoss(discriminator: Discriminator, real: SparseBatch, fake: tf.Tensor2D): tf.Scalar {
  const caught = logisticLoss(discriminator.run(fake), false);
  return add(logisticLoss(discriminator.run(real), true), caught);
}

/** How much further up the generated rows are than the real ones, and the penalty on the slope between them. @see Gulrajani et al. 2017, equation 3 */
function criticLoss(critic: Critic, real: SparseBatch, fake: tf.Tensor2D, options: MedGanOptions, rng: Rng): tf.Scalar {
  const share = tf.tensor2d(
    Float32Array.from({ length: real.rows }, () => rng.next32()),
    [real.rows, 1],
  );
  const between = tf.add(fake, tf.mul(share, tf.sub(real.dense(), fake))) as tf.Tensor2D;
  const penalty = gradientPenalty(critic.slope(between), options.gradientPenalty);
  return add(add(scaledMean(critic.run(fake), 1), scaledMean(critic.run(real), -1)), penalty);
}

/** Short at first, so that the average forgets where it began; the weights themselves at step 0. */
function averagingDecay(decay: number, step: number): number {
  return Math.min(decay, step / (9 + step));
}
