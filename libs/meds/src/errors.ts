import { UserError } from '@ehrsynth/io';

/** The folder holds no data of MEDS. */
export class NotMedsError extends UserError {
  /** @param instead a folder below or above it that does */
  constructor(folder: string, what: string, instead?: string) {
    super('not-meds', 2, what, {
      where: folder,
      todo: instead
        ? `Give the folder that has data/ in it: ${instead}`
        : 'Give the folder of a MEDS dataset: it has data/**/*.parquet and metadata/ in it.',
    });
  }
}

/** A schema of Spark has no table of data. */
export class NoMedsTablesError extends UserError {
  /** @param names of the tables that it has */
  constructor(where: string, names: string[]) {
    super('not-meds', 2, 'There is no table data in the schema, which MEDS has its rows in', {
      where,
      todo: `${names.length > 0 ? `It has ${names.slice(0, 10).join(', ')}` : 'There are no tables that this user may see'}. Choose another with --catalog and --schema.`,
    });
  }
}

/** A file lacks a column that the standard demands. */
export class MissingMedsColumnError extends UserError {
  constructor(where: string, column: string, found: string[]) {
    const isOld = found.some((name) => /^(?:patient_id|events|static_measurements)$/i.test(name));
    super('missing-column', 2, `The column ${column}, which MEDS requires, is missing`, {
      where,
      todo: isOld
        ? 'It is in a version of MEDS before 0.3 (patient_id, or events nested in a row). Convert it with the meds_etl package of that version.'
        : `Its columns: ${found.slice(0, 20).join(', ')}.`,
    });
  }
}

/** A column is of a type that cannot be read as the standard's. */
export class MedsTypeError extends UserError {
  constructor(where: string, column: string, type: string, wanted: string) {
    super('column-type', 2, `Column ${column} is ${type}, but MEDS requires ${wanted}`, {
      where,
      todo: 'Write the file again with the type that the standard requires.',
    });
  }
}

/** A file cannot be read as Parquet or JSON. */
export class BrokenMedsFileError extends UserError {
  constructor(where: string, cause: unknown) {
    const [said] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    super('broken-file', 1, `The file cannot be read: ${said}`, {
      where,
      todo: 'Copy it again from its source.',
      cause,
    });
  }
}

/**
 * Does what reads a file.
 * @throws BrokenMedsFileError where DuckDB cannot read it; what is wrong with the machine goes through as it is
 */
export async function reading<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asReadingError(where, error);
  }
}

/** What came up while a file was read. */
export function asReadingError(where: string, error: unknown): unknown {
  const isOfMachine = !(error instanceof Error) || error instanceof UserError || OF_MACHINE.test(error.message);
  return isOfMachine ? error : new BrokenMedsFileError(where, error);
}

const OF_MACHINE = /No space left|failed to offload|Out of Memory|INTERNAL|Interrupt/i;

/** Two records would be one subject. */
export class SameSubjectError extends UserError {
  constructor(subject: string, ids: string[]) {
    const [one, other] = ids;
    const isTwice = one === other;
    super(
      'same-subject',
      1,
      isTwice ? `Two records have the id ${one}` : `The ids ${one} and ${other} give the same subject_id, ${subject}`,
      {
        todo: isTwice
          ? 'In MEDS, each subject occurs once: join the records first, or give one of them another id.'
          : 'Give one of the records another id.',
      },
    );
  }
}
