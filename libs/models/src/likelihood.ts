import { Adam, tf } from '@ehrsynth/engine';
import { type Batch, batchCount, batches, type RowParts, type RowSource } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { z } from 'zod';
import {
  CHECKPOINT_EVERY_MS,
  keepBest,
  loadCheckpoint,
  Position as AnyPosition,
  restoreBest,
  saveCheckpoint,
  type Training,
} from './checkpoint.ts';
import { DivergedError } from './errors.ts';
import type { FitControl } from './synthesizer.ts';

const BREATH_MS = 100;
/** Share of the rows that are set aside to tell when to stop, and most of them. */
const VALIDATION_SHARE = 0.1;
const MOST_VALIDATION = 5000;
const FREE = ['epochs', 'patience', 'learningRate', 'l2'];

export interface LikelihoodOptions {
  epochs: number;
  /** Epochs without a smaller loss on the rows set aside, after which training ends; the best weights are kept. */
  patience: number;
  batchSize: number;
  learningRate: number;
  l2: number;
  seed: number;
}

/** A model whose loss on rows is told, and has a gradient. */
export interface Likelihood {
  variables: Record<string, tf.Variable>;
  /** What a step needs of a batch. */
  step(batch: Batch, rng: Rng): Step;
  /** Losses of rows, without any chance in them where the model has none. */
  losses(rows: RowParts): Float64Array | Promise<Float64Array>;
  /** Whether rows are taken as sets. */
  binary: boolean;
}

export interface Step {
  /** Mean over the batch's rows, by operations that are recorded. */
  loss: () => tf.Scalar;
  dispose: () => void;
}

const Position = AnyPosition.extend({
  loss: z.number(),
  /** Loss of the best epoch on the rows set aside, and epochs since. */
  best: z.number().optional(),
  since: z.number().int().min(0),
});
type Position = z.infer<typeof Position>;

/**
 * Training by likelihood: Adam whose rate goes down by `cosineDecay`, with early stopping. False
 * where it was stopped by the signal, with a checkpoint that goes on from there to the same end.
 * @throws DivergedError, OtherTrainingError, BrokenCheckpointError, UserError
 */
export async function fitLikelihood(
  model: Likelihood,
  source: RowSource,
  options: LikelihoodOptions,
  control: FitControl,
): Promise<boolean> {
  const { variables } = model;
  const { learningRate, l2, seed } = options;
  const adam = new Adam(Object.values(variables), { learningRate, l2 });
  const training: Training = { variables, sampling: variables, optimizers: { adam }, options, free: FREE, best: {} };
  const order = new Rng(seed).fork('validation').shuffle(Int32Array.from({ length: source.rows }, (_, row) => row));
  const aside = Math.min(MOST_VALIDATION, Math.max(1, Math.round(VALIDATION_SHARE * source.rows)));
  const members = order.slice(source.rows > 1 ? aside : 0).sort();
  const validation = await source.take(order.slice(0, aside).sort());
  try {
    const run = new Run(model, training, adam, source, members, validation, options, control);
    if (!(await run.toTheEnd())) return false;
    restoreBest(training);
    return true;
  } finally {
    adam.dispose();
    tf.dispose(training.best);
  }
} // prettier-ignore

/** From 1 to 0 by half a cosine wave, by the share of a training that is done. @see Loshchilov, Hutter 2017, equation 5 */
export function cosineDecay(done: number): number {
  return (1 + Math.cos(Math.PI * done)) / 2;
}

class Run {
  private position: Position = { done: 0, step: 0, loss: 0, since: 0 };
  private breathedAt = Date.now();
  private savedAt = Date.now();

  constructor(
    private readonly model: Likelihood,
    private readonly training: Training,
    private readonly adam: Adam,
    private readonly source: RowSource,
    private readonly members: Int32Array,
    private readonly validation: RowParts,
    private readonly options: LikelihoodOptions,
    private readonly control: FitControl,
  ) {}

  async toTheEnd(): Promise<boolean> {
    const { resume, checkpointFolder } = this.control;
    if (resume && checkpointFolder)
      this.position = await loadCheckpoint(checkpointFolder, this.training, Position);
    if (this.isOver) return true;
    while (!this.isOver) if (!(await this.epoch())) return false;
    // Whatever fails from now on, the training need not be done again.
    await this.save();
    return true;
  }

  private get isOver(): boolean {
    return this.position.done >= this.options.epochs || this.position.since >= this.options.patience;
  }

  private async epoch(): Promise<boolean> {
    const { batchSize, seed, epochs } = this.options;
    const { binary } = this.model;
    const { done, step: from } = this.position;
    const rng = new Rng(seed).fork(`epoch/${done}`);
    const steps = batchCount(this.members, batchSize);
    const started = performance.now();
    let rows = 0;
    for await (const batch of batches(this.source, this.members, rng, { batchSize, binary, from })) {
      this.adam.scale = cosineDecay((done + batch.step / steps) / epochs);
      const step = this.model.step(batch, rng.fork(`step/${batch.step}`));
      const loss = this.adam.minimize(step.loss);
      step.dispose();
      this.position.loss += loss.dataSync()[0];
      loss.dispose();
      rows += batch.rows;
      this.position.step = batch.step + 1;
      if (!Number.isFinite(this.position.loss)) throw this.diverged();
      if (batch.step + 1 < steps && !(await this.breathe((batch.step + 1) / steps))) return false;
    }
    await this.judge(this.position.loss / steps, (1000 * rows) / (performance.now() - started));
    this.position = { ...this.position, done: done + 1, step: 0, loss: 0 };
    return this.breathe(0);
  }

  /** The epoch's event, and whether its weights are the best so far. */
  private async judge(loss: number, rowsPerSecond: number): Promise<void> {
    const losses = await this.model.losses(this.validation);
    const aside = losses.reduce((sum, one) => sum + one, 0) / losses.length;
    if (!Number.isFinite(aside)) throw this.diverged();
    const best = aside < (this.position.best ?? Infinity);
    if (best) {
      keepBest(this.training);
      this.position.best = aside;
    }
    this.position.since = best ? 0 : this.position.since + 1;
    const { epochs } = this.options;
    const done = this.position.done + 1;
    this.control.onEvent?.({
      phase: 'likelihood',
      epoch: done,
      epochs,
      done,
      total: epochs,
      losses: { training: loss, 'set aside': aside },
      rowsPerSecond,
      best,
    });
  }

  /** Lets others speak, and saves a checkpoint where one is due; false where the training is to stop. */
  private async breathe(fraction: number): Promise<boolean> {
    const { signal, checkpointEveryMs = CHECKPOINT_EVERY_MS, onProgress } = this.control;
    const now = Date.now();
    if (this.position.step > 0 && now - this.breathedAt < BREATH_MS) return true;
    this.breathedAt = now;
    onProgress?.(this.position.done + fraction);
    await new Promise((resolve) => setImmediate(resolve));
    const stop = signal?.aborted && !this.isOver;
    if (stop || now - this.savedAt >= checkpointEveryMs) await this.save();
    return !stop;
  }

  private async save(): Promise<void> {
    const { checkpointFolder } = this.control;
    if (checkpointFolder && !(await saveCheckpoint(checkpointFolder, this.training, this.position)))
      throw this.diverged();
    this.savedAt = Date.now();
  }

  private diverged(): DivergedError {
    return new DivergedError('likelihood', this.position.done + 1, this.control.checkpointFolder);
  }
}
