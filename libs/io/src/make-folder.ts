import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` never returns where the system says of a folder that is there
 * that nothing can be made in it since it is not there, as /proc does.
 * @param mode of the folders that are made
 * @throws the system's error
 */
export function makeFolder(path: string, mode?: number): void {
  const missing: string[] = [];
  let folder = resolve(path);
  while (!statSync(folder, { throwIfNoEntry: false })) {
    missing.push(folder);
    if (dirname(folder) === folder) break;
    folder = dirname(folder);
  }
  if (missing.length === 0 && !isFolder(folder)) throw notAFolder(folder);
  for (const one of missing.reverse()) {
    try {
      mkdirSync(one, { mode });
    } catch (error) {
      // Another process may have made it meanwhile; or it is a link that leads nowhere.
      if (isFolder(one)) continue;
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? notAFolder(one) : error;
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function notAFolder(path: string): Error {
  return Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${path}'`), { code: 'ENOTDIR', path });
}
