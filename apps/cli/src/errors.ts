import { UserError } from '@ehrsynth/io';

export class NothingImportedError extends UserError {
  constructor() {
    super('nothing-imported', 1, 'Nothing to import in the files', {
      todo: 'Check that they are the right ones, in the right order.',
    });
  }
}

export class UnknownCodeError extends UserError {
  constructor(code: string) {
    super('unknown-code', 1, `${code} is not in any dictionary`, {
      todo: '`ehrsynth vocab list` shows the dictionaries.',
    });
  }
}

/** --source-system names no kind of event, or no system. */
export class InvalidSourceSystemError extends UserError {
  constructor(text: string, kinds: string[]) {
    super('bad-source-system', 2, `Not a kind and a system: ${text}`, {
      todo: `Write KIND=URI, where KIND is one of ${kinds.join(', ')}.`,
    });
  }
}

/** A signal ended the reading from a server, which was told so. */
export class StoppedReadingError extends UserError {
  constructor(where: string) {
    super('stopped', 130, 'Stopped: nothing was written, and the query on the server was cancelled', { where });
  }
}

/** evaluate is given both of its forms, or a part of one. */
export class EvaluateUsageError extends UserError {
  constructor(what: string) {
    super('bad-usage', 2, what, {
      todo: 'Give COHORT and SYNTH (folders written by `ehrsynth ingest` and `ehrsynth generate`); COHORT and --synthetic (from any generator); COHORT and --futures; or --records, --holdout and --synth (records from any source).',
    });
  }
}

/** A secret key has a password, and nobody gave it. */
export class NoPasswordError extends UserError {
  constructor(what: string) {
    super('no-password', 2, what, {
      todo: 'Set EHRSYNTH_SIGN_PASSWORD, or run the command in a terminal; `release keygen --no-password` creates a key without a password.',
    });
  }
}

/** A key would be overwritten. */
export class KeyExistsError extends UserError {
  constructor(path: string) {
    super('key-exists', 2, 'The key already exists and was not replaced', {
      where: path,
      todo: 'Choose another name with -o.',
    });
  }
}

/** A step of a study that its command does not understand. */
export class StudyUsageError extends UserError {
  constructor(what: string, where?: string) {
    super('bad-usage', 2, `The study cannot be run: ${what}`, {
      where,
      todo: 'Steps have the options of their commands, without the dashes; --help after a command lists them.',
    });
  }
}

/** A file or folder that a step would read, and that is not there. */
export class StudyInputError extends UserError {
  constructor(what: string, where?: string) {
    super('no-study-input', 2, `The study cannot be run: ${what}`, {
      where,
      todo: "Check the path; paths start from the folder of the study's file.",
    });
  }
}

/** There is no file to run. */
export class NoStudyError extends UserError {
  constructor(path: string) {
    super('no-study', 2, 'The study file does not exist', {
      where: path,
      todo: '`ehrsynth init SOURCE` looks at your records and writes one.',
    });
  }
}

/** A question that nobody is there to answer. */
export class NobodyToAskError extends UserError {
  constructor() {
    super('bad-usage', 2, 'The source of the study is missing', {
      todo: 'Give a file, a folder or the URL of a server: ehrsynth init SOURCE.',
    });
  }
}

/** A study would be overwritten. */
export class StudyExistsError extends UserError {
  constructor(path: string) {
    super('study-exists', 2, 'The study file already exists and was not replaced', {
      where: path,
      todo: 'Choose another name with -o, or replace it with --force.',
    });
  }
}

/** train needs patients: of a cohort, or of sites. */
export class PatientsOfTrainingError extends UserError {
  constructor() {
    super('patients-of-training', 2, 'train needs either a cohort or a file of sites', {
      todo: 'Give the folder of a cohort that `ehrsynth ingest` wrote, or a file of sites with --federated (docs/federated.md).',
    });
  }
}
