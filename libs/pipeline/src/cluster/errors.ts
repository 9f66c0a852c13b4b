import { UserError } from '@ehrsynth/io';

/** A task that this version does not have. */
export class UnknownTaskError extends UserError {
  constructor(name: string) {
    super('unknown-task', 2, `There is no task ${JSON.stringify(name)}`, {
      todo: 'Tasks are what executors of a cluster run: have the same version of ehrsynth there as here.',
    });
  }
}

/** The executors have another version of the program. */
export class OtherVersionError extends UserError {
  constructor(there: string, here: string, where: string) {
    super('other-version', 3, `The executors have ehrsynth ${there}, and here is ${here}`, {
      where,
      todo: 'Have the same version in both places: what is drawn may differ between them.',
    });
  }
}
