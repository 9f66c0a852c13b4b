import { UserError } from '@ehrsynth/io';

/** --from, and a model that draws rows. */
export class NoFuturesError extends UserError {
  constructor(modelFolder: string) {
    super('no-futures', 2, 'This model draws sets of codes and cannot continue records', {
      where: modelFolder,
      todo: 'Train a model of whole records: `ehrsynth train -m visits`.',
    });
  }
}

/** --from, and nobody who is alive on the day and known by then. */
export class NobodyToContinueError extends UserError {
  constructor(from: string, asOf: string, leftOut: number) {
    super(
      'nobody-to-continue',
      1,
      leftOut > 0
        ? `None of the ${leftOut.toLocaleString('en-US')} patients has a record up to ${asOf} and was alive on that day`
        : 'No patients could be read',
      { where: from, todo: 'Give other records with --from, or another date with --as-of.' },
    );
  }
}

/** Records that were continued, where synthetic patients are wanted: they hold the histories of others. */
export class ContinuedRecordsError extends UserError {
  constructor(folder: string) {
    super(
      'continued-records',
      1,
      'These records contain the real histories that they continue, and cannot be released',
      {
        where: folder,
        todo: 'Release patients that were drawn entirely from the model: `ehrsynth generate` without --from.',
      },
    );
  }
}
