import { fromSystemError, UserError } from '@ehrsynth/io';

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

/** The thread that reads a matrix has ended before it was told to. */
export class RowReaderError extends UserError {
  constructor(path: string, cause?: unknown) {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    super('rows-unreadable', 3, `The rows of the matrix can no longer be read${why}`, {
      where: path,
      todo: 'Check that the file still exists and that there is enough memory, and run the command again (a training with --resume).',
      cause,
    });
  }
}

/** What was met while a matrix was read, as an error for the user. */
export function asMatrixError(error: unknown, path: string): UserError {
  if (error instanceof UserError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return code && /^E[A-Z]+$/.test(code)
    ? fromSystemError(error, path, 'read')
    : new BrokenMatrixError(path, message, error);
}
