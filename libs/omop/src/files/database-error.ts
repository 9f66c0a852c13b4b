import { UserError } from '@ehrsynth/io';

/** What DuckDB says of a file that it cannot open, what it means, and what to do about it. */
const KNOWN: [says: RegExp, what: string, todo: string][] = [
  [
    /Conflicting lock|Could not set lock|being used by another process/i,
    'The DuckDB file is in use by another process',
    'Close the program that uses it, or give a copy of the file.',
  ],
  [
    /enough bytes|checksum|corrupt|not a valid DuckDB|database header/i,
    'The DuckDB file is damaged or incomplete',
    'Copy it again once the program that writes it has ended.',
  ],
  [
    /\bWAL\b|write-ahead/i,
    'The DuckDB file was not closed: some changes are still in the .wal file next to it',
    'Open it with the program that wrote it and run CHECKPOINT; then give the file.',
  ],
];

/** A DuckDB file that cannot be opened. */
export class DatabaseFileError extends UserError {
  constructor(path: string, cause: Error) {
    const [said] = cause.message.split('\n');
    const [, what, todo] = otherVersion(said) ??
      KNOWN.find(([says]) => says.test(said)) ?? [
        /./,
        `The DuckDB file cannot be opened: ${said}`,
        'Open it with DuckDB, and export the tables: EXPORT DATABASE … (FORMAT parquet).',
      ];
    super('database-file', 1, what, { where: path, todo, cause });
  }
}

function otherVersion(said: string): (typeof KNOWN)[number] | undefined {
  const [, own, most] = /version number (\d+),.*?(\d+)\.?$/.exec(said) ?? [];
  if (own === undefined && !/newer version of DuckDB|storage version|serialization/i.test(said)) return undefined;
  const isNewer = own === undefined || Number(own) > Number(most);
  const version = own === undefined ? '' : ` (storage version ${own}; up to ${most} can be read)`;
  return isNewer
    ? [
        /./,
        `The DuckDB file was written by a newer DuckDB${version}`,
        "Write it again with that DuckDB in an older format: ATTACH 'older.duckdb' AS d (STORAGE_VERSION 'v1.0.0'); COPY FROM DATABASE cdm TO d; or export the tables: EXPORT DATABASE … (FORMAT parquet).",
      ]
    : [
        /./,
        `The DuckDB file was written by an old DuckDB${version}`,
        'Export its tables with that DuckDB, EXPORT DATABASE … (FORMAT parquet), and give the folder.',
      ];
}
