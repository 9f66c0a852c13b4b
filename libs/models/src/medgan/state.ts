import { type Dense, follow, tf } from '@ehrsynth/engine';
import { Rng } from '@ehrsynth/random';
import { Autoencoder, Discriminator, Generator } from './networks.ts';
import type { MedGanOptions } from './options.ts';

/** The three networks of a MedGAN, the averaged copy that samples, and their variables. */
export class Networks {
  readonly autoencoder: Autoencoder;
  readonly generator: Generator;
  readonly discriminator: Discriminator;
  /** The running average of generator and decoder over the training steps: what samples are drawn from. */
  readonly averaged: { generator: Generator; autoencoder: Autoencoder };

  constructor(columns: number, options: MedGanOptions) {
    const { mode, embedding, generatorLayers, discriminatorLayers, batchNormDecay, seed } = options;
    const rng = new Rng(seed);
    this.autoencoder = new Autoencoder(mode, columns, embedding, rng.fork('autoencoder'));
    this.generator = new Generator(mode, embedding, generatorLayers, batchNormDecay, rng.fork('generator'));
    this.discriminator = new Discriminator(columns, discriminatorLayers, rng.fork('discriminator'));
    this.averaged = {
      autoencoder: new Autoencoder(mode, columns, embedding, rng.fork('autoencoder')),
      generator: new Generator(mode, embedding, generatorLayers, batchNormDecay, rng.fork('generator')),
    };
  }

  get autoencoderVariables(): tf.Variable[] {
    const { encoder, decoder } = this.autoencoder;
    return [...parts(encoder), ...parts(decoder)];
  }

  get discriminatorVariables(): tf.Variable[] {
    const { first, rest } = this.discriminator;
    return [...parts(first), first.ofMean, ...rest.flatMap(parts)];
  }

  /** The generator's, and the decoder's, whose weights train on with it. */
  get generatorVariables(): tf.Variable[] {
    const own = this.generator.layers.flatMap(({ weights, norm }) => [weights, norm.scale, norm.offset]);
    return [...own, ...parts(this.autoencoder.decoder)];
  }

  /** Moves the averaged copy towards the networks as they stand: a ← decay · a + (1 − decay) · w. */
  average(decay: number): void {
    const live = samplingParts(this.generator, this.autoencoder);
    const { generator, autoencoder } = this.averaged;
    for (const [name, variable] of Object.entries(samplingParts(generator, autoencoder))) {
      follow(variable, live[name], decay);
    }
  }

  /** Rows of probabilities (or counts) from noise, by the averaged networks. */
  generate(noise: tf.Tensor2D): tf.Tensor2D {
    return this.averaged.autoencoder.decode(this.averaged.generator.run(noise, false));
  }

  /** What sampling needs, by name, for the disk. */
  get sampling(): Record<string, tf.Variable> {
    return samplingParts(this.averaged.generator, this.averaged.autoencoder);
  }

  /** Everything by name, for a checkpoint. */
  get named(): Record<string, tf.Variable> {
    const { autoencoder, generator, discriminator } = this;
    const averaged = Object.entries(this.sampling).map(([name, variable]) => [`averaged.${name}`, variable]);
    const named: Record<string, tf.Variable> = {
      ...Object.fromEntries(averaged),
      ...samplingParts(generator, autoencoder),
      ...nameParts('encoder', autoencoder.encoder),
      ...nameParts('discriminator.0', discriminator.first),
      'discriminator.0.mean': discriminator.first.ofMean,
    };
    discriminator.rest.forEach((dense, i) =>
      Object.assign(named, nameParts(`discriminator.${i + 1}`, dense)),
    );
    return named;
  }

  dispose(): void {
    const unused = parts(this.averaged.autoencoder.encoder);
    [...Object.values(this.named), ...unused].forEach((variable) => variable.dispose());
  }
}

function parts({ weights, bias }: Dense): tf.Variable[] {
  return bias ? [weights, bias] : [weights];
}

function nameParts(name: string, { weights, bias }: Dense): Record<string, tf.Variable> {
  return { [`${name}.weights`]: weights, ...(bias && { [`${name}.bias`]: bias }) };
}

function samplingParts(generator: Generator, { decoder }: Autoencoder): Record<string, tf.Variable> {
  const named: Record<string, tf.Variable> = nameParts('decoder', decoder);
  generator.layers.forEach(({ weights, norm }, i) => {
    named[`generator.${i}.weights`] = weights;
    for (const part of ['scale', 'offset', 'mean', 'variance'] as const)
      named[`generator.${i}.${part}`] = norm[part];
  });
  return named;
}
