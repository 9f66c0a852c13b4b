import { UserError } from '@ehrsynth/io';

/** What names the database is not in the form that is read, or has characters that mean something else there. */
export class DatabaseAddressError extends UserError {
  constructor(where: string, why: 'form' | 'other' | 'encoding' | 'url', cause?: Error) {
    const form = 'postgres://user@host:5432/database, with the password in PGPASSWORD';
    const encode =
      'In a user name or password, write # as %23, / as %2F, ? as %3F, @ as %40, : as %3A and % as %25, or leave the password out of the URL and set PGPASSWORD.';
    const [what, todo] = {
      form: ['A database must be given as a URL', `Write it as ${form}.`],
      other: [
        'Not a folder, a file or a PostgreSQL database',
        `Export or copy the tables into a folder of CSV or Parquet, or give a database as ${form}.`,
      ],
      encoding: ['The URL of the database has an @ after its host', encode],
      url: [
        'The URL of the database cannot be read',
        `Its form is ${form}; the port is a number up to 65535. ${encode}`,
      ],
    }[why];
    super('database-address', 2, what, { where, todo, cause });
  }
}

/** The user of the database may not read the table that nothing can be read without. */
export class PermissionDeniedError extends UserError {
  constructor(where: string, schema: string, table: string) {
    super('permission-denied', 2, `Permission denied for the table ${schema}.${table}`, {
      where,
      todo: `Ask for permission to read it: GRANT USAGE ON SCHEMA ${schema} TO …; GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO …`,
    });
  }
}

/** Nothing temporary may be made in the database. */
export class NoTemporaryTablesError extends UserError {
  constructor(where: string, database: string, isStandby: boolean) {
    const what = isStandby
      ? 'The server is a standby (read-only), where temporary tables cannot be created'
      : `The user may not create temporary tables in the database ${database}`;
    const instead = 'or export the tables as CSV or Parquet and read the folder';
    const todo = isStandby
      ? `Reading needs temporary views and tables: connect to the primary server, ${instead}.`
      : `Reading needs temporary views and tables: GRANT TEMPORARY ON DATABASE ${database} TO …, ${instead}.`;
    super('no-temporary-tables', 2, what, { where, todo });
  }
}
