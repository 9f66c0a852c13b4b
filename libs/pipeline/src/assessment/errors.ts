import { UserError } from '@ehrsynth/io';

/** Records to be judged, or to judge by, without a patient. */
export class NoPatientsError extends UserError {
  constructor(where: string) {
    super('no-patients', 1, 'No patients could be read', {
      where,
      todo: 'Give a file or folder of FHIR, OMOP, CSV that ehrsynth wrote, or records.ndjson.gz.',
    });
  }
}

/** Held-out records that are the training records. */
export class NobodyHeldOutError extends UserError {
  constructor(where: string) {
    super(
      'nobody-held-out',
      1,
      'Every held-out patient with enough codes to be recognised is also a training patient, with the same codes on the same days',
      {
        where,
        todo: 'Hold out real patients that the generator was not trained on.',
      },
    );
  }
}

/** Records to judge by that have no code in common. */
export class NothingToCompareError extends UserError {
  constructor(minPatients: number) {
    super('nothing-to-compare', 1, `No code occurs in ${minPatients} or more of the training records`, {
      todo: 'Give more records, other --kinds, or a smaller --min-patients.',
    });
  }
}

/** A folder of synthetic patients where drawn futures were expected. */
export class NotFuturesError extends UserError {
  constructor(folder: string) {
    super('not-futures', 2, 'The folder contains no futures', {
      where: folder,
      todo: 'Draw futures of held-out patients: `ehrsynth generate MODEL --from COHORT/holdout --as-of DATE -k 20`.',
    });
  }
}

/** Drawn futures where synthetic patients were expected: the histories before them are real people's. */
export class FuturesAsPatientsError extends UserError {
  constructor(folder: string) {
    super(
      'futures-as-patients',
      2,
      'These records continue the histories of real people; they are not synthetic patients',
      {
        where: folder,
        todo: 'Measure them as forecasts: `ehrsynth evaluate COHORT --futures FOLDER`.',
      },
    );
  }
}

/** Several runs of which two are the same patients: a range over them would be narrower than chance. */
export class SameRunError extends UserError {
  constructor(folder: string, again: string) {
    super('same-run', 2, `Two of the runs are the same patients: ${folder} and ${again}`, {
      todo: 'Draw each with another seed: `ehrsynth generate MODEL -n NUMBER --seed 2 -o synth-2`.',
    });
  }
}

/** Futures of which none is of a held-out person. */
export class ForeignFuturesError extends UserError {
  constructor(folder: string, cohort: string) {
    super('foreign-futures', 1, `None of the futures belongs to a held-out patient of the cohort: ${cohort}`, {
      where: folder,
      todo: 'Draw futures of its own held-out records: --from COHORT/holdout.',
    });
  }
}
