import { VOCABULARY_TABLES } from '../cdm/tables.ts';
import { type Database, identifier } from '@ehrsynth/duckdb';
import { BrokenTableError } from './broken-table.ts';
import {
  type Attempt,
  copyOf,
  csvFile,
  type CsvFile,
  type CsvOptions,
  firstAttempt,
  nextAttempt,
  readCsv,
} from './csv-reading.ts';
import { firstLineNotUtf8 } from './encodings.ts';
import { NoHeaderError, NotUtf8Error, StrayQuoteError } from './errors.ts';
import { parquetParts } from './parquet-parts.ts';
import { strayQuotes } from './stray-quotes.ts';
import type { NamedFile } from './table-names.ts';
import { asTexts } from './table-sql.ts';

/** A file of a table of the CDM. */
export interface TableFile extends NamedFile {
  path: string;
  isParquet: boolean;
}

/** Files that are read by one call: of one place, alike in columns and dialect. */
interface Group {
  paths: string[];
  place: string;
  partition: NamedFile['partition'];
  csv?: { files: CsvFile[]; attempt: Attempt; isChecked?: boolean };
}

/**
 * The files of one table, read as one. What stands in one of them under a name of the CDM is found under it, whatever the order of its
 * columns, and what one lacks is empty. How a file of text is to be read is found out by its beginning, and by what DuckDB says of the
 * rest: `afterError` changes it.
 */
export class TableFiles {
  private constructor(
    readonly table: string,
    private readonly database: Database,
    private readonly groups: Group[],
    private readonly options: CsvOptions,
  ) {}

  /** @throws NoHeaderError, ColumnCountError, NotUtf8Error, BrokenGzipError, ExpansionError */
  static async open(files: TableFile[], database: Database, options: CsvOptions): Promise<TableFiles> {
    const { table } = files[0];
    const groups = new Map<string, Group>();
    for (const { path, isParquet, place, partition } of files) {
      const csv = isParquet
        ? undefined
        : await csvFile(path, table, options).catch(async (error) => {
            const others = files.filter((one) => one.path !== path && !one.isParquet).map((one) => one.path);
            throw error instanceof NoHeaderError && (await haveHeader(others, table, options))
              ? new NoHeaderError(table, path, true)
              : error;
          });
      const key = JSON.stringify([place, partition, csv && [csv.compression, csv.dialect]]);
      const group = groups.get(key) ?? {
        paths: [],
        place: `${place}|${isParquet ? 'parquet' : 'text'}`,
        partition,
      };
      groups.set(key, group);
      group.paths.push(path);
      if (!csv) continue;
      group.csv ??= { files: [], attempt: firstAttempt(csv.dialect) };
      group.csv.files.push(csv);
    }
    return new TableFiles(table, database, [...groups.values()], options);
  }

  /** What messages name: the file, or the first with how many there are. */
  get where(): string {
    return placeOf(this.groups.flatMap(({ paths }) => paths));
  }

  /** The files of each place. */
  get places(): Map<string, string[]> {
    const places = new Map<string, string[]>();
    for (const { place, paths } of this.groups) places.set(place, [...(places.get(place) ?? []), ...paths]);
    return places;
  }

  /** SQL of all rows as texts, and the columns that there are, in small letters. @throws MissingColumnError, BrokenTableError */
  async texts(): Promise<{ sql: string; columns: Set<string> }> {
    const parts: string[] = [];
    const columns = new Set<string>();
    for (const group of this.groups) {
      const part = await this.textsOf(group);
      parts.push(part.sql);
      for (const column of part.columns) columns.add(column);
    }
    return { sql: parts.join(' UNION ALL '), columns };
  }

  /** SQL of the rows of each place, as texts. */
  async textsByPlace(): Promise<string[]> {
    const byPlace = new Map<string, string[]>();
    for (const group of this.groups)
      byPlace.set(group.place, [...(byPlace.get(group.place) ?? []), (await this.textsOf(group)).sql]);
    return [...byPlace.values()].map((parts) => parts.join(' UNION ALL '));
  }

  /**
   * Changes how the file is read that an error is about.
   * @throws NotUtf8Error, BrokenTableError where there is no other way
   */
  async afterError(error: Error): Promise<void> {
    const broken = new BrokenTableError(this.table, this.where, error);
    const about = /^ {2}file = (.+)$/m.exec(error.message)?.[1];
    const texts = this.groups.flatMap((group) => (group.csv ? [group as Required<Group>] : []));
    const group =
      texts.find(({ csv }) => csv.files.some(({ readFrom }) => readFrom === about)) ??
      (texts.length === 1 ? texts[0] : undefined);
    if (!group) throw broken;
    const { csv } = group;
    csv.isChecked = false;
    if (/unicode|utf-8/i.test(error.message)) {
      const path = csv.files.find(({ readFrom }) => readFrom === about)?.path ?? group.paths[0];
      throw new NotUtf8Error(path, (await firstLineNotUtf8(path, this.options.limits)) ?? 1);
    }
    const next = nextAttempt(csv.attempt, error, csv.files[0].dialect);
    if (next) csv.attempt = next;
    else if (/invalid state/.test(error.message) && csv.files.some(isOriginal)) await this.copyAll(csv);
    else throw this.inOriginal(error, csv.files);
  }

