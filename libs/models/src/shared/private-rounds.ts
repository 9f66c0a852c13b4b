import type { Adam } from '@ehrsynth/engine';
import { type PrivateLessons, type PrivateOptions, PrivateStepper } from '../private/dp-sgd.ts';
import {
  type LocalRounds,
  LocalState,
  type RoundOptions,
  type RoundResult,
  type RoundState,
  type Stretch,
} from './local-rounds.ts';
import type { Numbers } from './numbers.ts';

/**
 * Rounds by DP-SGD on a site's own patients. All rounds together make the steps of one training, whose number is fixed before the first, so
 * that the site's budget is that of a training alone: the weights between its steps, which others have moved meanwhile, look at its patients
 * only through its own noisy sums. @see fitByDpSgd
 */
export class PrivateRounds implements LocalRounds {
  readonly members: number;
  private readonly state: LocalState;

  constructor(
    private readonly lessons: PrivateLessons,
    private readonly options: Pick<PrivateOptions, 'clip' | 'noiseMultiplier'>,
  ) {
    this.members = lessons.patients;
    this.state = new LocalState(lessons.variables);
  }

  async round(start: RoundState, { epoch, from, to }: Stretch, options: RoundOptions): Promise<RoundResult> {
    const { steps: total } = this.lessons.steps;
    const [first, end] = [from, to].map((share) => Math.round(((epoch + share) / options.epochs) * total));
    return this.state.from(start, options, async (adam: Adam) => {
      const stepper = new PrivateStepper(this.lessons, this.options, adam);
      for (let step = first; step < end; step++) await stepper.step(step / total);
      return end - first;
    });
  }

  /** Nothing is set aside: a loss would depend on the patients. */
  async validate(numbers: Numbers): Promise<{ loss: number; patients: number }> {
    this.state.assign(numbers);
    return { loss: 0, patients: 0 };
  }
}
