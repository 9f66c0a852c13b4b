import { UserError } from '@ehrsynth/io';

/** The model folder's timeline cannot be used. */
export class BrokenTimelineError extends UserError {
  constructor(path: string, cause: unknown) {
    super('broken-timeline', 1, 'The timeline is damaged', {
      where: path,
      todo: 'Train again, or copy the model folder again.',
      cause,
    });
  }
}
