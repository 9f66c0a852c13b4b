import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DeltaLogError, OtherFormatError } from './errors.ts';

const AS_PARQUET = 'Export the table as Parquet: df.write.parquet("…"), COPY INTO or UNLOAD.';

/** How Hudi calls the files of a table: file, write and instant. */
const OF_HUDI = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d+_\d+-\d+-\d+_\d{14,17}\.parquet$/;

/**
 * The files of a folder without those that a Delta table has replaced: its log says which ones hold its rows now, and others stay beside
 * them until they are vacuumed.
 * @param isRead whether the table is read that a folder holds: nothing is refused because of others
 * @throws OtherFormatError where the log does not say it in words that are read here, or where files of Iceberg or Hudi do; DeltaLogError
 * where commits, or files that they name, are not there
 */
export async function currentFiles(
  root: string,
  files: string[],
  isRead: (folder: string) => boolean,
): Promise<string[]> {
  const others = [...files.flatMap(folderOfIceberg), ...foldersOfHudi(root, files)];
  const other = others.find(({ folder }) => isRead(folder));
  if (other) throw new OtherFormatError(other.folder, other.format, AS_PARQUET);
  const logs = new Map<string, string[]>();
  for (const file of files) {
    if (basename(dirname(file)) !== '_delta_log') continue;
    const folder = dirname(dirname(file));
    logs.set(folder, [...(logs.get(folder) ?? []), file]);
  }
  const there = new Set(files);
  let kept = files;
  for (const [folder, log] of logs) {
    if (!isRead(folder)) continue;
    const current = await filesOfDelta(folder, log);
    const gone = [...current].find((file) => !there.has(file));
    if (gone) throw new DeltaLogError(gone, 'A file named by the log of the Delta table is missing');
    kept = kept.filter((file) => !file.startsWith(join(folder, '/')) || current.has(file));
  }
  return kept;
}

interface OtherTable {
  folder: string;
  format: string;
}

function folderOfIceberg(file: string): OtherTable[] {
  const isIceberg = /[/\\]metadata[/\\][^/\\]+\.metadata\.json$/.test(file);
  return isIceberg ? [{ folder: dirname(dirname(file)), format: 'An Iceberg table' }] : [];
}

/** Hudi's log is in a hidden folder, which may be lost where the table was copied; the names of its files are not. */
function foldersOfHudi(root: string, files: string[]): OtherTable[] {
  const folders = new Set<string>();
  for (const file of files)
    for (let folder = dirname(file); folder.length >= root.length && !folders.has(folder); folder = dirname(folder))
      folders.add(folder);
  const byLog = [...folders].filter((folder) =>
    ['.hoodie', '.hoodie_partition_metadata'].some((name) => existsSync(join(folder, name))),
  );
  const byName = files.filter((file) => OF_HUDI.test(basename(file))).map(dirname);
  return [...byLog, ...byName].map((folder) => ({ folder, format: 'A Hudi table' }));
}

/** What was added to a Delta table and not removed since. @see https://github.com/delta-io/delta/blob/master/PROTOCOL.md */
async function filesOfDelta(folder: string, log: string[]): Promise<Set<string>> {
  const commits = log.filter((file) => /^\d{20}\.json$/.test(basename(file))).sort();
  // Commits before a checkpoint may have been removed.
  if (commits.length === 0 || versionOf(commits[0]) !== 0)
    throw new OtherFormatError(folder, 'A Delta table whose first commits are missing', AS_PARQUET);
  refuseGaps(folder, log, commits);
  const current = new Set<string>();
  for (const commit of commits) {
    const lines = (await readFile(commit, 'utf8')).split('\n');
    for (const [index, line] of lines.entries()) {
      if (line.trim() === '') continue;
      const { add, remove, isMapped } = readAction(line, `${commit}, line ${index + 1}`);
      if (isMapped) throw new OtherFormatError(folder, 'A Delta table whose columns were renamed', AS_PARQUET);
      if (add?.deletionVector) throw new OtherFormatError(folder, 'A Delta table with deletion vectors', AS_PARQUET);
      if (remove) current.delete(join(folder, remove.path));
      if (add) current.add(join(folder, add.path));
    }
  }
  return current;
}

/** Each commit up to the last, or up to the last checkpoint, has to be there: what is in one of them is nowhere else. */
function refuseGaps(folder: string, log: string[], commits: string[]): void {
  const there = new Set(commits.map(versionOf));
  const checkpoints = log.filter((file) => /^\d{20}\.checkpoint\b/.test(basename(file))).map(versionOf);
  const last = Math.max(...there, ...checkpoints);
  for (let version = 0; version <= last; version++)
    if (!there.has(version)) {
      const commit = `${String(version).padStart(20, '0')}.json`;
      throw new DeltaLogError(join(folder, '_delta_log'), `The log of the Delta table lacks the commit ${commit}`);
    }
}

function versionOf(file: string): number {
  return Number(basename(file).slice(0, 20));
}

interface Action {
  path: string;
  deletionVector?: unknown;
}

/** What a line of the log says, with the files' paths as the folder has them. @throws DeltaLogError */
function readAction(line: string, where: string): { add?: Action; remove?: Action; isMapped: boolean } {
  try {
    const { add, remove, metaData } = JSON.parse(line) as {
      add?: Action;
      remove?: Action;
      metaData?: { schemaString?: string };
    };
    const decoded = (action?: Action) => action && { ...action, path: decodeURIComponent(action.path) };
    return { add: decoded(add), remove: decoded(remove), isMapped: isMapped(metaData?.schemaString) };
  } catch (error) {
    throw new DeltaLogError(where, 'A line of the log of a Delta table cannot be read', error as Error);
  }
}

/** Whether the Parquet files have columns under other names than the table. */
function isMapped(schema = '{}'): boolean {
  const { fields = [] } = JSON.parse(schema) as {
    fields?: { name: string; metadata?: Record<string, unknown> }[];
  };
  return fields.some(({ name, metadata }) => (metadata?.['delta.columnMapping.physicalName'] ?? name) !== name);
}
