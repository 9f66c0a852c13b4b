import { UserError } from '@ehrsynth/io';

/** The model folder's timeline cannot be used. */
export class BrokenTimelineError extends UserError {
  constructor(path: string, cause: unknown, what?: string) {
    super('broken-timeline', 1, ['The timeline is damaged', what].filter(Boolean).join(': '), {
      where: path,
      todo: 'Train again, or copy the model folder again.',
      cause,
    });
  }
}
