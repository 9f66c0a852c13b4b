import { SparseBatch, tf, WeightStore } from '@ehrsynth/engine';
import { CodeMatrix, type Column, type RowSource, rowsInMemory } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import type { Link } from '../baselines/tree.ts';
import { OldDemographicsError } from '../errors.ts';
import { readModel, saveModel } from '../model-file.ts';
import { rowErrors } from '../row-errors.ts';
import { sampleBlocks } from '../sample-blocks.ts';
import type { FitControl, SampledRow, SampleOptions, Synthesizer } from '../synthesizer.ts';
import type { Critic } from './critic.ts';
import type { Discriminator } from './networks.ts';
import { MedGanOptions } from './options.ts';
import { Networks } from './state.ts';
import { train } from './train.ts';

const FORMAT = 'ehrsynth-medgan-1';

/** Besides weights, where demographics are given to the generator. */
interface Learned {
  /** @see demographicTree */
  demographics: Link[];
}

/**
 * MedGAN: an autoencoder over code vectors and a GAN in its code space, whose generator speaks through the decoder.
 * @see Choi et al. 2017, https://arxiv.org/abs/1703.06490
 */
export class MedGan implements Synthesizer {
  readonly counts: 'modelled' | 'ones';
  private networks: Networks;

  constructor(
    readonly columns: readonly Column[],
    readonly options: MedGanOptions = MedGanOptions.parse({}),
  ) {
    this.counts = options.mode === 'count' ? 'modelled' : 'ones';
    this.networks = new Networks(columns, options);
  }

  /** @throws DivergedError where a loss is no longer a number, OtherTrainingError, UserError */
  async fit(source: CodeMatrix | RowSource, control: FitControl = {}): Promise<boolean> {
    const rows = source instanceof CodeMatrix ? rowsInMemory(source) : source;
    return train(this.networks, rows, this.options, control);
  }

  /** Rows of codes (counts of 1 in binary mode) with one value of each demographic group. */
  sample(rows: number, options: SampleOptions): AsyncGenerator<SampledRow> {
    const { mode, binarize } = this.options;
    const generate = (count: number, rng: Rng) => tf.tidy(() => this.networks.generate(count, rng));
    const drawing = mode === 'count' || binarize === 'round' ? 'round' : 'draw';
    return sampleBlocks(this.columns, generate, drawing, rows, options);
  }

  /**
   * Cross-entropy of sets, squared error of counts; without an autoencoder softplus(− the critic's score), less where the row looks more real. After
   * `load` there is neither encoder nor critic to tell it by.
   */
  async reconstructionError(matrix: CodeMatrix): Promise<Float64Array> {
    const { autoencoder, discriminator } = this.networks;
    if (this.options.conditional) return scoresOf(discriminator, matrix, this.options.mode === 'count');
    const tell = (x: SparseBatch) => ({ values: autoencoder.decode(autoencoder.encode(x)) });
    return rowErrors(matrix, this.columns.length, tell, this.options.mode === 'count');
  }

  async save(folder: string): Promise<void> {
    const { demographics } = this.networks;
    await saveModel(
      folder,
      FORMAT,
      this.columns,
      this.options,
      this.options.conditional ? { demographics } : undefined,
    );
    await new WeightStore(this.networks.sampling).save(folder);
  }

  /** @throws UserError where the folder holds no whole MedGAN */
  static async load(folder: string): Promise<MedGan> {
    const { columns, options, learned } = await readModel<Learned | undefined>(folder, FORMAT);
    const model = new MedGan(columns, MedGanOptions.parse(options));
    if (model.options.conditional && !learned?.demographics) throw new OldDemographicsError(folder);
    model.networks.demographics = learned?.demographics ?? [];
    await new WeightStore(model.networks.sampling).load(folder);
    return model;
  }

  dispose(): void {
    this.networks.dispose();
  }
}

function scoresOf(judge: Critic | Discriminator, matrix: CodeMatrix, isCounts: boolean): Float64Array {
  const { rows, columns, indptr, indices, values } = matrix;
  const x = new SparseBatch({ rows, columns: columns.length, indptr, indices, values: isCounts ? Float32Array.from(values) : undefined });
  const scores = tf.tidy(() => tf.softplus(tf.neg(judge.run(x))).dataSync());
  x.dispose();
  return Float64Array.from(scores);
} // prettier-ignore
