import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromSystemError } from '@ehrsynth/io';
import type { AddableEngine } from './catalogue.ts';
import { cacheFolder, enginesFolder } from './folders.ts';

/**
 * Removes an engine from the user's cache, in every version and of every platform; of one that is built here, its wheels as well.
 * What npm installed with ehrsynth itself stays. Gives the folders that went.
 * @throws UserError where the system forbids it
 */
export function removeEngine({ name, isBuilt }: AddableEngine): string[] {
  const folder = enginesFolder();
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const own = names.filter((entry) => new RegExp(`^${name}-\\d`).test(entry)).map((entry) => join(folder, entry));
  const wheels = join(cacheFolder(), 'wheels');
  const gone = isBuilt && existsSync(wheels) ? [...own, wheels] : own;
  for (const path of gone) {
    try {
      rmSync(path, { recursive: true });
    } catch (error) {
      throw fromSystemError(error, path, 'write');
    }
  }
  return gone;
}
