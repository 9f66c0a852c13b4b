import { SparseBatch, tf } from '@ehrsynth/engine';
import { type Batch, batchCount, batches, type RowSource } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { z } from 'zod';
import { DivergedError } from '../errors.ts';
import { type FitControl, MIN_PATIENTS, type TrainingEvent } from '../synthesizer.ts';
import { freshWatch, watch, WatchState } from '../watch.ts';
import { calibrate } from './calibrate.ts';
import { demographicTree } from './demographics.ts';
import { keepBest, Position as AnyPosition, restoreBest, type Training as AnyTraining } from '../checkpoint.ts';
import { type Course, type MostEpochs, runCourse } from '../training-loop.ts';
import { Losses, LossSums } from './losses.ts';
import { batchSizeFor, type MedGanOptions, type Schedule } from './options.ts';
import { probe, type Reference, referenceOf } from './probe.ts';
import type { Networks } from './state.ts';
import { adversarialStep, autoencoderStep, type Optimizers, optimizersOf } from './steps.ts';

const PROBE_EVERY = 10;
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

/** Options with what was chosen by the number of rows. */
type Scheduled = MedGanOptions & Schedule;

interface Training extends AnyTraining {
  networks: Networks;
  optimizers: Optimizers;
  options: Scheduled;
}

/**
 * MedGAN's training (Choi et al. 2017, algorithm 1): the autoencoder alone, then discriminator against generator and
 * decoder. False where it was stopped; the checkpoint then continues it to the same end.
 */
export async function train(
  networks: Networks,
  source: RowSource,
  options: Scheduled,
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
    const course = new MedGanCourse(training, source, members, reference, control);
    if (!(await runCourse(course, control))) return false;
    restoreBest(training);
    await finish(networks, source, members, reference, options, control);
    return true;
  } finally {
    Object.values(optimizers).forEach((optimizer) => optimizer.dispose());
    tf.dispose(training.best);
    reference.rows.dispose();
  }
}

class MedGanCourse implements Course<Position> {
  readonly start: Position = { done: 0, step: 0, losses: {}, watch: freshWatch() };
  readonly type = Position;
  readonly most: MostEpochs;
  private readonly total: number;
  /** Those of the epoch under way. */
  private losses = new Losses();
  private rng = new Rng(0);

  constructor(
    readonly training: Training,
    private readonly source: RowSource,
    private readonly members: Int32Array,
    private readonly reference: Reference,
    private readonly control: FitControl,
  ) {
    const { pretrainEpochs, epochs } = training.options;
    this.total = pretrainEpochs + epochs;
    this.most = { option: 'epochs', epochs, before: pretrainEpochs };
  }

  isOver({ done }: Position): boolean {
    return done >= this.total;
  }

  stepsOf(position: Position): number {
    return batchCount(this.members, this.batchSizeOf(position));
  }

  async *steps(position: Position): AsyncGenerator<number> {
    const { networks, optimizers, options } = this.training;
    const { done, step: from } = position;
    const pretraining = this.under(position).phase === 'autoencoder';
    const batchSize = this.batchSizeOf(position);
    const binary = options.mode === 'binary';
    const rng = new Rng(options.seed).fork(`epoch/${done}`);
    const steps = this.stepsOf(position);
    this.rng = rng;
    this.losses = new Losses(position.losses);
    for await (const batch of batches(this.source, this.members, rng, { batchSize, binary, from })) {
      const real = onEngine(batch, this.source.columns.length);
      const before = (done - options.pretrainEpochs) * steps + batch.step;
      const stepRng = rng.fork(`step/${batch.step}`);
      this.losses.add(
        pretraining
          ? autoencoderStep(networks, real, options, optimizers, batch.step)
          : adversarialStep(networks, real, options, optimizers, stepRng, before),
      );
      real.dispose();
      yield batch.rows;
    }
  }

  async report(position: Position, rowsPerSecond: number): Promise<void> {
    await this.settle(position);
    const { phase, epoch, epochs } = this.under(position);
    const event: TrainingEvent = {
      phase,
      epoch,
      epochs,
      done: position.done + 1,
      total: this.total,
      losses: await this.losses.means(),
      rowsPerSecond,
    };
    if (phase === 'gan' && (epoch % PROBE_EVERY === 0 || epoch === epochs)) await this.look(event, position);
    this.control.onEvent?.(event);
  }

  next(position: Position): Position {
    this.losses = new Losses();
    return { ...position, losses: {} };
  }

  /** @throws DivergedError */
  async settle(position: Position): Promise<void> {
    position.losses = await this.losses.sums();
    if (!Object.values(position.losses).every(([sum]) => Number.isFinite(sum))) throw this.diverged(position);
  }

  diverged(position: Position): DivergedError {
    const { phase, epoch } = this.under(position);
    return new DivergedError(phase, epoch, this.control.checkpointFolder);
  }

  /** Compares generated rows with real ones, and keeps the weights where they are the best so far. */
  private async look(event: TrainingEvent, position: Position): Promise<void> {
    const { networks, options } = this.training;
    const found = await probe(networks, this.reference, this.source.firstCode, options, this.rng.fork('probe'));
    // A critic that distinguishes the rows still shows the way.
    const judged = options.generatorLoss === 'wasserstein' ? { ...found, discriminatorAccuracy: 0 } : found;
    const { warnings, state } = watch(judged, position.watch);
    position.watch = state;
    event.probe = found;
    if (warnings.length > 0) event.warnings = warnings;
    if (!options.keepBest || found.score >= (position.bestScore ?? Infinity)) return;
    position.bestScore = found.score;
    event.best = true;
    keepBest(this.training);
  }

  private batchSizeOf(position: Position): number {
    const { options } = this.training;
    return this.under(position).phase === 'autoencoder'
      ? options.pretrainBatchSize
      : batchSizeFor(options, this.members.length);
  }

  /** The epoch under way, of its phase. */
  private under({ done }: Position): { phase: 'autoencoder' | 'gan'; epoch: number; epochs: number } {
    const { pretrainEpochs, epochs } = this.training.options;
    const epoch = done + 1;
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
  options: Scheduled,
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
  const found = await probe(networks, reference, source.firstCode, options, rng.fork('probe'));
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
