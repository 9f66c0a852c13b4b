import { SparseBatch, tf } from '@ehrsynth/engine';
import { type Batch, batchCount, batches, type RowSource } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { z } from 'zod';
import { DivergedError } from '../errors.ts';
import { type FitControl, MIN_PATIENTS, type TrainingEvent } from '../synthesizer.ts';
import { freshWatch, watch, WatchState } from '../watch.ts';
import { calibrate } from './calibrate.ts';
import { demographicTree } from './demographics.ts';
import {
  CHECKPOINT_EVERY_MS,
  keepBest,
  loadCheckpoint,
  Position as AnyPosition,
  restoreBest,
  saveCheckpoint,
  type Training as AnyTraining,
} from '../checkpoint.ts';
import { Losses, LossSums } from './losses.ts';
import { batchSizeFor, type MedGanOptions } from './options.ts';
import { probe, type Reference, referenceOf } from './probe.ts';
import type { Networks } from './state.ts';
import { adversarialStep, autoencoderStep, type Optimizers, optimizersOf } from './steps.ts';

const PROBE_EVERY = 10;
const BREATH_MS = 100;
/** Share of the rows that are set aside to judge the weights by, where the best are kept. */
const VALIDATION_SHARE = 0.1;

/** May differ between a training and its continuation. */
const FREE: (keyof MedGanOptions)[] = ['epochs', 'learningRate', 'l2', 'calibrate', 'binarize'];

/** Its random numbers follow from the seed, the epoch and the step. */
const Position = AnyPosition.extend({
  /** What the losses of the epoch under way came to. */
  losses: LossSums,
  watch: WatchState,
  /** Score of the best weights so far. */
  bestScore: z.number().optional(),
});
type Position = z.infer<typeof Position>;

interface Training extends AnyTraining {
  networks: Networks;
  optimizers: Optimizers;
  options: MedGanOptions;
}

/**
 * MedGAN's training (Choi et al. 2017, algorithm 1): the autoencoder alone, then discriminator against generator and
 * decoder. False where it was stopped; the checkpoint then continues it to the same end.
 */
export async function train(
  networks: Networks,
  source: RowSource,
  options: MedGanOptions,
  control: FitControl,
): Promise<boolean> {
  const optimizers = optimizersOf(networks, options);
  const { named: variables, sampling } = networks;
  const training: Training = { networks, variables, sampling, optimizers, options, free: FREE, best: {} };
  const { members, validation } = membersOf(source.rows, options);
  const { minPatients = MIN_PATIENTS } = control;
  if (options.conditional) networks.demographics = await demographicTree(source, members, minPatients);
  const reference = await referenceOf(source, validation, options);
  try {
    const run = new Run(training, source, members, reference, control);
    if (!(await run.toTheEnd())) return false;
    restoreBest(training);
    await finish(networks, source, members, reference, options, control);
    return true;
  } finally {
    Object.values(optimizers).forEach((optimizer) => optimizer.dispose());
    tf.dispose(training.best);
    reference.rows.dispose();
  }
}

/** One training, from where it is to its end. */
class Run {
  private readonly total: number;
  private position: Position = { done: 0, step: 0, losses: {}, watch: freshWatch() };
  private breathedAt = Date.now();
  private savedAt = Date.now();

  constructor(
    private readonly training: Training,
    private readonly source: RowSource,
    private readonly members: Int32Array,
    private readonly reference: Reference,
    private readonly control: FitControl,
  ) {
    const { pretrainEpochs, epochs } = training.options;
    this.total = pretrainEpochs + epochs;
  }

  async toTheEnd(): Promise<boolean> {
    const { resume, checkpointFolder } = this.control;
    if (resume && checkpointFolder)
      this.position = await loadCheckpoint(checkpointFolder, this.training, Position);
    if (this.position.done >= this.total) return true;
    while (this.position.done < this.total) if (!(await this.epoch())) return false;
    // Whatever fails from now on, the training need not be done again.
    await this.save(new Losses());
    return true;
  }

  /** What is left of the epoch under way; false where it was stopped. */
  private async epoch(): Promise<boolean> {
    const { networks, optimizers, options } = this.training;
    const { done, step: from } = this.position;
    const pretraining = this.under.phase === 'autoencoder';
    const batchSize = pretraining ? options.pretrainBatchSize : batchSizeFor(options, this.members.length);
    const binary = options.mode === 'binary';
    const rng = new Rng(options.seed).fork(`epoch/${done}`);
    const losses = new Losses(this.position.losses);
    const steps = batchCount(this.members, batchSize);
    const started = performance.now();
    let rows = 0;
    for await (const batch of batches(this.source, this.members, rng, { batchSize, binary, from })) {
      const real = onEngine(batch, this.source.columns.length);
      const before = (done - options.pretrainEpochs) * steps + batch.step;
      const stepRng = rng.fork(`step/${batch.step}`);
      losses.add(
        pretraining
          ? autoencoderStep(networks, real, options, optimizers, batch.step)
          : adversarialStep(networks, real, options, optimizers, stepRng, before),
      );
      real.dispose();
      rows += batch.rows;
      this.position.step = batch.step + 1;
      if (batch.step + 1 < steps && !(await this.breathe(losses, (batch.step + 1) / steps))) return false;
    }
    const seconds = (performance.now() - started) / 1000;
    this.tell(losses, rows / seconds, rng);
    this.position = { ...this.position, done: done + 1, step: 0, losses: {} };
    return this.breathe(new Losses(), 0);
  }

