import { UserError } from '@ehrsynth/io';

/** A key that cannot be used: not in minisign's format, damaged, or under another password. */
export class KeyError extends UserError {
  constructor(what: string, where: string | undefined, todo: string) {
    super('bad-key', 2, what, { where, todo });
  }
}
