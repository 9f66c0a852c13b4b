import { join } from 'node:path';
import { expectShapes, WeightStore } from '@ehrsynth/engine';
import { type CodeMatrix, type Column, firstCodeOf, rowBlocks, type RowSource } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { z } from 'zod';
import { BrokenModelError, PrivateCountsError } from '../errors.ts';
import { fitLikelihood } from '../likelihood.ts';
import { readModel, saveModel } from '../model-file.ts';
import {
  type FitControl,
  MIN_PATIENTS,
  rowsToLearn,
  type SampledRow,
  type SampleOptions,
  type Synthesizer,
} from '../synthesizer.ts';
import { Clusters, cutoffsFor } from './clusters.ts';
import { CountHead, LAST_BIN, lastBins } from './count-head.ts';
import { Network } from './network.ts';
import { AutoregressiveOptions, batchSizeFor, scheduleFor } from './options.ts';
import { fitPrivately } from './private-train.ts';
import { sampleRows } from './sample.ts';
import { Tokens } from './tokens.ts';
import { lossesOf, SentenceLikelihood } from './sentences.ts';
import { structuralZeros } from './zeros.ts';

const FORMAT = 'ehrsynth-autoregressive-1';
/** How counts are learned, after the sets. */
export const COUNTING = { epochs: 10, patience: 3, learningRate: 0.01 };
/** How the last layer's biases are learned again. */
export const CALIBRATION = { epochs: 3, patience: 3, learningRate: 0.01, l2: 0 };

/** What the model learns besides weights. */
export const Learned = z.object({
  /** Columns of codes, the commonest first; as they stand where training was private. */
  order: z.array(z.number().int().min(0)),
  /** Pairs of tokens that never stand together. */
  zeros: z.array(z.tuple([z.number().int().min(0), z.number().int().min(0)])),
  /** The first token of each cluster of rare codes; absent where all are in one softmax. */
  cutoffs: z.array(z.number().int().min(0)).optional(),
  /** In count mode, of each token the last bin of counts. */
  lastBins: z.array(z.number().int().min(0).max(LAST_BIN)).readonly().optional(),
});
export type Learned = z.infer<typeof Learned>;

/**
 * A patient as a sentence of demographics and codes, each with its probability given all before it: the likelihood of a row is exact, so
 * that training is by maximum likelihood, without an opponent. The set so far goes through a sparse layer and residual layers to a
 * softmax over what may come next: as NADE (Larochelle, Murray 2011), with one step for each code that is there in place of one for
 * each that there might be; as HALO (Theodorou et al. 2023) within a visit.
 */
export class Autoregressive implements Synthesizer {
  readonly counts: 'modelled' | 'ones';
  /** Only for counts. */
  readonly drawsOnEngine: boolean;
  private state:
    { network: Network; tokens: Tokens; clusters: Clusters; zeros: [number, number][]; head?: CountHead } | undefined;

  constructor(
    readonly columns: readonly Column[],
    readonly options: AutoregressiveOptions = AutoregressiveOptions.parse({}),
  ) {
    this.counts = options.mode === 'count' ? 'modelled' : 'ones';
    this.drawsOnEngine = options.mode === 'count';
  }

  /** @throws DivergedError where the loss is no longer a number, OtherTrainingError, UserError */
  async fit(source: CodeMatrix | RowSource, control: FitControl = {}): Promise<boolean> {
    const rows = rowsToLearn(source);
    const all = Int32Array.from({ length: rows.rows }, (_, row) => row);
    const order = [...this.columns.keys()].slice(firstCodeOf(this.columns));
    if (this.options.noiseMultiplier > 0) {
      if (this.options.mode === 'count') throw new PrivateCountsError();
      // Nothing but the noisy gradients looks at the patients: codes stand in the order of the columns.
      this.state = this.build({ order, zeros: [] });
      const options = { ...this.options, ...scheduleFor(this.options, rows.rows) };
      return fitPrivately(this.state.network, this.state.tokens, rows, options, control);
    }
    const carriers = await rows.carriers(all);
    order.sort((a, b) => carriers[b] - carriers[a] || a - b);
    const words = new Tokens(this.columns, order);
    const zeros = await structuralZeros(words, rowBlocks(rows, all));
    const common = order.map((column) => carriers[column]);
    this.state = this.build({
      order,
      zeros,
      cutoffs: cutoffsFor(words, common, rows.rows, this.options),
      lastBins:
        this.options.mode === 'count'
          ? await lastBins(words, rowBlocks(rows, all), control.minPatients ?? MIN_PATIENTS)
          : undefined,
    });
    const { network, tokens, clusters, head } = this.state;
    const likelihood = new SentenceLikelihood(network, tokens, clusters, this.options);
    if (!(await fitLikelihood(likelihood, rows, this.plan(rows.rows), control))) return false;
    // What follows is short beside it, and is done again where it was stopped.
    const { signal } = control;
    if (!(await this.calibrateBiases(rows, { signal }))) return false;
    return head ? fitLikelihood(head, rows, { ...this.plan(rows.rows), ...COUNTING }, { signal }) : true;
  }

