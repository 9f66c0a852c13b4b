import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fromSystemError, UserError } from './errors.ts';

/** Something in a folder that is not read. */
export interface SkippedEntry {
  path: string;
  why: string;
}

/** A pipe, a socket or a device was named, where a file or a folder is needed. */
export class NotAFileError extends UserError {
  constructor(path: string) {
    super('not-a-file', 2, 'Neither a file nor a folder', {
      where: path,
      todo: 'A pipe or a device cannot be read twice: write it to a file first.',
    });
  }
}

const LINK_TO_NOTHING = 'a broken link';
const LINK_BACK = 'a link to a folder that is already being read';
const SPECIAL = 'a pipe, a socket or a device';

/**
 * The files of a folder and its subfolders in name order, or the file itself. Hidden ones are left out. Links are followed;
 * a link to nothing, one to a folder that has been entered already, and what is neither file nor folder is skipped.
 * @throws NotAFileError, or UserError where the path cannot be read
 */
export async function listFiles(path: string, onSkipped: (entry: SkippedEntry) => void = () => {}): Promise<string[]> {
  try {
    const found = await stat(path);
    if (found.isFile()) return [path];
    if (!found.isDirectory()) throw new NotAFileError(path);
    const walk = new Walk(onSkipped);
    await walk.enter(path, await realpath(path));
    return walk.files;
  } catch (error) {
    throw fromSystemError(error, path, 'read');
  }
}

class Walk {
  readonly files: string[] = [];
  /** Real paths of the folders that were entered. */
  private readonly entered = new Set<string>();

  constructor(private readonly onSkipped: (entry: SkippedEntry) => void) {}

  async enter(folder: string, real: string): Promise<void> {
    this.entered.add(real);
    const entries = await readdir(folder, { withFileTypes: true });
    const shown = entries.filter(({ name }) => !name.startsWith('.'));
    for (const entry of shown.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) await this.follow(path);
      else await this.take(path, entry, join(real, entry.name));
    }
  }

  private async follow(path: string): Promise<void> {
    const target = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ELOOP', 'ENOTDIR'].includes(error.code ?? '')) return undefined;
      throw error;
    });
    if (!target) return this.onSkipped({ path, why: LINK_TO_NOTHING });
    const real = await realpath(path);
    if (target.isDirectory() && this.entered.has(real)) this.onSkipped({ path, why: LINK_BACK });
    else await this.take(path, target, real);
  }

  private async take(path: string, kind: Pick<Dirent, 'isFile' | 'isDirectory'>, real: string): Promise<void> {
    if (kind.isDirectory()) await this.enter(path, real);
    else if (kind.isFile()) this.files.push(path);
    else this.onSkipped({ path, why: SPECIAL });
  }
}
