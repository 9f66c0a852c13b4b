import { UserError } from '@ehrsynth/io';

/** A thread that checks has ended before its work: out of memory, most often. */
export class CheckingThreadError extends UserError {
  constructor(why: string, where: string | undefined, cause?: unknown) {
    super('checking-thread', 3, `A thread that checks has ended: ${why}`, {
      where,
      todo: 'Try it with fewer threads (--threads 0 checks without any), or in smaller files.',
      cause,
    });
  }
}
