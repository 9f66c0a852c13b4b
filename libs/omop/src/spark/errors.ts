import { UserError } from '@ehrsynth/io';

/** A schema is not there, or has no table that nothing can be read without. */
export class NoSparkSchemaError extends UserError {
  /** @param names of the schemas that the catalog has, or of the tables of the schema */
  constructor(
    table: 'person' | 'concept',
    { where, isThere, names }: { where: string; isThere: boolean; names: string[] },
  ) {
    const option = table === 'person' ? '--schema' : '--vocabulary-schema';
    const list = names.slice(0, 10).join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '');
    const todo = isThere
      ? `${list ? `It has ${list}` : 'It has no tables that this user can see'}. Name another with --catalog and ${option}.`
      : `${list ? `The catalog has the schemas ${list}` : 'This user cannot see any schema of the catalog'}: name one with ${option}, and its catalog with --catalog.`;
    super('no-schema', 2, isThere ? `There is no table ${table} in the schema` : 'There is no such schema', {
      where,
      todo,
    });
  }
}

/** A table is not any more what it was when the reading began. */
export class TableChangedError extends UserError {
  constructor(where: string, before: bigint, after: bigint) {
    const rows = (count: bigint) => count.toLocaleString('en-US');
    const what =
      before === after
        ? `it still has ${rows(before)} rows, but different ones`
        : `${rows(before)} rows before, ${rows(after)} after`;
    super('table-changed', 1, `A table changed while it was read: ${what}`, {
      where,
      todo: 'Nothing was written, because it would mix two states of the data. Read again when nothing is being loaded, or read views of one version (Delta Lake, Iceberg: SELECT * FROM person VERSION AS OF …).',
    });
  }
}

/** What works on files and PostgreSQL alone. */
export class NotOnSparkError extends UserError {
  constructor(what: string, where: string) {
    super('not-on-spark', 2, `${what} does not work on Spark`, {
      where,
      todo: 'Write the tables to a folder as Parquet and give that folder.',
    });
  }
}
