import {
  add,
  crossEntropy,
  dense,
  type Dense,
  denseLayer,
  latentDivergence,
  latentDraw,
  latentLoss,
  expectShapes,
  SparseBatch,
  tf,
  WeightStore,
} from '@ehrsynth/engine';
import { type Batch, type CodeMatrix, type Column, type RowParts, type RowSource } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { z } from 'zod';
import { Absence } from '../absence.ts';
import { fitLikelihood, type Likelihood, membersOf, type Step } from '../likelihood.ts';
import { readModel, saveModel } from '../model-file.ts';
import { rowErrors } from '../row-errors.ts';
import { sampleBlocks } from '../sample-blocks.ts';
import { epochsFor, smallBatch } from '../schedule.ts';
import {
  type FitControl,
  MIN_PATIENTS,
  rowsToLearn,
  type SampledRow,
  type SampleOptions,
  type Synthesizer,
} from '../synthesizer.ts';

const FORMAT = 'ehrsynth-vae-1';

export const VaeOptions = z.object({
  /** Passes over the rows, at most; by default 100, or as many as make 1,500 steps (400 at most), or 50,000 where 100 are more. */
  epochs: z.number().int().min(0).optional(),
  /**
   * Epochs without a smaller loss on the rows set aside, after which training ends; the best weights are kept. By default 10, or as
   * many as make 1,500 steps.
   */
  patience: z.number().int().min(1).optional(),
  /** Rows of a batch; by default 100, of small cohorts a 20th of the rows, at least 10. */
  batchSize: z.number().int().min(1).optional(),
  hidden: z.number().int().min(1).default(256),
  /** Size of the latent code. */
  embedding: z.number().int().min(1).default(32),
  /** Weight of the latent code's divergence from the prior; 1 is the bound on the likelihood. */
  beta: z.number().min(0).default(1),
  learningRate: z.number().positive().default(1e-3),
  l2: z.number().min(0).default(1e-5),
  seed: z.number().int().default(1),
});
export type VaeOptions = z.infer<typeof VaeOptions>;

/**
 * Steps within which the loss on rows set aside first falls, then rises while the latent code comes to be used, and falls again, farther: whoever
 * ends a training before has a decoder that draws four times the codes.
 */
const LEAST_STEPS = 1500;
const WORK = { epochs: 100, leastSteps: LEAST_STEPS, mostEpochs: 400, mostSteps: 50_000 };
const LEAST_PATIENCE = 10;

/** Epochs and patience, where they are not given. @param rows of the cohort, those that are set aside with them */
export function scheduleFor(options: VaeOptions, rows: number): { epochs: number; patience: number } {
  const { batchSize = smallBatch(rows) } = options;
  const members = membersOf(rows);
  const epochs = options.epochs ?? epochsFor(members, batchSize, WORK);
  return { epochs, patience: options.patience ?? epochsFor(members, batchSize, { ...WORK, epochs: LEAST_PATIENCE }) };
}

/** What it learns besides weights. */
const Learned = z.object({ absent: z.array(z.string()) }).optional();

/**
 * A variational autoencoder over sets of codes, with a Bernoulli decoder.
 * @see Kingma, Welling 2014; Higgins et al. 2017 (β-VAE)
 */
export class Vae implements Synthesizer, Likelihood {
  readonly counts = 'ones';
  readonly drawsOnEngine = true;
  readonly binary = true;
  private networks: Record<'encoder' | 'code' | 'decoder' | 'output', Dense>;
  private absence: Absence;

  constructor(
    readonly columns: readonly Column[],
    readonly options: VaeOptions = VaeOptions.parse({}),
    /** Names of the demographics that it may leave unknown; `fit` finds them. */
    absent: readonly string[] = [],
  ) {
    this.absence = new Absence(columns, absent);
    this.networks = this.build();
  }

  get variables(): Record<string, tf.Variable> {
    return Object.fromEntries(
      Object.entries(this.networks).flatMap(([name, { weights, bias }]) => [
        [`${name}.weights`, weights],
        [`${name}.bias`, bias!],
      ]),
    );
  }

