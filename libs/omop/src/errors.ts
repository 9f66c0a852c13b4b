import { UserError } from '@ehrsynth/io';

/** The source has none of the CDM's tables, or lacks one that nothing can be read without. */
export class MissingTableError extends UserError {
  constructor(table: string, where: string, found: string[]) {
    super('missing-table', 2, `There is no table ${table}`, {
      where,
      todo:
        found.length > 0
          ? `Tables found: ${found.join(', ')}.`
          : 'Give a folder of person.csv or person.parquet and the others, or a DuckDB file.',
    });
  }
}

/** A table lacks a column that is read. */
export class MissingColumnError extends UserError {
  constructor(table: string, column: string, where: string, found: string[]) {
    super('missing-column', 2, `Table ${table} has no column ${column}`, {
      where,
      todo: `Its columns: ${found.join(', ')}. Check the CDM's version (5.3 and 5.4 are read) and the delimiter.`,
    });
  }
}

/** A file that DuckDB cannot read as what it should be. */
export class BrokenTableError extends UserError {
  constructor(table: string, where: string, cause: Error) {
    super('broken-table', 1, `Table ${table} cannot be read: ${cause.message.split('\n')[0]}`, {
      where,
      todo: 'Write the file again, as CSV with a header (comma or tab) or as Parquet.',
      cause,
    });
  }
}