  sample(rows: number, options: SampleOptions): AsyncGenerator<SampledRow> {
    const { network, tokens, clusters, zeros, head } = this.learned;
    return sampleRows(network, tokens, clusters, zeros, head, rows, options);
  }

  /** −log likelihood of the row's set of codes and demographics, in nats. */
  async reconstructionError(matrix: CodeMatrix): Promise<Float64Array> {
    const { network, tokens, clusters } = this.learned;
    return lossesOf(network, tokens, clusters, matrix);
  }

  async save(folder: string): Promise<void> {
    const { tokens, clusters, zeros, head } = this.learned;
    const cutoffs = clusters.cutoffs.length > 0 ? [...clusters.cutoffs] : undefined;
    const learned: Learned = { order: [...tokens.order], zeros, cutoffs, lastBins: head?.last };
    await saveModel(folder, FORMAT, this.columns, this.options, learned, this.variables);
  }

  /** @throws UserError where the folder holds no whole model of this kind */
  static async load(folder: string): Promise<Autoregressive> {
    const parts = { options: AutoregressiveOptions, learned: Learned, hasWeights: true };
    const { columns, options, learned } = await readModel(folder, FORMAT, parts);
    const fault = learnedFault(learned, columns, options);
    if (fault) throw new BrokenModelError(join(folder, 'model.json'), `learned.${fault}`);
    const { hidden, layers } = options;
    const { count } = new Tokens(columns, learned.order);
    await expectShapes(folder, {
      'first.weights': [count, hidden],
      ...(layers > 1 && { [`middle.${layers - 2}.weights`]: [hidden, hidden] }),
    });
    const model = new Autoregressive(columns, options);
    model.state = model.build(learned);
    await new WeightStore(model.variables).load(folder);
    return model;
  }

  dispose(): void {
    this.state?.network.dispose();
    this.state?.head?.dispose();
    this.state = undefined;
  }

  /**
   * Dropout leaves the whole network a little off: the biases of the last layer are learned again without it, so that each code is expected
   * as often as it is there.
   */
  private calibrateBiases(rows: RowSource, control: FitControl): Promise<boolean> {
    const { network, tokens, clusters } = this.learned;
    const options = { ...this.plan(rows.rows), ...CALIBRATION, dropout: 0 };
    const likelihood = new SentenceLikelihood(network, tokens, clusters, options, network.outputBiases);
    return fitLikelihood(likelihood, rows, options, control);
  }

  private plan(rows: number) {
    return planFor(this.options, rows);
  }

  /** A network that has not learned; for a training that is led from outside. */
  begin(learned: Learned) {
    return (this.state = this.build(learned));
  }

  private build({ order, zeros, cutoffs = [], lastBins: last = [] }: Learned) {
    this.dispose();
    const tokens = new Tokens(this.columns, order);
    const clusters = new Clusters(tokens, cutoffs);
    const network = new Network(tokens.count, this.options, new Rng(this.options.seed).fork('weights'), clusters);
    const head = this.options.mode === 'count' ? new CountHead(network, tokens, last) : undefined;
    return { network, tokens, clusters, zeros, head };
  }

  private get variables() {
    return { ...this.learned.network.named, ...this.learned.head?.variables };
  }

  private get learned() {
    if (!this.state) throw new Error('the model has not been trained');
    return this.state;
  }
}

/** The options of a training on so many rows. */
export function planFor(options: AutoregressiveOptions, rows: number) {
  return { ...options, ...scheduleFor(options, rows), batchSize: batchSizeFor(options, rows) };
}

/** What of a file's learned parts does not fit its columns; undefined where all does. */
export function learnedFault(
  { order, zeros, cutoffs = [], lastBins: last }: Learned,
  columns: readonly Column[],
  { mode }: AutoregressiveOptions,
): string | undefined {
  const firstCode = firstCodeOf(columns);
  const codes = new Set(order);
  const isCode = (column: number) => column >= firstCode && column < columns.length;
  if (codes.size !== order.length || order.length !== columns.length - firstCode || !order.every(isCode))
    return 'order: it does not have each code once';
  const tokens = new Tokens(columns, order);
  const isCut = (cut: number, i: number) => cut > (i > 0 ? cutoffs[i - 1] : tokens.firstCode) && cut < tokens.end;
  if (!cutoffs.every(isCut)) return 'cutoffs: they are not tokens of codes in ascending order';
  const absences = new Set(tokens.groups.map(({ end }) => end - 1));
  const isZero = ([value, code]: [number, number]) =>
    value === code ? absences.has(value) : value < tokens.firstCode && code >= tokens.firstCode && code < tokens.end;
  if (!zeros.every(isZero)) return 'zeros: they are not pairs of a demographic and a code';
  return mode === 'count' && last?.length !== tokens.count ? 'lastBins: there is not one per token' : undefined;
}
