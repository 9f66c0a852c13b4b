import { UserError } from '@ehrsynth/io';

/** A thread that checks has ended before its work: out of memory, most often. */
export class CheckingThreadError extends UserError {
  constructor(why: string, where: string | undefined, cause?: unknown) {
    super('checking-thread', 3, `A checking thread ended: ${why}`, {
      where,
      todo: 'Try fewer threads (--threads 0 uses none), or smaller files.',
      cause,
    });
  }
}
