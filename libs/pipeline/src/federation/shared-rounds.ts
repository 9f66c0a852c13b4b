import {
  assignNumbers,
  type FitControl,
  firstState,
  type Numbers,
  numbersIn,
  type SharedPhase,
  type SharedTraining,
} from '@ehrsynth/models';
import { UserError } from '@ehrsynth/io';
import { type AskSites, expectNumbers } from './ask-sites.ts';
import { averaged, averagedSteps, withMomentum } from './averaged.ts';
import { RoundAnswer, Validated } from './requests.ts';
import { prefixed, type SharedPosition } from './shared-checkpoint.ts';
import { FIXED } from './site-part.ts';

/** Rounds that a whole training has, about, where nobody says otherwise. */
const ROUNDS = 60;

/** How many rounds there are. */
export interface HowMany {
  /** Of an epoch. */
  perEpoch?: number;
  /** Of a whole training, about, where that is not said. */
  about?: number;
}

/** What rounds go on from, and what they come to. */
export interface SharedState {
  position: SharedPosition;
  state: Numbers;
  /** How the weights move on from one round to the next. */
  velocity: Numbers;
  best: Numbers;
}

/** A loss that is no number any more. */
export class SharedDivergedError extends UserError {
  constructor(phase: string, epoch: number) {
    super('diverged', 1, `The training diverged in epoch ${epoch} of ${phase}: its loss is no longer a number`, {
      todo: 'Try a smaller --learning-rate.',
    });
  }
}

/** Rounds of an epoch: by default so many that a training whose longest phase has few epochs has some dozens. */
export function roundsPerEpoch(phases: readonly SharedPhase[], { perEpoch, about = ROUNDS }: HowMany): number {
  const epochs = Math.max(1, ...phases.map(({ course }) => course.epochs));
  const batches = Math.min(...phases.map(({ course }) => course.batches));
  return perEpoch ?? Math.max(1, Math.min(batches, Math.ceil(about / epochs)));
}

/** Rounds of all phases, at most. */
export function roundsOfAll(phases: readonly SharedPhase[], howMany: HowMany): number {
  return phases.reduce((sum, { course }) => sum + course.epochs, 0) * roundsPerEpoch(phases, howMany);
}

/** Patients that were learned from in an epoch, and since when. */
interface Pace {
  rows: number;
  since: number;
}

/** Rounds of a training: the sites' steps from the same weights and moments, and the mean of what they changed. */
export class SharedRounds {
  private pace: Pace = { rows: 0, since: performance.now() };

  constructor(
    private readonly training: SharedTraining,
    private readonly sites: AskSites,
    private readonly names: readonly string[],
    private readonly id: string,
    private readonly howMany: HowMany,
    private readonly control: FitControl,
    /** Keeps where it is. */
    private readonly keep: (state: SharedState, isDue: boolean) => Promise<void>,
  ) {}

  /** All phases from a place on; false where the signal ended it, with a checkpoint. */
  async run(from?: SharedState): Promise<boolean> {
    let start = from;
    for (let number = from?.position.phase ?? 0; number < this.training.phases.length; number++) {
      if (!(await this.phase(number, start))) return false;
      start = undefined;
    }
    return true;
  }

  private async phase(number: number, from?: SharedState): Promise<boolean> {
    const phase = this.training.phases[number];
    const { course, patience = Infinity } = phase;
    const fixed = prefixed(FIXED, await numbersIn(phase.fixed));
    const at: SharedState = from ?? (await this.beginning(number, phase));
    const { position } = at;
    while (position.epoch < course.epochs && position.since < patience) {
      if (!(await this.epoch(phase, at, fixed))) return false;
      if (!(await this.stoppable(at, () => this.judge(phase, at, fixed)))) return false;
      await this.keep(at, position.epoch === course.epochs);
    }
    const learned = position.best === undefined ? at.state : at.best;
    assignNumbers(phase.variables, learned);
    return true;
  }

  private async beginning(number: number, { variables }: SharedPhase): Promise<SharedState> {
    const { numbers, steps } = await firstState(variables);
    return {
      position: { phase: number, epoch: 0, round: 0, steps, loss: 0, made: 0, since: 0 },
      state: numbers,
      velocity: {},
      best: {},
    };
  }