  /** Lines that end in different ways are made alike in a copy. */
  private async copyAll(csv: Required<Group>['csv']): Promise<void> {
    csv.files = await Promise.all(
      csv.files.map(async (file) =>
        isOriginal(file)
          ? {
              ...file,
              readFrom: await copyOf(file.path, { ...this.options, encoding: undefined }),
              compression: 'none' as const,
            }
          : file,
      ),
    );
    csv.attempt = firstAttempt(csv.files[0].dialect);
  }

  /** The error with the user's file in place of its copy. */
  private inOriginal(error: Error, files: CsvFile[]): BrokenTableError {
    const message = files.reduce((text, { readFrom, path }) => text.replaceAll(readFrom, path), error.message);
    return new BrokenTableError(this.table, this.where, new Error(message, { cause: error }));
  }

  private async textsOf(group: Group): Promise<{ sql: string; columns: Set<string> }> {
    const { paths, csv, partition } = group;
    const where = placeOf(paths);
    if (!csv) return this.textsOfParquet(group, where);
    await this.checkQuotes(csv);
    const { dialect } = csv.files[0];
    const select = readCsv(
      csv.files.map(({ readFrom }) => readFrom),
      csv.files[0],
      csv.attempt,
    );
    const isBare = csv.attempt.quote === '' && !VOCABULARY_TABLES.includes(this.table);
    const change = isBare ? unwrapped : csv.attempt.escape === '\\' ? withoutBackslashN : undefined;
    const from = change ? `SELECT ${dialect.columns.map(change).join(', ')} FROM (${select})` : select;
    return asTexts(this.table, from, { names: dialect.columns, where, constants: partition });
  }

  /** What differs in its types from part to part is alike as text. */
  private async textsOfParquet(
    { paths, partition }: Group,
    where: string,
  ): Promise<{ sql: string; columns: Set<string> }> {
    const parts = await parquetParts(this.database, paths).catch((error: Error) => {
      throw new BrokenTableError(this.table, where, error);
    });
    const texts = parts.map(({ select, types }) =>
      asTexts(this.table, select, { names: [...types.keys()], types, where, constants: partition }),
    );
    return { sql: texts.map(({ sql }) => sql).join(' UNION ALL '), columns: texts[0].columns };
  }

  /** Reads without quotes where a pair of them encloses rows. @throws StrayQuoteError */
  private async checkQuotes(csv: Required<Group>['csv']): Promise<void> {
    if (csv.isChecked || !csv.attempt.quote) return;
    const found = await strayQuotes(this.database, csv.files, csv.attempt);
    if (found === 'fits without') csv.attempt = { ...csv.attempt, escape: '"', quote: '' };
    else if (found) throw new StrayQuoteError(this.table, found.file.path, found.line);
    csv.isChecked = true;
  }
}

/** Whether one of the files has a header. */
async function haveHeader(paths: string[], table: string, options: CsvOptions): Promise<boolean> {
  for (const path of paths) {
    const hasOne = await csvFile(path, table, options).then(
      ({ dialect }) => dialect.hasHeader,
      () => false,
    );
    if (hasOne) return true;
  }
  return false;
}

/** A value without the quotes that enclose it, where the file is read as one in which quotes mean nothing. */
function unwrapped(column: string): string {
  const name = identifier(column);
  const inner = `replace(substr(${name}, 2, length(${name}) - 2), '""', '"')`;
  return `CASE WHEN starts_with(${name}, '"') AND ends_with(${name}, '"') AND length(${name}) > 1 THEN nullif(nullif(${inner}, ''), '\\N') ELSE ${name} END AS ${name}`;
}

/** DuckDB takes no `\\N` for NULL where the backslash stands before quotes. */
function withoutBackslashN(column: string): string {
  return `nullif(${identifier(column)}, '\\N') AS ${identifier(column)}`;
}

function isOriginal({ path, readFrom }: CsvFile): boolean {
  return path === readFrom;
}

function placeOf(paths: string[]): string {
  return paths.length === 1 ? paths[0] : `${paths[0]} and ${paths.length - 1} more`;
}
