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

/** The weights are no longer numbers; nothing that was learned since the last checkpoint can be used. */
export class DivergedError extends UserError {
  constructor(phase: string, epoch: number, checkpointFolder: string | undefined) {
    super(
      'diverged',
      1,
      `Training broke down in epoch ${epoch} of ${phase}: its numbers are no longer finite`,
      {
        where: checkpointFolder,
        todo:
          'The last good checkpoint is kept. Go on from it with a smaller step (--resume --learning-rate 0.0003), ' +
          'or begin anew with a larger --batch-size or --l2.',
      },
    );
  }
}

/** The checkpoint's head is not what this version writes. */
export class BrokenCheckpointError extends UserError {
  constructor(path: string) {
    super('broken-checkpoint', 1, 'The checkpoint is damaged, or was written by another version', {
      where: path,
      todo: 'Leave --resume out to begin anew.',
    });
  }
}
