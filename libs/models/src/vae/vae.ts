import {
  add,
  crossEntropy,
  dense,
  type Dense,
  denseLayer,
  latentDivergence,
  latentDraw,
  latentLoss,
  SparseBatch,
  tf,
  WeightStore,
} from '@ehrsynth/engine';
import {
  type Batch,
  CodeMatrix,
  type Column,
  type RowParts,
  type RowSource,
  rowsInMemory,
} from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { z } from 'zod';
import { fitLikelihood, type Likelihood, type Step } from '../likelihood.ts';
import { readModel, saveModel } from '../model-file.ts';
import { rowErrors } from '../row-errors.ts';
import { sampleBlocks } from '../sample-blocks.ts';
import type { FitControl, SampledRow, SampleOptions, Synthesizer } from '../synthesizer.ts';

const FORMAT = 'ehrsynth-vae-1';

export const VaeOptions = z.object({
  epochs: z.number().int().min(0).default(100),
  /** Epochs without a smaller loss on the rows set aside, after which training ends; the best weights are kept. */
  patience: z.number().int().min(1).default(10),
  batchSize: z.number().int().min(1).default(100),
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
 * A variational autoencoder over sets of codes, with a Bernoulli decoder.
 * @see Kingma, Welling 2014; Higgins et al. 2017 (β-VAE)
 */
export class Vae implements Synthesizer, Likelihood {
  readonly counts = 'ones';
  readonly binary = true;
  private readonly networks: Record<'encoder' | 'code' | 'decoder' | 'output', Dense>;

  constructor(
    readonly columns: readonly Column[],
    readonly options: VaeOptions = VaeOptions.parse({}),
  ) {
    const { hidden, embedding, seed } = options;
    const rng = new Rng(seed).fork('weights');
    const layer = (name: string, inputs: number, outputs: number) =>
      denseLayer(inputs, outputs, rng.fork(name));
    this.networks = {
      encoder: layer('encoder', columns.length, hidden),
      code: layer('code', hidden, 2 * embedding),
      decoder: layer('decoder', embedding, hidden),
      output: layer('output', hidden, columns.length),
    };
  }

  get variables(): Record<string, tf.Variable> {
    return Object.fromEntries(Object.entries(this.networks).flatMap(([name, { weights, bias }]) => [[`${name}.weights`, weights], [`${name}.bias`, bias!]]));
  } // prettier-ignore

  /** @throws DivergedError where the loss is no longer a number, OtherTrainingError, UserError */
  fit(source: CodeMatrix | RowSource, control: FitControl = {}): Promise<boolean> {
    const rows = source instanceof CodeMatrix ? rowsInMemory(source) : source;
    return fitLikelihood(this, rows, this.options, control);
  }

  step({ rows, indptr, indices }: Batch, rng: Rng): Step {
    const { embedding, beta } = this.options;
    const x = new SparseBatch({ rows, columns: this.columns.length, indptr, indices });
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
    const width = this.columns.length;
    return rowErrors(rows, width, (x) => {
      const parameters = this.encode(x);
      const mean = tf.slice2d(parameters, [0, 0], [x.rows, embedding]);
      const divergence = tf.sum(latentDivergence(parameters), 1);
      return { values: tf.sigmoid(this.logits(mean)), more: tf.mul(divergence, beta / 2) };
    });
  } // prettier-ignore

  sample(rows: number, options: SampleOptions): AsyncGenerator<SampledRow> {
    const { embedding } = this.options;
    const generate = (count: number, rng: Rng) =>
      tf.tidy(() => tf.sigmoid(this.logits(tf.tensor2d(rng.normals32(count * embedding), [count, embedding]))));
    return sampleBlocks(this.columns, generate, 'draw', rows, options);
  } // prettier-ignore

  reconstructionError(matrix: CodeMatrix): Promise<Float64Array> {
    return this.losses(matrix);
  }

  async save(folder: string): Promise<void> {
    await saveModel(folder, FORMAT, this.columns, this.options);
    await new WeightStore(this.variables).save(folder);
  }

  /** @throws UserError where the folder holds no whole model of this kind */
  static async load(folder: string): Promise<Vae> {
    const { columns, options } = await readModel(folder, FORMAT);
    const model = new Vae(columns, VaeOptions.parse(options));
    await new WeightStore(model.variables).load(folder);
    return model;
  }

  dispose(): void {
    Object.values(this.variables).forEach((one) => one.dispose());
  }

  /** [μ, log σ²] of each row's latent code. */
  private encode(x: SparseBatch): tf.Tensor2D {
    return dense(dense(x, this.networks.encoder, 'relu'), this.networks.code);
  }

  private logits(code: tf.Tensor2D): tf.Tensor2D {
    return dense(dense(code, this.networks.decoder, 'relu'), this.networks.output);
  }
}
