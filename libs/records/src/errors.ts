import { UserError } from '@ehrsynth/io';

/** A finding that stops the run, because the user asked for that. */
export class BadInputError extends UserError {
  constructor(problem: string, where: string) {
    super('bad-input', 1, problem, {
      where,
      todo: 'Correct the input, or skip and count such input with --on-error skip.',
    });
  }
}
