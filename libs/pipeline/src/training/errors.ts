import { UserError } from '@ehrsynth/io';

/** A cohort whose codes were all left out. */
export class NothingToTrainError extends UserError {
  constructor(cohort: string) {
    super('nothing-to-train', 1, 'No code occurs in enough training patients', {
      where: cohort,
      todo: 'Ingest again with a smaller --min-patients, or with --rare parent.',
    });
  }
}

/** --epochs 0 where nothing is trained before the epochs: the model would draw by its random initial weights. */
export class NoEpochsError extends UserError {
  constructor(model: string) {
    super('no-epochs', 2, `With --epochs 0 ${model} would learn nothing`, {
      todo: 'Give --epochs 1 or more, or omit it.',
    });
  }
}

/** --resume with another cohort than that of the training that was stopped. */
export class OtherCheckpointError extends UserError {
  constructor(checkpointFolder: string) {
    super('other-checkpoint', 2, 'The checkpoint belongs to a different cohort', {
      where: checkpointFolder,
      todo: 'Give the cohort of the training that was stopped, or omit --resume to start again.',
    });
  }
}
