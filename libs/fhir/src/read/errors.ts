import { UserError } from '@ehrsynth/io';

/** Nothing in the source is FHIR. */
export class NothingToReadError extends UserError {
  constructor(path: string, files: number) {
    super(
      'nothing-to-read',
      2,
      files === 0 ? 'The folder is empty' : `None of the ${files} files is FHIR JSON or NDJSON`,
      { where: path, todo: 'Give a folder or file of .json, .json.gz, .ndjson or .ndjson.gz.' },
    );
  }
}

/** Files were read, but there is no patient in them. */
export class NoPatientError extends UserError {
  constructor(path: string, why: string) {
    super('no-patient', 1, `No patient could be read${why}`, {
      where: path,
      todo: 'Check that the Patient resources are among the files.',
    });
  }
}

/** A code system alias that cannot be understood. */
export class AliasError extends UserError {
  constructor(alias: string, where: string | undefined, known: string[]) {
    super('bad-alias', 2, `Not a system alias: ${alias}`, {
      where,
      todo: `Write URI=NAME, where NAME is a URI or one of ${known.join(', ')}.`,
    });
  }
}
