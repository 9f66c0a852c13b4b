import { Adam, tf } from '@ehrsynth/engine';
import type { Lessons } from '../likelihood.ts';
import { cosineDecay } from '../training-loop.ts';
import { numbersOf } from '../values.ts';
import { assignNumbers, differences, type Numbers, numbersIn } from './numbers.ts';

/** A part of an epoch, as shares of it: [0, 1] is all of it. */
export interface Stretch {
  epoch: number;
  from: number;
  to: number;
}

/** What a course of rounds is like; the same at all sites. */
export interface RoundOptions {
  epochs: number;
  learningRate: number;
  l2: number;
}

/** Weights and the optimizer's moments at the beginning of a round, and how many steps the moments come from. */
export interface RoundState {
  numbers: Numbers;
  steps: number;
}

/** What a round at one site came to. */
export interface RoundResult {
  /** What the weights and moments became more than they were. */
  changes: Numbers;
  /** Steps that were made. */
  steps: number;
  /** Sum of the losses of the steps; not there in private. */
  loss?: number;
}

/** Rounds of a training at one site, on its own patients. */
export interface LocalRounds {
  /** Patients that are learned from. */
  readonly members: number;
  round(state: RoundState, stretch: Stretch, options: RoundOptions): Promise<RoundResult>;
  /** Sum of the losses of the patients set aside, and how many they are; in private there are none. */
  validate(numbers: Numbers): Promise<{ loss: number; patients: number }>;
}

const MOMENTS = 'adam';

/** Weights and moments as a site has them; a site keeps neither from one round to the next. */
export class LocalState {
  constructor(private readonly variables: Record<string, tf.Variable>) {}

  /** Makes steps from a state on. @param steps gives the number of them */
  async from(
    state: RoundState,
    { learningRate, l2 }: RoundOptions,
    steps: (adam: Adam) => Promise<number>,
  ): Promise<{ changes: Numbers; steps: number }> {
    const { variables } = this;
    const adam = new Adam(Object.values(variables), { learningRate, l2 });
    try {
      const all = { ...variables, ...adam.named(MOMENTS) };
      assignNumbers(all, state.numbers);
      adam.steps = state.steps;
      const made = await steps(adam);
      return { changes: differences(await numbersIn(all), state.numbers), steps: made };
    } finally {
      adam.dispose();
    }
  }

  assign(numbers: Numbers): void {
    assignNumbers(this.variables, numbers);
  }
}

/** The state that a training by rounds begins with: the weights as they are, and no moments. */
export async function firstState(variables: Record<string, tf.Variable>): Promise<RoundState> {
  const adam = new Adam(Object.values(variables), { learningRate: 1 });
  const numbers = await numbersIn({ ...variables, ...adam.named(MOMENTS) });
  adam.dispose();
  return { numbers, steps: 0 };
}

/**
 * Rounds by likelihood: as `fitLessons` trains, a stretch of an epoch at a time. A site's batches are a share of those that one machine would
 * take of all patients, and Adam divides by the deviation of their gradients, which is larger by one over the root of the share. The step is
 * longer by as much, so that the mean of all sites' steps moves as far, and varies as much, as one machine's.
 * @see Malladi et al. 2022, "On the SDEs and scaling rules for adaptive gradient algorithms", the square root scaling rule
 */
export class LessonRounds implements LocalRounds {
  private readonly state: LocalState;

  constructor(
    private readonly lessons: Lessons,
    readonly members: number,
    private readonly aside: number,
    /** Of all sites' patients. */
    private readonly share: number,
  ) {
    this.state = new LocalState(lessons.variables);
  }

  async round(start: RoundState, { epoch, from, to }: Stretch, options: RoundOptions): Promise<RoundResult> {
    const { lessons } = this;
    const all = lessons.stepsOf(epoch);
    const [first, end] = [from, to].map((share) => Math.round(share * all));
    const losses: tf.Scalar[] = [];
    const own = { ...options, learningRate: options.learningRate / Math.sqrt(this.share) };
    const made = await this.state.from(start, own, async (adam) => {
      for await (const { step, number } of lessons.steps(epoch, first)) {
        if (number >= end) {
          step.dispose();
          break;
        }
        adam.scale = cosineDecay((epoch + number / all) / options.epochs);
        losses.push(adam.minimize(step.loss));
        step.dispose();
      }
      return losses.length;
    });
    const sum = (await numbersOf(losses)).reduce((total, one) => total + one, 0);
    return { ...made, loss: sum };
  }

  async validate(numbers: Numbers): Promise<{ loss: number; patients: number }> {
    this.state.assign(numbers);
    return { loss: (await this.lessons.validate()) * this.aside, patients: this.aside };
  }
}
