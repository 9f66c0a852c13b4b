import { UserError } from '@ehrsynth/io';

/** --rows-only of what no database holds. */
export class NoRowsOnlyError extends UserError {
  constructor(source: string) {
    super('no-rows-only', 2, '--rows-only counts codes in a database, and this is none', {
      where: source,
      todo: 'Leave it out, or read OMOP: a folder, a DuckDB file, PostgreSQL or Spark.',
    });
  }
}

/** A training on a cohort that has no records. */
export class NoRecordsError extends UserError {
  constructor(cohort: string) {
    super('no-records', 2, 'This cohort has rows and no records, which a training learns times and values from', {
      where: cohort,
      todo: 'Ingest without --rows-only.',
    });
  }
}
