import { Adam, tf } from '@ehrsynth/engine';
import { type Batch, batchCount, batches, type RowParts, type RowSource } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { z } from 'zod';
import { keepBest, Position as AnyPosition, restoreBest, type Training } from './checkpoint.ts';
import { DivergedError } from './errors.ts';
import type { FitControl } from './synthesizer.ts';
import { type Course, cosineDecay, type MostEpochs, runCourse } from './training-loop.ts';
import { numbersOf } from './values.ts';

/** Share of the rows that are set aside to decide when to stop, and most of them. */
const VALIDATION_SHARE = 0.1;
const MOST_VALIDATION = 5000;
/** A validation loss that fell by more than this share over the last half of the epochs, where the rate is low, has not come to its end. */
const STILL_FALLING = 0.01;
/** Steps whose losses are read back together. */
const READ_EVERY = 50;
const FREE = ['epochs', 'patience', 'learningRate', 'l2', 'softmax'];

export interface CourseOptions {
  epochs: number;
  /** Epochs without a smaller loss on the rows set aside, after which training ends; the best weights are kept. */
  patience: number;
  learningRate: number;
  l2: number;
  seed: number;
}

export interface LikelihoodOptions extends CourseOptions {
  batchSize: number;
}

/** What is learned from, in batches, and what the learning is judged by. */
export interface Lessons {
  variables: Record<string, tf.Variable>;
  /** Steps of an epoch. */
  stepsOf(epoch: number): number;
  /** The steps of an epoch from one on, with the number of each and of the rows, or patients, in it. */
  steps(epoch: number, from: number): AsyncIterable<{ step: Step; number: number; rows: number }>;
  /** Mean loss of what is set aside. */
  validate(): Promise<number>;
}

/** A model whose loss on rows can be computed, and has a gradient. */
export interface Likelihood {
  variables: Record<string, tf.Variable>;
  /** What a step needs of a batch. */
  step(batch: Batch, rng: Rng): Step;
  /** Losses of rows, without any chance in them where the model has none. */
  losses(rows: RowParts): Promise<Float64Array>;
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
  /** Loss on the rows set aside when half of the epochs were done. */
  halfway: z.number().optional(),
});
type Position = z.infer<typeof Position>;

/**
 * Training on rows by likelihood, some of which are set aside. False where it was stopped by the signal, with a checkpoint that goes on from
 * there to the same end.
 * @throws DivergedError, OtherTrainingError, BrokenCheckpointError, UserError
 */
export async function fitLikelihood(
  model: Likelihood,
  source: RowSource,
  options: LikelihoodOptions,
  control: FitControl,
): Promise<boolean> {
  return fitLessons(await rowLessons(model, source, options), options, control);
}

/** Batches of rows, of which some are set aside. @see fitLikelihood */
export async function rowLessons(
  model: Likelihood,
  source: RowSource,
  options: Pick<LikelihoodOptions, 'batchSize' | 'seed'>,
): Promise<Lessons> {
  const order = shuffled(source.rows, options.seed);
  const members = order.slice(source.rows - membersOf(source.rows)).sort();
  const validation = await source.take(order.slice(0, setAside(source.rows)).sort());
  return new RowLessons(model, source, members, validation, options);
}

/**
 * Training by likelihood: Adam whose rate goes down by `cosineDecay`, with early stopping.
 * @param epochsOption what the model's user calls the number of epochs
 * @see fitLikelihood
 */
export async function fitLessons(
  lessons: Lessons,
  options: CourseOptions,
  control: FitControl,
  epochsOption = 'epochs',
): Promise<boolean> {
  const { variables } = lessons;
  const { learningRate, l2 } = options;
  const adam = new Adam(Object.values(variables), { learningRate, l2 });
  const training: Training = { variables, sampling: variables, optimizers: { adam }, options, free: FREE, best: {} };
  try {
    const most = { option: epochsOption, epochs: options.epochs };
    const course = new LikelihoodCourse(lessons, training, adam, options, most, control);
    if (!(await runCourse(course, control))) return false;
    restoreBest(training);
    return true;
  } finally {
    adam.dispose();
    tf.dispose(training.best);
  }
}

/** The numbers below `count` in a random order, of which the first are set aside. @see setAside */
export function shuffled(count: number, seed: number): Int32Array<ArrayBuffer> {
  return new Rng(seed).fork('validation').shuffle(Int32Array.from({ length: count }, (_, i) => i));
}

