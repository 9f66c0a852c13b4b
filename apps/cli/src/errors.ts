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
    super('unknown-code', 1, `${code} is in no dictionary`, {
      todo: '`ehrsynth vocab list` shows which there are.',
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
    super('stopped', 130, 'Stopped: nothing was written, and the server was told to end what it was doing', { where });
  }
}

/** evaluate is given both of its forms, or a part of one. */
export class EvaluateUsageError extends UserError {
  constructor(what: string) {
    super('bad-usage', 2, what, {
      todo: 'Give COHORT and SYNTH, folders of `ehrsynth ingest` and `ehrsynth generate`; COHORT and --futures; or --records, --holdout and --synth, records of any origin.',
    });
  }
}

/** A secret key has a password, and nobody gave it. */
export class NoPasswordError extends UserError {
  constructor(what: string) {
    super('no-password', 2, what, {
      todo: 'Set EHRSYNTH_SIGN_PASSWORD, or run it at a terminal; `release keygen --no-password` makes a key without one.',
    });
  }
}

/** A key would be overwritten. */
export class KeyExistsError extends UserError {
  constructor(path: string) {
    super('key-exists', 2, 'There is a key already, and it is not replaced', {
      where: path,
      todo: 'Choose another name with -o.',
    });
  }
}

/** train needs patients: of a cohort, or of sites. */
export class PatientsOfTrainingError extends UserError {
  constructor() {
    super('patients-of-training', 2, 'train learns either from a cohort or at sites', {
      todo: 'Give a cohort that `ehrsynth ingest` wrote, or --federated with a file of sites (docs/federated.md).',
    });
  }
}
