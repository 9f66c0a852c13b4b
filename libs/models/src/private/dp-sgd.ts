import { Adam, tf, WeightStore } from '@ehrsynth/engine';
import { next53, type RandomWords, RoundedNormal, SecureWords } from '@ehrsynth/random';
import { Position, type Training } from '../checkpoint.ts';
import { DivergedError } from '../errors.ts';
import type { PrivateSteps } from './private-steps.ts';
import type { FitControl } from '../synthesizer.ts';
import { type Course, cosineDecay, runCourse } from '../training-loop.ts';
import { CLIP_UNITS, type GradientSums } from './clipped-sums.ts';

/** Patients to learn from, whose gradients are summed in the one way that a private training may look at them. */
export interface PrivateLessons {
  /** Everything that is learned, by name. */
  variables: Record<string, tf.Variable>;
  patients: number;
  steps: PrivateSteps;
  /** @param taken patients by their number @see ClippedSums */
  clippedGradients(taken: Int32Array): Promise<GradientSums>;
}

export interface PrivateOptions {
  epochs: number;
  learningRate: number;
  l2: number;
  noiseMultiplier: number;
  clip: number;
}

/** For audits and tests: nothing that a user can reach sets these. */
export interface PrivateHooks {
  /** What samples and noise are drawn from, in place of the system's secure generator. */
  words?: RandomWords;
  /** Adds rows of its own to a step's sums, each of a norm of at most CLIP_UNITS, where `isTaken` says so. */
  plant?: (sums: GradientSums, isTaken: () => boolean) => void;
  /** Sees what a step gives away: the sums with their noise. */
  observe?: (sums: GradientSums) => void;
}

/**
 * DP-SGD (Abadi et al. 2016, algorithm 1), with Adam on the noisy gradients: Poisson samples of the patients, each one's gradient clipped,
 * noise on their sum, which is a whole number of units and gets a rounded normal for each weight. What is taken and what noise is added
 * comes from the system's secure generator and is kept nowhere; the seed has decided the initial weights, and nothing here. A training that
 * goes on from a checkpoint draws anew. No loss is reported: it would depend on the patients. False where it was stopped by the signal.
 */
export async function fitByDpSgd(
  lessons: PrivateLessons,
  options: PrivateOptions,
  control: FitControl,
  hooks: PrivateHooks = {},
): Promise<boolean> {
  const { variables } = lessons;
  const { learningRate, l2 } = options;
  const adam = new Adam(Object.values(variables), { learningRate, l2 });
  try {
    if (!(await runCourse(new PrivateCourse(lessons, options, adam, control, hooks), control))) return false;
    if (!(await new WeightStore(variables).isFinite()))
      throw new DivergedError('private', options.epochs, control.checkpointFolder);
    return true;
  } finally {
    adam.dispose();
  }
}

/** Makes steps of DP-SGD. */
export class PrivateStepper {
  private readonly words: RandomWords;
  private readonly noise: RoundedNormal;
  private readonly names: string[];

  constructor(
    private readonly lessons: PrivateLessons,
    private readonly options: Pick<PrivateOptions, 'clip' | 'noiseMultiplier'>,
    private readonly adam: Adam,
    private readonly hooks: PrivateHooks = {},
  ) {
    this.words = hooks.words ?? new SecureWords();
    this.noise = new RoundedNormal(Math.ceil(options.noiseMultiplier * CLIP_UNITS), this.words);
    this.names = Object.keys(lessons.variables);
  }

  /** @param done share of the training that is done */
  async step(done: number): Promise<void> {
    const { lessons, options, names, adam, hooks, words } = this;
    const { variables, patients, steps } = lessons;
    const isTaken = () => next53(words) < steps.samplingRate * 2 ** 53;
    /** From units to the mean over as many patients as a batch is expected to have. */
    const scale = options.clip / CLIP_UNITS / (steps.samplingRate * patients);
    const sums = await lessons.clippedGradients(Int32Array.from(Array(patients).keys()).filter(isTaken));
    hooks.plant?.(sums, isTaken);
    for (const name of names) addNoise(sums[name], this.noise);
    hooks.observe?.(sums);
    adam.scale = cosineDecay(done);
    tf.tidy(() =>
      adam.apply(
        names.map((name) =>
          tf.tensor(
            Float32Array.from(sums[name], (units) => units * scale),
            variables[name].shape,
          ),
        ),
      ),
    );
  }
}

/** An epoch is as many steps as take each patient once on average. */
class PrivateCourse implements Course<Position> {
  readonly start: Position = { done: 0, step: 0 };
  /** That of an earlier version counted steps from the beginning. */
  readonly type = Position.refine(({ step }) => step <= this.perEpoch);
  readonly training: Training;
  private readonly samplingRate: number;
  private readonly total: number;
  private readonly perEpoch: number;
  private readonly stepper: PrivateStepper;

  constructor(
    private readonly lessons: PrivateLessons,
    private readonly options: PrivateOptions,
    adam: Adam,
    private readonly control: FitControl,
    hooks: PrivateHooks,
  ) {
    const { variables, steps } = lessons;
    this.training = { variables, sampling: variables, optimizers: { adam }, options, free: [], best: {} };
    this.samplingRate = steps.samplingRate;
    this.total = steps.steps;
    this.perEpoch = Math.max(1, Math.round(1 / steps.samplingRate));
    this.stepper = new PrivateStepper(lessons, options, adam, hooks);
  }

  isOver(position: Position): boolean {
    return this.made(position) >= this.total;
  }

  stepsOf({ done }: Position): number {
    return Math.min(this.perEpoch, this.total - done * this.perEpoch);
  }

  async *steps(position: Position): AsyncGenerator<number> {
    const { samplingRate, lessons } = this;
    while (position.step < this.stepsOf(position)) {
      await this.stepper.step(this.made(position) / this.total);
      // How many were taken is nobody's business.
      yield samplingRate * lessons.patients;
    }
  }

  report({ done }: Position, rowsPerSecond: number): void {
    const { epochs } = this.options;
    const epoch = Math.min(epochs, done + 1);
    this.control.onEvent?.({ phase: 'private', epoch, epochs, done: epoch, total: epochs, losses: {}, rowsPerSecond });
  }

  next(position: Position): Position {
    return position;
  }

  diverged({ done }: Position): DivergedError {
    return new DivergedError('private', done, this.control.checkpointFolder);
  }

  private made({ done, step }: Position): number {
    return done * this.perEpoch + step;
  }
}

function addNoise(sums: Float64Array, noise: RoundedNormal): void {
  for (let i = 0; i < sums.length; i++) sums[i] += noise.next();
}
