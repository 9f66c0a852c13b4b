import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './owner.ts';

/**
 * What processes that have ended left in a folder under names of prefix, process number and suffix. What has this process's own number is of
 * an earlier one: in containers, numbers come again. None where there is no such folder.
 */
export async function abandonedIn(folder: string, prefix: string, suffix = ''): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => {
      if (!name.startsWith(prefix) || !name.endsWith(suffix)) return false;
      const pid = Number(name.slice(prefix.length, name.length - suffix.length));
      return pid > 0 && (pid === process.pid || !isAlive(pid));
    })
    .map((name) => join(folder, name));
}
