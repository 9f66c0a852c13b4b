import { stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { listFiles, peek } from '@ehrsynth/io';
import { currentFiles } from './delta-log.ts';
import type { Inventory, UnreadFile } from './inventory.ts';
import { NO_TABLE } from './other-tables.ts';
import type { TableFile } from './table-files.ts';
import { isDataName, isSidecar, tableLike, tableOf } from './table-names.ts';

/** Reasons for which a file is not read. */
const NOT_ASKED = 'table of the CDM that is not read';
const OTHER_KIND = 'neither CSV nor Parquet';
const EMPTY = 'a file of 0 bytes';
const OTHER_FORMAT = 'table in a format that is not read';

/** First bytes of what is neither text nor Parquet. */
const FORMATS: [name: string, bytes: string, at: number][] = [
  ['a zip archive: unpack it', 'PK\x03\x04', 0],
  ['ORC', 'ORC', 0],
  ['Avro', 'Obj\x01', 0],
  ['bzip2: decompress it', 'BZh', 0],
  ['xz: decompress it', '\xfd7zXZ', 0],
  ['7z: unpack it', '7z\xbc\xaf', 0],
  ['a DuckDB file: give it instead of the folder', 'DUCK', 8],
  ['SQLite', 'SQLite format 3', 0],
];

/** What names say of files that are not read, and whether they may hold data that nothing else in the folder does. */
const OTHER_NAMES: [reason: string, ending: RegExp, mayHoldData: boolean][] = [
  ['an archive: unpack it', /\.(zip|7z|rar|tar|tgz|tar\.\w+)$/i, true],
  ['a DuckDB file: give it instead of the folder', /\.(duckdb|ddb)$/i, true],
  ['a backup, as its name says', /(\.(bak|old|orig|backup|save|swp)|~)$/i, false],
  ['a piece of a file that was split: join the pieces', /\.(csv|tsv|txt|parquet)(\.gz)?\.([a-z]{2}|\d{2,3})$/i, true],
];

export interface FolderFiles {
  /** Of each table that is asked for. */
  tables: Map<string, TableFile[]>;
  inventory: Inventory;
}

/**
 * Finds the files of each table in a folder and its subfolders, and what is there beside them.
 * @param wanted the tables that are asked for; all by default
 * @throws OtherFormatError, DeltaLogError; UserError where the folder cannot be read
 */
export async function filesByTable(folder: string, wanted?: ReadonlySet<string>): Promise<FolderFiles> {
  const notRead: UnreadFile[] = [];
  const add = (path: string, reason: string, mayHoldData = false) =>
    void notRead.push({ where: path, reason, mayHoldData });
  const files = await listFiles(folder, ({ path, why }) => add(path, `skipped: ${why}`));
  const tables = new Map<string, TableFile[]>();
  const others = new Map<string, string[]>();
  const nameOf = (path: string) => relative(folder, path).split(sep).join('/');
  const isRead = (at: string) => {
    const table = tableOf(nameOf(join(at, 'part-0.parquet')))?.table;
    return table !== undefined && (wanted?.has(table) ?? true);
  };
  for (const path of await currentFiles(folder, files, isRead)) {
    const name = nameOf(path);
    if (isSidecar(name)) continue;
    const found = tableOf(name);
    if (!found) {
      add(path, ...reasonOf(name));
      continue;
    }
    const { table } = found;
    if (wanted && !wanted.has(table)) {
      add(path, NOT_ASKED);
      others.set(table, [...(others.get(table) ?? []), path]);
    } else if ((await stat(path)).size === 0) add(path, EMPTY);
    else {
      const format = await formatOf(path);
      if (format === 'text' || format === 'Parquet')
        tables.set(table, [...(tables.get(table) ?? []), { ...found, path, isParquet: format === 'Parquet' }]);
      else add(path, `${OTHER_FORMAT}: ${format}`, true);
    }
  }
  return { tables, inventory: { read: [], notRead, otherTables: others, rows: new Map(), noted: [] } };
}

/** Why a file is not read, and whether it may hold data all the same. */
function reasonOf(name: string): [reason: string, mayHoldData: boolean] {
  const file = basename(name);
  const like = tableLike(file);
  const other = OTHER_NAMES.find(([, ending]) => ending.test(file));
  if (other) return [other[0], other[2]];
  if (isDataName(file)) return like ? [`${NO_TABLE}; meant for ${like}?`, true] : [NO_TABLE, false];
  const isTable = tableOf(`${file.replace(/\.[^.]*$/, '').replace(/\.[^.]*$/, '')}.csv`) !== undefined;
  return isTable && !/\.(sql|md|html?|py|r|ya?ml|log|pdf|docx)$/i.test(file)
    ? [OTHER_FORMAT, true]
    : [OTHER_KIND, false];
}

async function formatOf(path: string): Promise<string> {
  const { bytes } = await peek(path, 32);
  const text = bytes.toString('latin1');
  if (text.startsWith('PAR1') || /\.(parquet|parq|pq)(\.\w+)?$/i.test(path)) return 'Parquet';
  return FORMATS.find(([, magic, at]) => text.startsWith(magic, at))?.[0] ?? 'text';
}
