import type { ZodType } from 'zod';
import { engineDrained } from '@ehrsynth/engine';
import { yieldToEventLoop } from '@ehrsynth/io';
import { CHECKPOINT_EVERY_MS, loadCheckpoint, type Position, saveCheckpoint, type Training } from './checkpoint.ts';
import { type DivergedError, FewerEpochsError } from './errors.ts';
import type { FitControl } from './synthesizer.ts';

/** How long others wait for their turn, at most. */
const YIELD_EVERY_MS = 100;

/** What one way of training adds to the loop that all share. It may write on the position that it is given. */
export interface Course<P extends Position> {
  training: Training;
  /** Where it begins, and what that looks like on disk. */
  start: P;
  type: ZodType<P>;
  isOver(position: P): boolean;
  /** Epochs that it has at most; not there where they cannot differ between a training and its continuation. */
  most?: MostEpochs;
  /** Steps of the epoch under way. */
  stepsOf(position: P): number;
  /** Makes the steps of the epoch under way from `position.step` on; gives the rows of each once it is made. */
  steps(position: P): AsyncIterable<number>;
  /** Reports the epoch whose steps are all made. */
  report(position: P, rowsPerSecond: number): Promise<void> | void;
  /** What the next epoch begins with, beside its number. */
  next(position: P): P;
  /** Brings the position up to date before it is written, and whenever it might have been. */
  settle?(position: P): Promise<void>;
  diverged(position: P): DivergedError;
}

/** The option that gives a number of epochs, its value, and epochs before those. */
export interface MostEpochs {
  option: string;
  epochs: number;
  before?: number;
}

/**
 * Epoch after epoch to the end, from the checkpoint where it is to go on from one: others get their turn ten times per second, a
 * checkpoint is written when one is due, at the end, and where the signal stops it. False where it was stopped.
 * @throws DivergedError, OtherTrainingError, BrokenCheckpointError, UserError; FewerEpochsError where the checkpoint has more epochs
 */
export async function runCourse<P extends Position>(course: Course<P>, control: FitControl): Promise<boolean> {
  return new Run(course, control).toTheEnd();
}

/** From 1 to 0 by half a cosine wave, by the share of a training that is done. @see Loshchilov, Hutter 2017, equation 5 */
export function cosineDecay(done: number): number {
  return (1 + Math.cos(Math.PI * done)) / 2;
}

class Run<P extends Position> {
  private position: P;
  private yieldedAt = Date.now();
  private savedAt = Date.now();

  constructor(
    private readonly course: Course<P>,
    private readonly control: FitControl,
  ) {
    this.position = course.start;
  }

  async toTheEnd(): Promise<boolean> {
    const { training, type } = this.course;
    const { resume, checkpointFolder } = this.control;
    if (resume && checkpointFolder) {
      this.position = await loadCheckpoint(checkpointFolder, training, type);
      this.expectEnoughEpochs(checkpointFolder);
    }
    if (this.isOver) return true;
    while (!this.isOver) if (!(await this.epoch())) return false;
    // Whatever fails from now on, the training need not be done again.
    await this.save();
    return true;
  }

  private expectEnoughEpochs(checkpointFolder: string): void {
    const { most } = this.course;
    if (!most) return;
    const { done, step } = this.position;
    const isDone = step === 0;
    const epoch = done + (isDone ? 0 : 1) - (most.before ?? 0);
    if (epoch > most.epochs) throw new FewerEpochsError(checkpointFolder, most.option, epoch, isDone);
  }

  private get isOver(): boolean {
    return this.course.isOver(this.position);
  }

  /** What is left of the epoch under way; false where it was stopped. */
  private async epoch(): Promise<boolean> {
    const steps = this.course.stepsOf(this.position);
    const started = performance.now();
    let rows = 0;
    for await (const made of this.course.steps(this.position)) {
      rows += made;
      const step = ++this.position.step;
      if (step < steps && !(await this.pause(step / steps))) return false;
    }
    await engineDrained();
    await this.course.report(this.position, (1000 * rows) / (performance.now() - started));
    this.position = { ...this.course.next(this.position), done: this.position.done + 1, step: 0 };
    return this.pause(0);
  }

  /** Lets others have their turn, and saves a checkpoint where one is due; false where the training is to stop. */
  private async pause(fraction: number): Promise<boolean> {
    const { signal, checkpointEveryMs = CHECKPOINT_EVERY_MS, onProgress } = this.control;
    const now = Date.now();
    if (this.position.step > 0 && now - this.yieldedAt < YIELD_EVERY_MS) return true;
    this.yieldedAt = now;
    onProgress?.(this.position.done + fraction);
    await yieldToEventLoop();
    // Else a GPU would be asked for more and more steps, and hold what each of them needs.
    await engineDrained();
    const stop = signal?.aborted && !this.isOver;
    if (stop || now - this.savedAt >= checkpointEveryMs) await this.save();
    return !stop;
  }

  private async save(): Promise<void> {
    const { course, position } = this;
    const { checkpointFolder } = this.control;
    await course.settle?.(position);
    if (checkpointFolder) {
      if (!(await saveCheckpoint(checkpointFolder, course.training, position))) throw course.diverged(position);
    }
    this.savedAt = Date.now();
  }
}