  /** What is left of the rounds of an epoch. */
  private async epoch(phase: SharedPhase, at: SharedState, fixed: Numbers): Promise<boolean> {
    const rounds = roundsPerEpoch(this.training.phases, this.howMany);
    const { position } = at;
    this.pace = { rows: 0, since: performance.now() };
    for (; position.round < rounds; position.round++) {
      if (!(await this.round(phase, at, fixed, rounds))) return false;
      this.control.onProgress?.(this.done(at, (position.round + 1) / rounds));
      if (position.round + 1 < rounds)
        await this.keep({ ...at, position: { ...position, round: position.round + 1 } }, false);
    }
    return true;
  }

  private async round(phase: SharedPhase, at: SharedState, fixed: Numbers, rounds: number): Promise<boolean> {
    const { position, state } = at;
    const stretch = { epoch: position.epoch, from: position.round / rounds, to: (position.round + 1) / rounds };
    const head = { ask: 'round', id: this.id, phase: phase.name, course: phase.course, stretch, steps: position.steps };
    const request = { head, numbers: { ...state, ...fixed } };
    const answers = await this.stoppable(at, () =>
      this.sites.all(
        this.names,
        request,
        RoundAnswer,
        ({ numbers }) => expectNumbers(numbers, state),
        this.control.signal,
      ),
    );
    if (!answers) return false;
    const made = [...answers.values()].map(({ head: { members, steps, loss = 0 }, numbers }) => ({
      members,
      steps,
      loss,
      changes: numbers,
    }));
    // One site makes the steps that it would make alone.
    const momentum = made.length > 1 ? (phase.momentum ?? 0) : 0;
    const names = Object.keys(phase.variables);
    Object.assign(at, withMomentum(state, averaged(state, made), at.velocity, names, momentum));
    position.steps = averagedSteps(position.steps, made);
    position.loss += made.reduce((sum, { loss }) => sum + loss, 0);
    position.made += made.reduce((sum, { steps }) => sum + steps, 0);
    this.pace.rows += made.reduce((sum, { members }) => sum + members, 0) / rounds;
    return true;
  }

  /** The loss of all that is set aside, of which the best weights are kept. */
  private async judge(phase: SharedPhase, at: SharedState, fixed: Numbers): Promise<true> {
    const { position } = at;
    const { course, patience, name } = phase;
    const weights = Object.fromEntries(Object.keys(phase.variables).map((one) => [one, at.state[one]]));
    const losses: Record<string, number> = {};
    const { rows, since } = this.pace;
    const rowsPerSecond = (1000 * rows) / (performance.now() - since);
    let best: boolean | undefined;
    if (patience !== undefined) {
      const head = { ask: 'validate', id: this.id, phase: name, course };
      const answers = [
        ...(
          await this.sites.all(
            this.names,
            { head, numbers: { ...weights, ...fixed } },
            Validated,
            undefined,
            this.control.signal,
          )
        ).values(),
      ];
      const sum = (of: 'loss' | 'patients') => answers.reduce((total, { head: own }) => total + own[of], 0);
      const validation = sum('loss') / sum('patients');
      if (!Number.isFinite(validation)) throw new SharedDivergedError(name, position.epoch + 1);
      best = validation < (position.best ?? Infinity);
      if (best) [at.best, position.best] = [weights, validation];
      position.since = best ? 0 : position.since + 1;
      Object.assign(losses, { training: position.loss / Math.max(1, position.made), validation });
    }
    Object.assign(position, { epoch: position.epoch + 1, round: 0, loss: 0, made: 0 });
    const done = this.done(at, 0);
    this.control.onEvent?.({
      phase: name,
      epoch: position.epoch,
      epochs: course.epochs,
      done,
      total: this.training.phases.reduce((all, { course: own }) => all + own.epochs, 0),
      losses,
      rowsPerSecond,
      ...(best !== undefined && { best }),
    });
    return true;
  }

  /** Epochs done of all phases together. */
  private done({ position: { phase, epoch } }: SharedState, fraction: number): number {
    const before = this.training.phases.slice(0, phase).reduce((sum, { course }) => sum + course.epochs, 0);
    return before + epoch + fraction;
  }

  /** Undefined where the signal ended it; where it is, is kept then, and where sites failed. */
  private async stoppable<T>(at: SharedState, make: () => Promise<T>): Promise<T | undefined> {
    const { signal } = this.control;
    try {
      if (!signal?.aborted) return await make();
    } catch (error) {
      if (!signal?.aborted) {
        await this.keep(at, true);
        throw error;
      }
    }
    await this.keep(at, true);
    return undefined;
  }
}
