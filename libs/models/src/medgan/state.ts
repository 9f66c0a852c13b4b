import { add, beside, dense, type Dense, follow, glorotUniform, tf, variable } from '@ehrsynth/engine';
import { type Column, firstCodeOf } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { Critic } from './critic.ts';
import type { Link } from '../baselines/tree.ts';
import { demographicNodes, drawDemographics } from './demographics.ts';
import { Autoencoder, Discriminator, Generator, nameParts } from './networks.ts';
import type { MedGanOptions } from './options.ts';

/** What a generator begins with: standard normals, and the demographics that it makes codes for, where it is given them. */
export interface GeneratorInput {
  noise: tf.Tensor2D;
  demographics?: tf.Tensor2D;
}

/** Generator and decoder, and the layer that brings in the demographics: demographic columns × embedding. */
interface Maker {
  generator: Generator;
  autoencoder: Autoencoder;
  condition?: Dense;
}

/** The three networks of a MedGAN, the averaged copy that samples, and their variables. */
export class Networks {
  readonly live: Maker;
  readonly discriminator: Discriminator | Critic;
  /** The running average of generator and decoder over the training steps: what samples are drawn from. */
  readonly averaged: Maker;
  /** First column that the decoder makes, and how the demographics before it are drawn; 0 where it makes them all. */
  readonly firstMade: number;
  demographics: Link[] = [];
  private readonly nodes;

  constructor(
    columns: readonly Column[],
    private readonly options: MedGanOptions,
  ) {
    const { generatorLoss, discriminatorLayers, layerNorm, conditional, seed } = options;
    this.firstMade = conditional ? firstCodeOf(columns) : 0;
    this.nodes = demographicNodes(columns);
    this.live = this.maker(columns.length);
    this.averaged = this.maker(columns.length);
    const rng = new Rng(seed).fork('discriminator');
    this.discriminator =
      generatorLoss === 'wasserstein'
        ? new Critic(columns.length, discriminatorLayers, layerNorm, rng)
        : new Discriminator(columns.length, discriminatorLayers, rng);
  }

  get autoencoder(): Autoencoder {
    return this.live.autoencoder;
  }

  get autoencoderVariables(): tf.Variable[] {
    const { encoder, decoder } = this.autoencoder;
    return [...parts(encoder), ...parts(decoder)];
  }

  get discriminatorVariables(): tf.Variable[] {
    return Object.values(this.discriminator.named);
  }

  /** The generator's, and the decoder's, whose weights train on with it. */
  get generatorVariables(): tf.Variable[] {
    const { generator, autoencoder, condition } = this.live;
    const own = generator.layers.flatMap(({ weights, norm }) => [weights, norm.scale, norm.offset]);
    return [...own, ...parts(autoencoder.decoder), ...(condition ? parts(condition) : [])];
  }

  /** Moves the averaged copy towards the networks as they stand: a ← decay · a + (1 − decay) · w. */
  average(decay: number): void {
    const live = samplingParts(this.live);
    for (const [name, variable] of Object.entries(samplingParts(this.averaged))) follow(variable, live[name], decay);
  }

  /** What so many rows begin with. @param demographics those to make codes for; by default drawn as patients have them */
  input(rows: number, rng: Rng, demographics?: tf.Tensor2D): GeneratorInput {
    const { embedding } = this.options;
    const noise = tf.tensor2d(rng.normals32(rows * embedding), [rows, embedding]);
    if (this.firstMade === 0) return { noise };
    return { noise, demographics: demographics ?? drawDemographics(this.demographics, this.nodes, rows, rng) };
  }

  /** Whole rows of probabilities (or counts), by the networks in training. @param training see `Generator.run` */
  make(input: GeneratorInput, training: boolean): tf.Tensor2D {
    return this.wholeRows(this.live, input, training);
  }

  /** The same by the averaged networks. */
  generate(rows: number, rng: Rng): tf.Tensor2D {
    return this.wholeRows(this.averaged, this.input(rows, rng), false);
  }

  /** What the decoder is given. */
  code({ generator, condition }: Maker, { noise, demographics }: GeneratorInput, training: boolean): tf.Tensor2D {
    return generator.run(condition ? add(noise, dense(demographics!, condition)) : noise, training);
  }

  private wholeRows(maker: Maker, input: GeneratorInput, training: boolean): tf.Tensor2D {
    const made = maker.autoencoder.decode(this.code(maker, input, training));
    return input.demographics ? beside(input.demographics, made) : made;
  }

  private maker(columns: number): Maker {
    const { mode, embedding, generatorLayers, batchNormDecay, seed } = this.options;
    const rng = new Rng(seed);
    const width = this.firstMade;
    return {
      autoencoder: new Autoencoder(mode, columns - width, embedding, rng.fork('autoencoder')),
      generator: new Generator(mode, embedding, generatorLayers, batchNormDecay, rng.fork('generator')),
      ...(width > 0 && {
        condition: { weights: variable(glorotUniform(width, embedding, rng.fork('condition'))) },
      }),
    };
  }

  /** What sampling needs, by name, for the disk. */
  get sampling(): Record<string, tf.Variable> {
    return samplingParts(this.averaged);
  }

  /** Everything by name, for a checkpoint. */
  get named(): Record<string, tf.Variable> {
    const averaged = Object.entries(this.sampling).map(([name, variable]) => [`averaged.${name}`, variable]);
    return {
      ...Object.fromEntries(averaged),
      ...samplingParts(this.live),
      ...nameParts('encoder', this.autoencoder.encoder),
      ...this.discriminator.named,
    };
  }

  dispose(): void {
    const unused = parts(this.averaged.autoencoder.encoder);
    [...Object.values(this.named), ...unused].forEach((variable) => variable.dispose());
  }
}

function parts({ weights, bias }: Dense): tf.Variable[] {
  return bias ? [weights, bias] : [weights];
}

function samplingParts({ generator, autoencoder, condition }: Maker): Record<string, tf.Variable> {
  const named: Record<string, tf.Variable> = {
    ...nameParts('decoder', autoencoder.decoder),
    ...(condition && nameParts('condition', condition)),
  };
  generator.layers.forEach(({ weights, norm }, i) => {
    named[`generator.${i}.weights`] = weights;
    for (const part of ['scale', 'offset', 'mean', 'variance'] as const) named[`generator.${i}.${part}`] = norm[part];
  });
  return named;
}
