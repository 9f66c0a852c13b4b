import { UserError } from '@ehrsynth/io';

/** The first line of a file of text names no columns. */
export class NoHeaderError extends UserError {
  /** @param isPart where another file of the table has a header */
  constructor(table: string, file: string, isPart = false) {
    super('no-header', 2, `The file of table ${table} seems to have no header: its first line has values`, {
      where: `${file}, line 1`,
      todo: isPart
        ? 'Another file of the table has one: copy that line to the top of this file.'
        : "If its columns are the CDM's in the order of the official DDL, use --header no. Otherwise write it again with a header.",
    });
  }
}

/** The header of a file of text has other lines before it. */
export class LateHeaderError extends UserError {
  constructor(table: string, file: string, line: number) {
    const [lines, them] = line === 2 ? ['a line is', 'it'] : ['lines are', 'them'];
    super('late-header', 2, `In the file of table ${table}, ${lines} before the header`, {
      where: `${file}, line ${line}`,
      todo: `The header must be the first line: remove ${them}.`,
    });
  }
}

/** A pair of quotes encloses rows, and the file cannot be read without quotes either. */
export class StrayQuoteError extends UserError {
  constructor(table: string, file: string, line: number) {
    super(
      'stray-quote',
      1,
      `Table ${table} cannot be read: an opening quote is never closed, so the rows after it are lost`,
      {
        where: `${file}, line ${line}`,
        todo: 'If it is an inch mark or part of the value, write the file again with such values in quotes and their own quotes doubled ("").',
      },
    );
  }
}

/** A file without a header has not as many columns as the table. */
export class ColumnCountError extends UserError {
  constructor(table: string, file: string, found: number, orders: string[][]) {
    const wanted = orders.map(({ length }, i) => `${length} in CDM 5.${4 - i}`).join(', ');
    super('column-count', 2, `The file without a header has ${found} columns; table ${table} has ${wanted}`, {
      where: `${file}, line 1`,
      todo: "Write it again with a header, or with the CDM's columns in the order of the official DDL.",
    });
  }
}

/** Text in an encoding that is not known. */
export class NotUtf8Error extends UserError {
  constructor(file: string, line: number, encoding?: string) {
    const what = encoding ? `neither UTF-8 nor ${encoding}` : 'not UTF-8';
    super('not-utf-8', 2, `The text is ${what}`, {
      where: `${file}, line ${line}`,
      todo: encoding
        ? 'Give its encoding with --encoding.'
        : 'Give its encoding, such as --encoding windows-1252 (Western European, also for Latin-1), or convert it to UTF-8.',
    });
  }
}

/** --encoding names no encoding. */
export class UnknownEncodingError extends UserError {
  constructor(name: string) {
    super('unknown-encoding', 2, `Unknown encoding: ${name}`, {
      where: '--encoding',
      todo: 'Give a name of the WHATWG standard: windows-1252, iso-8859-1, iso-8859-15, utf-16le, shift_jis, gbk, euc-kr …',
    });
  }
}

/** Two files, or groups of files, of one table have rows of the same key. */
export class SameRowsError extends UserError {
  constructor(table: string, key: string, places: string[]) {
    super('table-twice', 2, `Table ${table} was found more than once, with the same rows: ${key}`, {
      where: places.join(', and '),
      todo: "If one is a copy of the other, leave only one in the folder; otherwise rows would count twice. If they come from two sites whose ids overlap, ingest each site's folder separately, or make the ids of one distinct in all its tables first (person_id + 1000000000 …).",
    });
  }
}

/** A file whose table is in a format that is not read. */
export class OtherFormatError extends UserError {
  constructor(where: string, format: string, todo: string) {
    super('other-format', 2, `${format} cannot be read`, { where, todo });
  }
}

/** The log of a Delta table is not whole, or names files that are not there. */
export class DeltaLogError extends UserError {
  constructor(where: string, what: string, cause?: Error) {
    super('broken-delta', 1, what, {
      where,
      todo: 'Copy the whole folder of the table again, its _delta_log included, or export the table as Parquet.',
      cause,
    });
  }
}

/** --schema or --vocabulary-schema with a folder. */
export class NoSchemasError extends UserError {
  constructor(folder: string, option: string) {
    super('no-schemas', 2, `A folder of files has no schemas: ${option}`, {
      where: folder,
      todo: `Omit ${option}. All files in the folder are read, so put the files of another schema in a folder of their own.`,
    });
  }
}

/** A database has several CDMs, or several schemas with vocabularies. */
export class SeveralSchemasError extends UserError {
  constructor(where: string, table: string, schemas: string[]) {
    const option = table === 'person' ? '--schema' : '--vocabulary-schema';
    super('several-schemas', 2, `Several schemas have a table ${table}: ${schemas.join(', ')}`, {
      where,
      todo: `Choose the one to read: ${option} NAME.`,
    });
  }
}
