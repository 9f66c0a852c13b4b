import type { FitControl, TrainingEvent } from '@ehrsynth/models';
import { StoppedError } from '../errors.ts';
import { type Running, Work } from '../run/events.ts';
import type { TrainingLog } from './training-log.ts';

/** The piece of work that a signal ends in order, with a checkpoint. */
export const TRAINING = 'Training';

/**
 * Trains a model, each epoch written into the log. Gives the last epoch's event, where there are epochs.
 * @param epochs of all phases
 * @throws StoppedError where the signal ended it
 */
export async function fit(
  model: { fit(control: FitControl): Promise<boolean> },
  log: TrainingLog,
  epochs: number,
  options: { minPatients: number; checkpointFolder: string; checkpointEveryMs: number; resume: boolean },
  running: Running,
): Promise<TrainingEvent | undefined> {
  const { signal, onEvent } = running;
  const work = new Work(running, TRAINING, 'epochs', epochs);
  let last: TrainingEvent | undefined;
  const finished = await model
    .fit({
      ...options,
      signal,
      onProgress: (done) => work.update(done),
      onEvent: (event) => {
        last = event;
        log.write(event);
        onEvent?.({ type: 'epoch', epoch: event });
      },
    })
    .finally(() => work.stop());
  if (!finished) throw new StoppedError('Training was stopped; what was done so far is kept', options.checkpointFolder);
  onEvent?.({ type: 'trained', seconds: log.seconds, last });
  if (last?.stillFalling) {
    const text = `The validation loss was still falling at the last epoch: --epochs ${2 * last.epochs} for more.`;
    onEvent?.({ type: 'advice', text });
  }
  return last;
}
