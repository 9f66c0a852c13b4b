import { UserError } from '@ehrsynth/io';

/** The source has none of the CDM's tables, or lacks one that nothing can be read without. */
export class MissingTableError extends UserError {
  constructor(table: string, where: string, found: string[]) {
    super('missing-table', 2, `There is no table ${table}`, {
      where,
      todo:
        found.length > 0
          ? `Tables found: ${found.join(', ')}.`
          : 'Give a folder of person.csv or person.parquet and the others, a DuckDB file or a schema that has it.',
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

/** A file of text whose columns stand apart by neither commas nor tabs. */
export class WrongDelimiterError extends UserError {
  constructor(file: string, delimiter: string) {
    super('wrong-delimiter', 2, `Columns stand apart by "${delimiter}"`, {
      where: `${file}, line 1`,
      todo: 'Write it again as CSV with commas and quotes, or with tabs and without quotes, as Athena does.',
    });
  }
}

/** A vocabulary that is not of version 5, or files of several downloads. */
export class WrongVocabularyError extends UserError {
  constructor(where: string, version: string, mappings?: { loose: number; all: number }) {
    const what = mappings
      ? `${mappings.loose} of ${mappings.all} mappings name concepts that are not there: the files are of several downloads`
      : `Vocabulary of another version: ${version || 'none is told'}, and v5 is read`;
    const todo =
      'Download the vocabularies anew from Athena (Vocabulary version v5) and give the folder as unpacked.';
    super('wrong-vocabulary', 2, what, { where, todo });
  }
}

/** What was imported from Athena cannot be read. */
export class BrokenVocabularyError extends UserError {
  constructor(path: string, cause: Error) {
    super(
      'broken-vocabulary',
      1,
      `The imported vocabularies cannot be read: ${cause.message.split('\n')[0]}`,
      {
        where: path,
        todo: 'Import them again: ehrsynth vocab import athena DIR.',
        cause,
      },
    );
  }
}

/** Standard concepts cannot be mapped back without mappings. */
export class NoMappingsError extends UserError {
  constructor(where: string) {
    super('no-mappings', 3, 'There are no mappings (concept_relationship) to map standard concepts back by', {
      where,
      todo: "Load Athena's files beside the data, or import them: ehrsynth vocab import athena DIR.",
    });
  }
}

/** A column of the database is of a type that cannot be read as the CDM's. */
export class WrongColumnTypeError extends UserError {
  constructor(table: string, column: string, found: string, wanted: string, where: string) {
    super('wrong-type', 2, `Column ${column} of table ${table} is of type ${found}, not ${wanted}`, {
      where,
      todo: 'Load the data into tables of the official DDL.',
    });
  }
}

/** What the server says, or that it is not there any more. */
export class PostgresError extends UserError {
  constructor(doing: string, where: string, cause: Error, kept = '') {
    const { code, detail, hint } = cause as Error & { code?: string; detail?: string; hint?: string };
    const isGone = !code || /^(08|57P|ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|28|3D)/.test(code);
    const words = cause.message || code || 'no answer';
    super('postgres', isGone ? 3 : 1, `${doing}: ${detail ? `${words} (${detail})` : words}`, {
      where,
      todo: [kept, hint ?? (isGone ? 'Check the server, the URL and the password (PGPASSWORD), then run again.' : '')]
        .filter(Boolean)
        .join(' '),
      cause,
    });
  } // prettier-ignore
}

/** The schema has data of a CDM already. */
export class SchemaNotEmptyError extends UserError {
  constructor(where: string, tables: string[]) {
    super('schema-not-empty', 2, `The schema has data already: ${tables.join(', ')}`, {
      where,
      todo: 'Name another schema (--schema), or drop these tables and load anew: --replace.',
    });
  }
}

/** A version of the CDM that is not checked. */
export class CdmVersionError extends UserError {
  constructor(version: string, where: string) {
    super('cdm-version', 2, `CDM ${version}: only versions 5.3 and 5.4 are checked`, {
      where,
      todo: 'Convert the data to 5.3 or 5.4. If cdm_source names the wrong version, name the right one: --cdm-version 5.4.',
    });
  }
}
