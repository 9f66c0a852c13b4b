import { statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { abandonedIn } from './abandoned.ts';
import { keepAtExit, removeAtExit } from './at-exit.ts';
import { fromSystemError } from './errors.ts';

export interface StagedFile {
  /** Where to write. */
  path: string;
  /** Gives the file its final name. */
  commit(): Promise<void>;
}

/**
 * A file that gets its name when it is whole; until then it stands beside it as `.partial-PID.NAME`, and goes when the process ends.
 * What a killed process left of it goes too. A pipe or a device is written to as it is.
 */
export async function stageFile(target: string): Promise<StagedFile> {
  const found = statSync(target, { throwIfNoEntry: false });
  if (found && !found.isFile()) return { path: target, commit: async () => {} };
  const [folder, name] = [dirname(resolve(target)), basename(target)];
  // Whoever writes there learns why it cannot be done.
  const left = await abandonedIn(folder, '.partial-', `.${name}`).catch(() => []);
  for (const path of left) await rm(path, { force: true });
  const path = join(folder, `.partial-${process.pid}.${name}`);
  removeAtExit(path);
  return {
    path,
    commit: async () => {
      await rename(path, target).catch((error) => {
        throw fromSystemError(error, target, 'write');
      });
      keepAtExit(path);
    },
  };
}
