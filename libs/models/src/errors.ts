import { UserError } from '@ehrsynth/io';

/** The checkpoint belongs to another training. */
export class OtherTrainingError extends UserError {
  constructor(path: string) {
    super('other-training', 2, 'The checkpoint is of a training with other options or other columns', {
      where: path,
      todo: 'Give the same options, or leave --resume out to begin anew.',
    });
  }
}

/** The folder holds a model of another kind. */
export class OtherModelError extends UserError {
  constructor(path: string, wanted: string, format: string) {
    super('other-model', 2, `Not a ${wanted}: ${format}`, {
      where: path,
      todo: 'Give a folder that `ehrsynth train` wrote with this version.',
    });
  }
}