  /** @throws DivergedError where the loss is no longer a number, OtherTrainingError, UserError */
  async fit(source: CodeMatrix | RowSource, control: FitControl = {}): Promise<boolean> {
    const rows = rowsToLearn(source);
    const absence = await Absence.of(rows, control.minPatients ?? MIN_PATIENTS);
    if (absence.names.join() !== this.absence.names.join()) {
      this.dispose();
      this.absence = absence;
      this.networks = this.build();
    }
    const batchSize = this.options.batchSize ?? smallBatch(rows.rows);
    const plan = { ...this.options, ...scheduleFor(this.options, rows.rows), batchSize };
    return fitLikelihood(this, absence.source(rows), plan, control);
  }

  step({ rows, indptr, indices }: Batch, rng: Rng): Step {
    const { embedding, beta } = this.options;
    const x = new SparseBatch({ rows, columns: this.absence.wide.length, indptr, indices });
    const loss = () => {
      const parameters = this.encode(x);
      const noise = tf.tensor2d(rng.normals32(rows * embedding), [rows, embedding]);
      return add(crossEntropy(this.logits(latentDraw(parameters, noise)), x), latentLoss(parameters, beta));
    };
    return { loss, dispose: () => x.dispose() };
  }

  /** The bound on −log likelihood at the mean of each row's latent code. */
  losses(rows: RowParts): Promise<Float64Array> {
    const { embedding, beta } = this.options;
    const width = this.absence.wide.length;
    return rowErrors(rows, width, (x) => {
      const parameters = this.encode(x);
      const mean = tf.slice2d(parameters, [0, 0], [x.rows, embedding]);
      const divergence = tf.sum(latentDivergence(parameters), 1);
      return [tf.sigmoid(this.logits(mean)), tf.mul(divergence, beta / 2)];
    });
  }

  sample(rows: number, options: SampleOptions): AsyncGenerator<SampledRow> {
    const { embedding } = this.options;
    const generate = (count: number, rng: Rng) =>
      tf.tidy(() => tf.sigmoid(this.logits(tf.tensor2d(rng.normals32(count * embedding), [count, embedding]))));
    return this.absence.narrow(sampleBlocks(this.absence.wide, generate, 'draw', rows, options));
  }

  reconstructionError(matrix: CodeMatrix): Promise<Float64Array> {
    return this.losses(this.absence.widen(matrix));
  }

  async save(folder: string): Promise<void> {
    const { names: absent } = this.absence;
    const learned = absent.length > 0 ? { absent } : undefined;
    await saveModel(folder, FORMAT, this.columns, this.options, learned, this.variables);
  }

  /** @throws UserError where the folder holds no whole model of this kind */
  static async load(folder: string): Promise<Vae> {
    const parts = { options: VaeOptions, learned: Learned, hasWeights: true };
    const { columns, options, learned } = await readModel(folder, FORMAT, parts);
    const { hidden, embedding } = options;
    const { wide } = new Absence(columns, learned?.absent ?? []);
    await expectShapes(folder, {
      'encoder.weights': [wide.length, hidden],
      'code.weights': [hidden, 2 * embedding],
    });
    const model = new Vae(columns, options, learned?.absent);
    await new WeightStore(model.variables).load(folder);
    return model;
  }

  dispose(): void {
    Object.values(this.variables).forEach((one) => one.dispose());
  }

  private build() {
    const { hidden, embedding, seed } = this.options;
    const width = this.absence.wide.length;
    const rng = new Rng(seed).fork('weights');
    const layer = (name: string, inputs: number, outputs: number) => denseLayer(inputs, outputs, rng.fork(name));
    return {
      encoder: layer('encoder', width, hidden),
      code: layer('code', hidden, 2 * embedding),
      decoder: layer('decoder', embedding, hidden),
      output: layer('output', hidden, width),
    };
  }

  /** [μ, log σ²] of each row's latent code. */
  private encode(x: SparseBatch): tf.Tensor2D {
    return dense(dense(x, this.networks.encoder, 'relu'), this.networks.code);
  }

  private logits(code: tf.Tensor2D): tf.Tensor2D {
    return dense(dense(code, this.networks.decoder, 'relu'), this.networks.output);
  }
}
