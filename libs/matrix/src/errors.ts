import { UserError } from '@ehrsynth/io';

/** The folder holds something else than a matrix, or one that is damaged. */
export class BrokenMatrixError extends UserError {
  constructor(path: string, what: string, cause?: unknown) {
    super('broken-matrix', 1, `Not a code matrix: ${what}`, {
      where: path,
      todo: 'Give a folder that `ehrsynth ingest` or `ehrsynth generate` wrote.',
      cause,
    });
  }
}
