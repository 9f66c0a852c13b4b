import { UserError } from '@ehrsynth/io';

/** A source that holds nobody: there is nothing to write, not even why. */
export class EmptySourceError extends UserError {
  constructor(source: string) {
    super('empty-source', 1, 'No patients were read: the source has none', {
      where: source,
      todo: 'Check that it is the right folder, file or schema.',
    });
  }
}

/** --rows-only of what no database holds. */
export class NoRowsOnlyError extends UserError {
  constructor(source: string) {
    super('no-rows-only', 2, '--rows-only counts codes in a database, and this source is not one', {
      where: source,
      todo: 'Leave it out, or read OMOP: a folder, a DuckDB file, PostgreSQL or Spark; or MEDS on Spark.',
    });
  }
}

/** --rows-only of what a cluster's executors alone can make rows of. */
export class NeedsExecutorsError extends UserError {
  constructor(source: string) {
    super('needs-executors', 2, '--rows-only of MEDS on Spark: its executors make the rows', {
      where: source,
      todo: 'Say where they have this program from with --bundle or --executor (docs/scale.md), or leave --rows-only out: then the events come here.',
    });
  }
}

/** --stay with a source that is not on Spark, or without a place that a cluster reaches. */
export class StayError extends UserError {
  constructor(what: string, where: string) {
    super('no-stay', 2, `--stay: ${what}`, {
      where,
      todo: 'It takes a source on Spark (sc://…), and a place on the storage of its cluster: s3://…, abfss://…, hdfs://…, file:/….',
    });
  }
}

/** Something is where a cohort's rows should go. */
export class StayTakenError extends UserError {
  constructor(place: string) {
    super('stay-taken', 2, 'There are already files at the place given with --stay', {
      where: place,
      todo: 'Choose another place, or replace them with --force.',
    });
  }
}

/** A cohort whose patients are on the storage of a cluster. */
export class NotHereError extends UserError {
  constructor(cohort: string, place: string) {
    super('not-here', 2, `The patients of this cohort stay at ${place}`, {
      where: cohort,
      todo: 'Train on them there with train --on sc://…. For all other commands, ingest without --stay.',
    });
  }
}

/** A training on a cohort that has no records. */
export class NoRecordsError extends UserError {
  constructor(cohort: string) {
    super('no-records', 2, 'This cohort has rows but no records, and times and values are learned from records', {
      where: cohort,
      todo: 'Ingest without --rows-only.',
    });
  }
}
