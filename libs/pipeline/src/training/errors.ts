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
      todo: 'Give --epochs 1 or more, or leave it out.',
    });
  }
}

/** --resume, and no training was begun for this output. */
export class NothingToResumeError extends UserError {
  constructor(out: string, checkpointFolder: string) {
    super('nothing-to-resume', 2, `There is no checkpoint to resume for ${out}`, {
      where: checkpointFolder,
      todo: 'Give the --out of the training that was stopped, or omit --resume to start again.',
    });
  }
}
