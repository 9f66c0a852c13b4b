import type { TrainingEvent } from '@ehrsynth/models';
import type { Filling } from '@ehrsynth/release';
import type { Assessment } from '../assessment/assessment.ts';
import type { Entrant } from '../comparison/entrant.ts';
import type { TrainingBegun } from '../training/begun.ts';
import type { DrawnPatients } from '../training/drawn-patients.ts';
import type { Blocking } from './blocking.ts';

export { blocking } from './blocking.ts';

/** What a function of the pipeline reports while it runs. It prints nothing: who listens shows it. */
export type PipelineEvent =
  /** A piece of work begins: Reading, in resources; its total is 0 where it is not known. */
  | { type: 'work'; work: string; unit: string; total: number }
  /** How much of it is done, with what else there is to say. */
  | { type: 'progress'; work: string; done: number; note: string }
  | { type: 'work-end'; work: string }
  /** A sentence that is worth knowing. */
  | { type: 'note'; text: string }
  /** What the user may want to do: put right what went wrong (the error itself is thrown), or have it faster. */
  | { type: 'advice'; text: string }
  /** Everything that can fail early has been done, and the training begins. */
  | { type: 'training'; training: TrainingBegun }
  | { type: 'epoch'; epoch: TrainingEvent }
  | { type: 'trained'; seconds: number; last?: TrainingEvent }
  /** The trained model drew a few patients. */
  | { type: 'drawn'; drawn: DrawnPatients }
  /** Classes of a release were filled with further patients. */
  | { type: 'filled'; filling: Filling; suppressed: number }
  /** A release was measured, and its try is in the ledger; whether it passes is decided next. */
  | { type: 'measured'; assessment: Assessment }
  /** A model of a comparison was trained and measured. */
  | { type: 'entrant'; entrant: Entrant };

/** How a program follows and ends a piece of work. */
export interface Running extends Blocking {
  /** Gets every event, in order; what it throws ends the work. */
  onEvent?: (event: PipelineEvent) => void;
  /**
   * Ends the work at the next patient or step: the output is not written, and what has been done of a training or a comparison is kept
   * beside it, to be resumed. Everything else throws the signal's reason.
   */
  signal?: AbortSignal;
}

/** Reports how far a piece of work is. */
export class Work {
  constructor(
    private readonly running: Running,
    private readonly work: string,
    unit: string,
    total = 0,
  ) {
    running.onEvent?.({ type: 'work', work, unit, total });
  }

  update(done: number, note = ''): void {
    this.running.onEvent?.({ type: 'progress', work: this.work, done, note });
  }

  stop(): void {
    this.running.onEvent?.({ type: 'work-end', work: this.work });
  }
}

/** The items until the signal ends them. @throws the signal's reason */
export async function* untilStopped<T>(
  items: AsyncIterable<T>,
  { signal }: Running,
): AsyncGenerator<T, void, undefined> {
  for await (const item of items) {
    signal?.throwIfAborted();
    yield item;
  }
}
