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
  // Of a training that was stopped after its last epoch, no other comes.
  let { last, best } = log.kept;
  const finished = await model
    .fit({
      ...options,
      signal,
      onProgress: (done) => work.update(done),
      onEvent: (event) => {
        last = event;
        if (event.best) best = event;
        log.write(event);
        onEvent?.({ type: 'epoch', epoch: event });
      },
    })
    .finally(() => work.stop());
  if (!finished) throw new StoppedError('Training was stopped; its progress is kept', options.checkpointFolder);
  onEvent?.({ type: 'trained', seconds: log.seconds, last });
  const text = afterwards(last, best);
  if (text) onEvent?.({ type: last?.stillFalling ? 'advice' : 'note', text });
  return last;
}

/** What a course with early stopping came to. @param best its last epoch that was better than those before */
function afterwards(last: TrainingEvent | undefined, best: TrainingEvent | undefined): string | undefined {
  if (!last) return undefined;
  if (last.stillFalling)
    return `The validation loss was still falling at the last epoch, which is the best one: train longer, with --epochs ${2 * last.epochs}.`;
  if (!best || best.done === last.done || best.phase !== last.phase) return undefined;
  const least = `validation loss was lowest at epoch ${best.epoch} (${best.losses.validation.toFixed(3)}), whose weights are kept.`;
  return last.epoch < last.epochs
    ? `Training ended early, after ${last.epoch} of ${last.epochs} epochs: the ${least}`
    : `The ${least}`;
}
