import { UserError } from '@ehrsynth/io';

/** The ledger of a cohort's releases cannot be read or written: nothing may be released without its line there. */
export class LedgerError extends UserError {
  constructor(what: string, where: string, cause?: unknown) {
    super('no-ledger', 3, `The ledger of releases ${what}`, {
      where,
      todo: 'Every release is recorded next to its cohort: make the file readable and writable, and release again.',
      cause,
    });
  }
}