/** How many rows are learned from, where a share of all is set aside. A single row is both. */
export function membersOf(rows: number): number {
  return rows > 1 ? rows - setAside(rows) : rows;
}

/** How many of so many rows are set aside. */
export function setAside(rows: number): number {
  return Math.min(MOST_VALIDATION, Math.max(1, Math.round(VALIDATION_SHARE * rows)));
}

class RowLessons implements Lessons {
  readonly variables: Record<string, tf.Variable>;

  constructor(
    private readonly model: Likelihood,
    private readonly source: RowSource,
    private readonly members: Int32Array,
    private readonly validation: RowParts,
    private readonly options: Pick<LikelihoodOptions, 'batchSize' | 'seed'>,
  ) {
    this.variables = model.variables;
  }

  stepsOf(): number {
    return batchCount(this.members, this.options.batchSize);
  }

  async *steps(epoch: number, from: number) {
    const { batchSize, seed } = this.options;
    const { binary } = this.model;
    const rng = new Rng(seed).fork(`epoch/${epoch}`);
    for await (const batch of batches(this.source, this.members, rng, { batchSize, binary, from })) {
      const step = this.model.step(batch, rng.fork(`step/${batch.step}`));
      yield { step, number: batch.step, rows: batch.rows };
    }
  }

  async validate(): Promise<number> {
    const losses = await this.model.losses(this.validation);
    return losses.reduce((sum, one) => sum + one, 0) / losses.length;
  }
}

class LikelihoodCourse implements Course<Position> {
  readonly start: Position = { done: 0, step: 0, loss: 0, since: 0 };
  readonly type = Position;
  /** Of steps whose losses are not in the position yet. */
  private losses: tf.Scalar[] = [];

  constructor(
    private readonly lessons: Lessons,
    readonly training: Training,
    private readonly adam: Adam,
    private readonly options: CourseOptions,
    readonly most: MostEpochs,
    private readonly control: FitControl,
  ) {}

  isOver({ done, since }: Position): boolean {
    return done >= this.options.epochs || since >= this.options.patience;
  }

  stepsOf({ done }: Position): number {
    return this.lessons.stepsOf(done);
  }

  async *steps(position: Position): AsyncGenerator<number> {
    const { done, step: from } = position;
    const steps = this.stepsOf(position);
    for await (const { step, number, rows } of this.lessons.steps(done, from)) {
      this.adam.scale = cosineDecay((done + number / steps) / this.options.epochs);
      this.losses.push(this.adam.minimize(step.loss));
      step.dispose();
      if (this.losses.length === READ_EVERY) await this.settle(position);
      yield rows;
    }
  }

  /** The epoch's event, and whether its weights are the best so far. */
  async report(position: Position, rowsPerSecond: number): Promise<void> {
    await this.settle(position);
    const aside = await this.lessons.validate();
    if (!Number.isFinite(aside)) throw this.diverged(position);
    const best = aside < (position.best ?? Infinity);
    if (best) {
      keepBest(this.training);
      position.best = aside;
    }
    position.since = best ? 0 : position.since + 1;
    const { epochs } = this.options;
    const done = position.done + 1;
    if (done === Math.floor(epochs / 2)) position.halfway = aside;
    this.control.onEvent?.({
      phase: 'likelihood',
      epoch: done,
      epochs,
      done,
      total: epochs,
      losses: { training: position.loss / this.stepsOf(position), validation: aside },
      rowsPerSecond,
      best,
      stillFalling: best && done === epochs && hasFallen(position.halfway, aside),
    });
  }

  next(position: Position): Position {
    return { ...position, loss: 0 };
  }

  /** Reads back the losses that are held. @throws DivergedError */
  async settle(position: Position): Promise<void> {
    const { losses } = this;
    this.losses = [];
    for (const loss of await numbersOf(losses)) position.loss += loss;
    if (!Number.isFinite(position.loss)) throw this.diverged(position);
  }

  diverged({ done }: Position): DivergedError {
    return new DivergedError('likelihood', done + 1, this.control.checkpointFolder);
  }
}

function hasFallen(from: number | undefined, to: number): boolean {
  return from !== undefined && from - to > STILL_FALLING * Math.abs(from);
}
