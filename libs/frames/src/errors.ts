import { UserError } from '@ehrsynth/io';

/** A table or matrix that cannot be read as it stands. */
export class FrameError extends UserError {
  constructor(what: string, where: string, todo: string, cause?: unknown) {
    super('bad-table', 1, what, { where, todo, cause });
  }
}

/** An option of the reading that does not fit the file. */
export class FrameOptionError extends UserError {
  constructor(what: string, todo: string) {
    super('bad-table-option', 2, what, { todo });
  }
}

/** Names of columns that none of the cohort's codes answers to. */
export class NoSuchColumnsError extends UserError {
  constructor(path: string, names: readonly string[], columns: readonly string[]) {
    super('no-such-columns', 1, 'No column of the file is a column of the cohort', {
      where: path,
      todo: `The file has ${names.slice(0, SHOWN).join(', ')}; the cohort has ${columns.slice(0, SHOWN).join(', ')}. Name columns by their codes, as columns.json in the cohort's folder train has them.`,
    });
  }
}

const SHOWN = 5;
