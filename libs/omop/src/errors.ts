import { UserError } from '@ehrsynth/io';

/** The source has none of the CDM's tables, or lacks one that nothing can be read without. */
export class MissingTableError extends UserError {
  /** @param instead what is there and may be meant for it, with why it is not read */
  constructor(table: string, where: string, found: string[], instead: string[] = []) {
    const todo = [
      ...(instead.length > 0 ? [`Not read: ${instead.slice(0, 3).join(', ')}.`] : []),
      found.length > 0
        ? `Tables found: ${found.join(', ')}.`
        : 'Give a folder with person.csv or person.parquet and the other tables, a DuckDB file, or a schema that has them.',
    ];
    super('missing-table', 2, `There is no table ${table}`, { where, todo: todo.join(' ') });
  }
}

/** A table lacks a column that is read. */
export class MissingColumnError extends UserError {
  constructor(table: string, column: string, where: string, found: string[]) {
    super('missing-column', 2, `Table ${table} has no column ${column}`, {
      where,
      todo: `Its columns: ${found.join(', ')}. Check the CDM's version (5.3 and 5.4 are read)${/, table [^/\\]+$/.test(where) ? '' : ' and the delimiter'}.`,
    });
  }
}

/** A vocabulary that is not of version 5, or files of several downloads. */
export class WrongVocabularyError extends UserError {
  constructor(where: string, version: string, mappings?: { loose: number; all: number }) {
    const what = mappings
      ? `${mappings.loose} of ${mappings.all} mappings name missing concepts: the files come from different downloads`
      : `Unsupported vocabulary version: ${version || 'none given'}; only v5 is supported`;
    const todo = 'Download the vocabularies again from Athena (Vocabulary version v5) and give the folder as unpacked.';
    super('wrong-vocabulary', 2, what, { where, todo });
  }
}

/** What was imported from Athena cannot be read. */
export class BrokenVocabularyError extends UserError {
  constructor(path: string, cause: Error) {
    super('broken-vocabulary', 1, `The imported vocabularies cannot be read: ${cause.message.split('\n')[0]}`, {
      where: path,
      todo: 'Import them again: ehrsynth vocab import athena DIR.',
      cause,
    });
  }
}

/** Standard concepts cannot be mapped back without mappings. */
export class NoMappingsError extends UserError {
  constructor(where: string) {
    super(
      'no-mappings',
      3,
      'Standard concepts cannot be mapped back, because there are no mappings (concept_relationship)',
      {
        where,
        todo: "Load Athena's files next to the data, or import them (ehrsynth vocab import athena DIR); or read the standard concepts themselves: --codes standard.",
      },
    );
  }
}

/** No time zone has this name. */
export class UnknownTimeZoneError extends UserError {
  constructor(name: string, similar: string[]) {
    super('unknown-time-zone', 2, `Unknown time zone: ${name}`, {
      where: '--timezone',
      todo: `Give an IANA name, such as ${similar.length > 0 ? similar.join(', ') : 'UTC, Europe/Berlin or America/New_York'}.`,
    });
  }
}

/** What to do about what a server says, by the beginning of its code. */
const SERVER_ADVICE: [code: RegExp, todo: string][] = [
  [
    /^57014|^25P0[34]|^57P05/,
    'The server limits how long a query or a transaction may take. For this user, allow more (ALTER ROLE … SET statement_timeout = 0, and so idle_in_transaction_session_timeout), or for this connection: add ?options=-c%20statement_timeout%3D0 to the URL.',
  ],
  [/^42501/, 'Ask for permission: GRANT USAGE ON SCHEMA …, GRANT SELECT ON ALL TABLES IN SCHEMA …'],
  [
    /^25006/,
    'Connect to a server that is not read-only: reading creates temporary views and tables, and nothing else.',
  ],
  [/^53400/, 'Allow more temporary files on the server: temp_file_limit.'],
  [/^53100/, 'Free space on the disk of the server: it sorts there.'],
  [/^40001/, 'Run the command again: on the standby, the primary removed rows that were being read.'],
  [
    /^(08|57P|ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|28|3D)|^$/,
    'Check the server, the URL and the password (PGPASSWORD), then run again.',
  ],
];

/** What the server says, or that it is not there any more. */
export class PostgresError extends UserError {
  constructor(doing: string, where: string, cause: Error, kept = '') {
    const { code, detail, hint } = cause as Error & { code?: string; detail?: string; hint?: string };
    const isGone = !code || /^(08|57P|ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|28|3D)/.test(code);
    const words = cause.message || code || 'no answer';
    const advice = SERVER_ADVICE.find(([known]) => known.test(code ?? ''))?.[1];
    super('postgres', isGone ? 3 : 1, `${doing}: ${detail ? `${words} (${detail})` : words}`, {
      where,
      todo: [kept, hint, advice].filter(Boolean).join(' '),
      cause,
    });
  }
}

/** The schema has data of a CDM already. */
export class SchemaNotEmptyError extends UserError {
  constructor(where: string, tables: string[]) {
    super('schema-not-empty', 2, `The schema has data already: ${tables.join(', ')}`, {
      where,
      todo: 'Choose another schema with --schema, or replace these tables with --replace.',
    });
  }
}

/** A version of the CDM that is not checked. */
export class CdmVersionError extends UserError {
  constructor(version: string, where: string) {
    super('cdm-version', 2, `CDM ${version}: only versions 5.3 and 5.4 are checked`, {
      where,
      todo: 'Convert the data to 5.3 or 5.4. If cdm_source has the wrong version, give the right one: --cdm-version 5.4.',
    });
  }
}

/** A database does not have the schema that is to be read, or the schema lacks the table without which it is none to read. */
export class NoSuchSchemaError extends UserError {
  /** @param others schemas of the database that have the table */
  constructor(
    table: 'person' | 'concept',
    { where, schema, isThere, others }: { where: string; schema: string; isThere: boolean; others: string[] },
  ) {
    const option = table === 'person' ? '--schema' : '--vocabulary-schema';
    const what = isThere ? `The schema ${schema} has no table ${table}` : `The schema ${schema} does not exist`;
    const todo =
      others.length === 0
        ? `No schema of this database has a table ${table}: check the name of the database.`
        : others.length === 1
          ? `The schema ${others[0]} has one: ${option} ${shellWord(others[0])}`
          : `Schemas that have one: ${others.join(', ')} (${option} NAME).`;
    super('no-schema', 2, what, { where, todo });
  }
}

function shellWord(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}
