import { join } from 'node:path';
import { expectShapes, SparseBatch, tf, WeightStore } from '@ehrsynth/engine';
import { type CodeMatrix, type Column, firstCodeOf, type RowSource } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { z } from 'zod';
import { Absence } from '../absence.ts';
import { Tree, treeFault } from '../baselines/tree.ts';
import { BrokenModelError, OldDemographicsError } from '../errors.ts';
import { readModel, saveModel } from '../model-file.ts';
import { rowErrors } from '../row-errors.ts';
import { sampleBlocks } from '../sample-blocks.ts';
import {
  type FitControl,
  MIN_PATIENTS,
  rowsToLearn,
  type SampledRow,
  type SampleOptions,
  type Synthesizer,
} from '../synthesizer.ts';
import { valuesOf } from '../values.ts';
import type { Critic } from './critic.ts';
import { demographicNodes } from './demographics.ts';
import type { Discriminator } from './networks.ts';
import { MedGanOptions, scheduleFor } from './options.ts';
import { Networks } from './state.ts';
import { train } from './train.ts';

const FORMAT = 'ehrsynth-medgan-1';

/** What it learns besides weights. */
const Learned = z
  .object({
    /** Where demographics are given to the generator. @see demographicTree */
    demographics: Tree.optional(),
    /** Names of the demographics that it may leave unknown. */
    absent: z.array(z.string()).optional(),
  })
  .optional();

/**
 * MedGAN: an autoencoder over code vectors and a GAN in its code space, whose generator speaks through the decoder.
 * @see Choi et al. 2017, https://arxiv.org/abs/1703.06490
 */
export class MedGan implements Synthesizer {
  readonly counts: 'modelled' | 'ones';
  readonly drawsOnEngine = true;
  private networks: Networks;
  private absence: Absence;

  constructor(
    readonly columns: readonly Column[],
    readonly options: MedGanOptions = MedGanOptions.parse({}),
    /** Names of the demographics that it may leave unknown; `fit` finds them. */
    absent: readonly string[] = [],
    /** Whether it only samples: then nothing is made for training that a file's options name a size of. */
    private readonly isLoaded = false,
  ) {
    this.counts = options.mode === 'count' ? 'modelled' : 'ones';
    this.absence = new Absence(columns, absent);
    this.networks = new Networks(this.absence.wide, isLoaded ? { ...options, discriminatorLayers: [1] } : options);
  }

  /** @throws DivergedError where a loss is no longer a number, OtherTrainingError, UserError */
  async fit(source: CodeMatrix | RowSource, control: FitControl = {}): Promise<boolean> {
    const rows = rowsToLearn(source);
    const absence = await this.absenceIn(rows, control.minPatients ?? MIN_PATIENTS);
    if (this.isLoaded || absence.names.join() !== this.absence.names.join()) {
      this.dispose();
      this.absence = absence;
      this.networks = new Networks(absence.wide, this.options);
    }
    const options = { ...this.options, ...scheduleFor(this.options, rows.rows) };
    return train(this.networks, absence.source(rows), options, control);
  }

  /** Rows of codes (counts of 1 in binary mode) with one value of each demographic group. */
  sample(rows: number, options: SampleOptions): AsyncGenerator<SampledRow> {
    const { mode, binarize } = this.options;
    const generate = (count: number, rng: Rng) => tf.tidy(() => this.networks.generate(count, rng));
    const drawing = mode === 'count' || binarize === 'round' ? 'round' : 'draw';
    return this.absence.narrow(sampleBlocks(this.absence.wide, generate, drawing, rows, options));
  }

  /**
   * Cross-entropy of sets, squared error of counts; without an autoencoder softplus(− the critic's score), less where the row looks more real. After
   * `load` there is neither encoder nor critic to measure it by.
   */
  async reconstructionError(matrix: CodeMatrix): Promise<Float64Array> {
    const { autoencoder, discriminator } = this.networks;
    if (this.options.conditional) return scoresOf(discriminator, matrix, this.options.mode === 'count');
    const reconstruct = (x: SparseBatch): [tf.Tensor2D] => [autoencoder.decode(autoencoder.encode(x))];
    const rows = this.absence.widen(matrix);
    return rowErrors(rows, this.absence.wide.length, reconstruct, this.options.mode === 'count');
  }

  async save(folder: string): Promise<void> {
    const { demographics, sampling } = this.networks;
    const { names: absent } = this.absence;
    const learned = this.options.conditional ? { demographics } : absent.length > 0 ? { absent } : undefined;
    await saveModel(folder, FORMAT, this.columns, this.options, learned, sampling);
  }

  /** @throws UserError where the folder holds no whole MedGAN */
  static async load(folder: string): Promise<MedGan> {
    const { columns, options, learned } = await readModel(folder, FORMAT, {
      options: MedGanOptions,
      learned: Learned,
      hasWeights: true,
      refuse: ({ conditional }, found) => {
        if (conditional && !found?.demographics) throw new OldDemographicsError(folder);
      },
    });
    const { conditional, embedding, generatorLayers } = options;
    const demographics = learned?.demographics ?? [];
    const fault = conditional && treeFault(demographics, demographicNodes(columns));
    if (fault) throw new BrokenModelError(join(folder, 'model.json'), `learned.demographics: ${fault}`);
    const absent = conditional ? [] : (learned?.absent ?? []);
    const { wide } = new Absence(columns, absent);
    await expectShapes(folder, {
      'decoder.weights': [embedding, wide.length - (conditional ? firstCodeOf(columns) : 0)],
      [`generator.${generatorLayers - 1}.weights`]: [embedding, embedding],
    });
    const model = new MedGan(columns, options, absent, true);
    model.networks.demographics = demographics;
    await new WeightStore(model.networks.sampling).load(folder);
    return model;
  }

  /** The demographics that may be unknown; where they are given to the generator, they are drawn with those that are. */
  private async absenceIn(rows: RowSource, k: number): Promise<Absence> {
    return this.options.conditional ? new Absence(this.columns, []) : Absence.of(rows, k);
  }

  dispose(): void {
    this.networks.dispose();
  }
}

async function scoresOf(judge: Critic | Discriminator, matrix: CodeMatrix, isCounts: boolean): Promise<Float64Array> {
  const { rows, columns, indptr, indices, values } = matrix;
  const x = new SparseBatch({
    rows,
    columns: columns.length,
    indptr,
    indices,
    values: isCounts ? Float32Array.from(values) : undefined,
  });
  const scores = await valuesOf(() => tf.softplus(tf.neg(judge.run(x))));
  x.dispose();
  return Float64Array.from(scores);
}
