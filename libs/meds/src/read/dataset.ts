import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { listFiles } from '@ehrsynth/io';
import type { Tally } from '@ehrsynth/records';
import { type Database, quote } from '@ehrsynth/duckdb';
import { BrokenMedsFileError, reading, MedsTypeError, MissingMedsColumnError, NotMedsError } from '../errors.ts';
import { CODES_FILE, DATA_FOLDER, DATASET_FILE, ETL_NAME, SPLITS_FILE } from '../standard.ts';

/** A file of data with what its columns are. */
export interface DataFile {
  path: string;
  /** As messages name it: below the dataset's folder. */
  name: string;
  /** DuckDB's type of each column. */
  types: Map<string, string>;
  /** Columns that have no value in it, as far as it says so itself. */
  empty: Set<string>;
}

/** The files of a MEDS dataset, looked at and found to have what the standard demands. */
export interface Dataset {
  files: DataFile[];
  codes?: string;
  splits?: string;
  /** Whether its extra columns are those that `writeMeds` writes. */
  isOwn: boolean;
}

/**
 * Looks at the folder of a MEDS dataset.
 * @throws NotMedsError, MissingMedsColumnError, MedsTypeError, BrokenMedsFileError
 */
export async function lookAtDataset(folder: string, database: Database, tally: Tally): Promise<Dataset> {
  const data = join(folder, DATA_FOLDER);
  const all = await listFiles(existsSync(data) ? data : folder);
  const isBroken = (path: string) => !/\.parquet$/i.test(path);
  if (!existsSync(data) || !all.some((path) => !isBroken(path))) throw notMeds(folder, all);
  const files: DataFile[] = [];
  for (const path of all) {
    const name = relative(folder, path);
    if (isBroken(path)) {
      tally.fileNotRead({ reason: 'not Parquet', where: name }, /\.(?:csv|json|ndjson|arrow|feather)/i.test(path));
      continue;
    }
    files.push(await lookAtFile(path, name, database, tally));
  }
  const [codes, splits] = [CODES_FILE, SPLITS_FILE].map((file) => join(folder, file));
  for (const file of [codes, splits].filter(existsSync)) tally.filesRead.push(file);
  if (!existsSync(codes))
    tally.note({
      reason: 'no metadata/codes.parquet: codes have no description',
      resourceType: 'codes',
      where: CODES_FILE,
    });
  return {
    files,
    ...(existsSync(codes) && { codes: await withColumns(codes, CODES_FILE, ['code'], database) }),
    ...(existsSync(splits) && {
      splits: await withColumns(splits, SPLITS_FILE, ['subject_id', 'split'], database),
    }),
    isOwn: await isOwnDataset(join(folder, DATASET_FILE), tally),
  };
}

function notMeds(folder: string, all: string[]): NotMedsError {
  if (basename(folder) === DATA_FOLDER && all.some((path) => path.endsWith('.parquet')))
    return new NotMedsError(folder, 'This is the data folder of a MEDS dataset, not the dataset', dirname(folder));
  const below = all.map((path) => /^(.*)[\\/]data[\\/].*\.parquet$/.exec(path)?.[1]).find(Boolean);
  const what = below ? 'There is no data/ in this folder' : 'There is no data/**/*.parquet in this folder';
  return new NotMedsError(folder, what, below);
}

async function lookAtFile(path: string, name: string, database: Database, tally: Tally): Promise<DataFile> {
  const types = await typesOf(path, name, database);
  checkTypes(types, name, tally);
  tally.filesRead.push(path);
  return { path, name, types, empty: await emptyColumns(path, database) };
}

/**
 * Sees to it that there are the columns that the standard demands, of types that can be read.
 * @throws MissingMedsColumnError, MedsTypeError; BadInputError where the tally stops
 */
export function checkTypes(types: Map<string, string>, name: string, tally: Tally): void {
  for (const column of ['subject_id', 'time', 'code'])
    if (!types.has(column)) throw new MissingMedsColumnError(name, column, [...types.keys()]);
  for (const [column, { is, reads, wanted }] of DEMANDED) {
    const type = types.get(column);
    if (type === undefined || is.test(type)) continue;
    if (!reads.test(type)) throw new MedsTypeError(name, column, type, wanted);
    tally.repair({
      reason: `column ${column} of a type other than MEDS requires`,
      resourceType: 'data',
      where: name,
      detail: `${type}, not ${wanted}`,
    });
  }
}

/** DuckDB's names of the types that the standard demands, and of those that can be read as such. */
const DEMANDED = new Map([
  ['subject_id', { is: /^BIGINT$/, reads: /^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/, wanted: 'int64' }],
  ['time', { is: /^TIMESTAMP$/, reads: /^(?:TIMESTAMP.*|DATE)$/, wanted: 'timestamp[us] without a zone' }],
  ['code', { is: /^VARCHAR$/, reads: /^(?:ENUM.*|VARCHAR)$/, wanted: 'string' }],
  [
    'numeric_value',
    {
      is: /^FLOAT$/,
      reads: /^(?:DOUBLE|U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL.*|"NULL")$/,
      wanted: 'float32',
    },
  ],
  ['text_value', { is: /^VARCHAR$/, reads: /^(?:ENUM.*|"NULL"|INTEGER)$/, wanted: 'string' }],
]);

async function withColumns(path: string, name: string, columns: string[], database: Database): Promise<string> {
  const types = await typesOf(path, name, database);
  for (const column of columns)
    if (!types.has(column)) throw new MissingMedsColumnError(name, column, [...types.keys()]);
  return path;
}

async function emptyColumns(path: string, database: Database): Promise<Set<string>> {
  const columns = await database.all<{ name: string }>(
    `SELECT path_in_schema AS name FROM parquet_metadata(${quote(path)})
    GROUP BY path_in_schema HAVING bool_and(coalesce(stats_null_count = num_values, false))`,
  );
  return new Set(columns.map(({ name }) => name));
}

async function typesOf(path: string, name: string, database: Database): Promise<Map<string, string>> {
  const described = await reading(name, () =>
    database.all<{ column_name: string; column_type: string }>(
      `DESCRIBE SELECT * FROM read_parquet(${quote(path)}, hive_partitioning = false)`,
    ),
  );
  return new Map(described.map(({ column_name, column_type }) => [column_name, column_type]));
}

async function isOwnDataset(path: string, tally: Tally): Promise<boolean> {
  if (!existsSync(path)) return false;
  try {
    const { etl_name: etl, meds_version: version } = JSON.parse(await readFile(path, 'utf8')) as Record<
      string,
      unknown
    >;
    tally.filesRead.push(path);
    if (typeof version === 'string' && !/^0\.[34]\b/.test(version))
      tally.note({
        reason: 'a version of MEDS that is read as 0.4',
        resourceType: 'dataset',
        where: DATASET_FILE,
        detail: version,
      });
    return etl === ETL_NAME;
  } catch (cause) {
    throw new BrokenMedsFileError(DATASET_FILE, cause);
  }
}