  /** Lets others speak, and saves a checkpoint where one is due; false where the training is to stop. */
  private async breathe(losses: Losses, fraction: number): Promise<boolean> {
    const { signal, checkpointEveryMs = CHECKPOINT_EVERY_MS } = this.control;
    const now = Date.now();
    const betweenEpochs = this.position.step === 0;
    if (!betweenEpochs && now - this.breathedAt < BREATH_MS) return true;
    this.breathedAt = now;
    this.control.onProgress?.(this.position.done + fraction);
    await new Promise((resolve) => setImmediate(resolve));
    const stop = signal?.aborted && this.position.done < this.total;
    if (stop || now - this.savedAt >= checkpointEveryMs) await this.save(losses);
    return !stop;
  }

  private async save(losses: Losses): Promise<void> {
    const { checkpointFolder } = this.control;
    if (checkpointFolder) {
      this.position.losses = this.finite(losses.sums());
      if (!(await saveCheckpoint(checkpointFolder, this.training, this.position))) throw this.diverged();
    }
    this.savedAt = Date.now();
  }

  /** The event of a whole epoch. */
  private tell(losses: Losses, rowsPerSecond: number, rng: Rng): void {
    this.finite(losses.sums());
    const { phase, epoch, epochs } = this.under;
    const event: TrainingEvent = {
      phase,
      epoch,
      epochs,
      done: this.position.done + 1,
      total: this.total,
      losses: losses.means(),
      rowsPerSecond,
    };
    if (phase === 'gan' && (epoch % PROBE_EVERY === 0 || epoch === epochs)) this.look(event, rng);
    this.control.onEvent?.(event);
  }

  /** Compares generated rows with real ones, and keeps the weights where they are the best so far. */
  private look(event: TrainingEvent, rng: Rng): void {
    const { networks, options } = this.training;
    const found = probe(networks, this.reference, this.source.firstCode, options, rng.fork('probe'));
    // A critic that tells the rows apart still shows the way.
    const judged = options.generatorLoss === 'wasserstein' ? { ...found, discriminatorAccuracy: 0 } : found;
    const { warnings, state } = watch(judged, this.position.watch);
    this.position.watch = state;
    event.probe = found;
    if (warnings.length > 0) event.warnings = warnings;
    if (!options.keepBest || found.score >= (this.position.bestScore ?? Infinity)) return;
    this.position.bestScore = found.score;
    event.best = true;
    keepBest(this.training);
  }

  /** @throws DivergedError */
  private finite<T extends Position['losses']>(losses: T): T {
    if (!Object.values(losses).every(([sum]) => Number.isFinite(sum))) throw this.diverged();
    return losses;
  }

  private diverged(): DivergedError {
    const { phase, epoch } = this.under;
    return new DivergedError(phase, epoch, this.control.checkpointFolder);
  }

  /** The epoch under way, of its phase. */
  private get under(): { phase: 'autoencoder' | 'gan'; epoch: number; epochs: number } {
    const { pretrainEpochs, epochs } = this.training.options;
    const epoch = this.position.done + 1;
    return epoch <= pretrainEpochs
      ? { phase: 'autoencoder', epoch, epochs: pretrainEpochs }
      : { phase: 'gan', epoch: epoch - pretrainEpochs, epochs };
  }
}

/** After the last step: the sampling decoder is calibrated to the prevalence of the rows learned from, as far as it may be known. */
async function finish(
  networks: Networks,
  source: RowSource,
  members: Int32Array,
  reference: Reference,
  options: MedGanOptions,
  { onEvent, minPatients = MIN_PATIENTS }: FitControl,
): Promise<void> {
  const { calibrate: wanted, mode, epochs, pretrainEpochs, seed } = options;
  if (!wanted || mode !== 'binary' || epochs === 0) return;
  const rng = new Rng(seed).fork('calibrate');
  const carriers = await source.carriers(members);
  calibrate(
    networks,
    Float32Array.from(carriers, (count) => guarded(count, members.length, minPatients) / members.length),
    rng,
  );
  const found = probe(networks, reference, source.firstCode, options, rng.fork('probe'));
  const total = pretrainEpochs + epochs;
  onEvent?.({
    phase: 'calibration',
    epoch: 1,
    epochs: 1,
    done: total,
    total,
    losses: {},
    rowsPerSecond: 0,
    probe: found,
  });
}

/** A count of rows as if at least k of them had it, and at least k had not, unless it is none or all. */
function guarded(count: number, rows: number, k: number): number {
  if (count === 0 || count === rows) return count;
  return rows < 2 * k ? rows / 2 : Math.max(k, Math.min(count, rows - k));
}

/** The rows to learn from, and those to judge by: the same ones, unless the best weights are to be kept. */
function membersOf(rows: number, { keepBest, seed }: MedGanOptions) {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  if (!keepBest) return { members: all, validation: all };
  const order = new Rng(seed).fork('validation').shuffle(all.slice());
  const aside = Math.max(1, Math.round(VALIDATION_SHARE * rows));
  return { members: order.slice(aside).sort(), validation: order.slice(0, aside).sort() };
}

function onEngine({ rows, indptr, indices, values }: Batch, columns: number): SparseBatch {
  return new SparseBatch({ rows, columns, indptr, indices, values });
}
