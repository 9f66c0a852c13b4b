import { readdirSync, rmSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { keepAtExit, removeAtExit } from './at-exit.ts';
import { fromSystemError } from './errors.ts';
import { isAlive } from './owner.ts';

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
export function stageFile(target: string): StagedFile {
  const found = statSync(target, { throwIfNoEntry: false });
  if (found && !found.isFile()) return { path: target, commit: async () => {} };
  const [folder, name] = [dirname(resolve(target)), basename(target)];
  removeAbandoned(folder, name);
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

function removeAbandoned(folder: string, name: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return; // Whoever writes there is told why it cannot be done.
  }
  for (const one of names) {
    const [, owner] = /^\.partial-(\d+)\./.exec(one) ?? [];
    if (owner && one === `.partial-${owner}.${name}` && !isAlive(Number(owner)))
      rmSync(join(folder, one), { force: true });
  }
}
