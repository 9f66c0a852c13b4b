import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fromSystemError } from '@ehrsynth/io';

/** What lies in the folder of a package. */
export interface Walk {
  /** Paths of its plain files from the folder, with slashes, in order. */
  files: string[];
  /** What no package has: links, pipes, sockets, devices, empty folders, names that are not UTF-8, what cannot be looked into. */
  odd: { path: string; what: string }[];
}

/**
 * Every entry of a folder and its subfolders, hidden ones too. No link is followed and nothing is opened.
 * @throws UserError where the folder itself cannot be read
 */
export async function walkPackage(folder: string): Promise<Walk> {
  const walk: Walk = { files: [], odd: [] };
  const names = await readdir(folder, { encoding: 'buffer' }).catch((error) => {
    throw fromSystemError(error, folder, 'read');
  });
  await visit(names, folder, '', walk);
  walk.files.sort();
  return walk;
}

async function visit(names: Buffer[], folder: string, prefix: string, walk: Walk): Promise<void> {
  for (const bytes of names.sort((a, b) => a.compare(b))) {
    const path = prefix + bytes.toString('utf8');
    try {
      if (!isUtf8(bytes)) throw new OddEntry('its name is not UTF-8; remove it');
      const at = join(folder, path);
      const entry = await lstat(at);
      if (entry.isFile()) {
        walk.files.push(path);
      } else if (entry.isDirectory()) {
        const inside = await readdir(at, { encoding: 'buffer' });
        if (inside.length === 0) throw new OddEntry('an empty folder; no package has one, remove it');
        await visit(inside, folder, `${path}/`, walk);
      } else {
        throw new OddEntry(`${kindOf(entry)}; a package only has plain files, so it was not opened`);
      }
    } catch (error) {
      walk.odd.push({ path, what: error instanceof OddEntry ? error.message : wordsOf(error) });
    }
  }
}

class OddEntry extends Error {}

function kindOf(entry: Stats): string {
  if (entry.isSymbolicLink()) return 'a symbolic link';
  if (entry.isFIFO()) return 'a named pipe';
  if (entry.isSocket()) return 'a socket';
  return entry.isBlockDevice() || entry.isCharacterDevice() ? 'a device' : 'neither file nor folder';
}

/** A system error as part of a fault. */
export function wordsOf(error: unknown): string {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return `cannot be read: ${WORDS[code] ?? `the system says ${code}`}`;
}

const WORDS: Record<string, string> = {
  EACCES: 'no permission; allow your user to read it',
  EPERM: 'no permission; allow your user to read it',
  ENOENT: 'it disappeared while the package was being checked',
  ENAMETOOLONG: 'its path is longer than the system allows',
  EISDIR: 'a folder instead of a file',
  ELOOP: 'a symbolic link, which is not followed',
  EIO: 'the disk cannot read it',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
};
