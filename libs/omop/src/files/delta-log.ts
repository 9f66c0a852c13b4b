import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OtherFormatError } from './errors.ts';

const AS_PARQUET = 'Export the table as Parquet: df.write.parquet("…"), COPY INTO or UNLOAD.';

/**
 * The files of a folder without those that a Delta or Iceberg table has replaced: their logs say which ones hold its rows now, and
 * others stay beside them until they are vacuumed.
 * @throws OtherFormatError where the log does not say it in words that are read here
 */
export async function currentFiles(files: string[]): Promise<string[]> {
  const iceberg = files.find((file) => /[/\\]metadata[/\\][^/\\]+\.metadata\.json$/.test(file));
  if (iceberg) throw new OtherFormatError(dirname(dirname(iceberg)), 'An Iceberg table', AS_PARQUET);
  const logs = new Map<string, string[]>();
  for (const file of files) {
    if (basename(dirname(file)) !== '_delta_log') continue;
    const folder = dirname(dirname(file));
    logs.set(folder, [...(logs.get(folder) ?? []), file]);
  }
  let kept = files;
  for (const [folder, log] of logs) {
    const current = await filesOfDelta(folder, log);
    kept = kept.filter((file) =>
      dirname(file) !== folder && !file.startsWith(join(folder, '/')) ? true : current.has(file),
    );
  }
  return kept;
}

/** What was added to a Delta table and not removed since. @see https://github.com/delta-io/delta/blob/master/PROTOCOL.md */
async function filesOfDelta(folder: string, log: string[]): Promise<Set<string>> {
  const commits = log.filter((file) => /^\d{20}\.json$/.test(basename(file))).sort();
  // Commits before a checkpoint may have been removed.
  if (commits.length === 0 || Number(basename(commits[0], '.json')) !== 0)
    throw new OtherFormatError(folder, 'A Delta table whose first commits are gone', AS_PARQUET);
  const current = new Set<string>();
  for (const commit of commits) {
    for (const line of (await readFile(commit, 'utf8')).split('\n').filter((text) => text.trim())) {
      const { add, remove } = JSON.parse(line) as { add?: Action; remove?: Action };
      if (add?.deletionVector)
        throw new OtherFormatError(folder, 'A Delta table with deletion vectors', AS_PARQUET);
      if (remove) current.delete(join(folder, decodeURIComponent(remove.path)));
      if (add) current.add(join(folder, decodeURIComponent(add.path)));
    }
  }
  return current;
}

interface Action {
  path: string;
  deletionVector?: unknown;
}
