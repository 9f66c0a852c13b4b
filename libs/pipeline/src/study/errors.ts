import { UserError } from '@ehrsynth/io';

/** A study's file that cannot be read as one. */
export class StudyFileError extends UserError {
  constructor(what: string, where: string) {
    super('study-file', 2, `The study cannot be read: ${what}`, {
      where,
      todo: '`ehrsynth init` writes one to begin with; docs/study.md says what may stand in it.',
    });
  }
}

/** A step that is asked for and that the study does not have. */
export class NoSuchStepError extends UserError {
  constructor(asked: string, steps: readonly string[]) {
    super('no-such-step', 2, `The study has no step ${asked}`, { todo: `Its steps are ${steps.join(', ')}.` });
  }
}

/** A study is made of a run, and what it read is not known. */
export class NoSourceError extends UserError {
  constructor(path: string) {
    super(
      'no-source',
      2,
      'What the run read is not known: its run.json does not name the source, or no ingest was before it',
      {
        where: path,
        todo: 'Name it with --source.',
      },
    );
  }
}

/** Something of ours where records of a source are meant. */
export class NotASourceError extends UserError {
  constructor(path: string, origin: string) {
    super(
      'not-a-source',
      2,
      `This is ${origin === 'cohort' ? 'a cohort' : `${origin} that ehrsynth wrote`}, and not a source`,
      {
        where: path,
        todo: 'A study begins with patient records: FHIR, OMOP or MEDS.',
      },
    );
  }
}

/** A study would read what it has written. */
export class OutInSourceError extends UserError {
  constructor(source: string, out: string) {
    super(
      'out-in-source',
      2,
      `The study would write into the folder that it reads, and read it there as patients: ${out}`,
      {
        where: source,
        todo: 'Keep the study outside of the records: `ehrsynth init SOURCE -o ../study.yaml`, or another `out`.',
      },
    );
  }
}
