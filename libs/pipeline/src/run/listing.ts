import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { z } from 'zod';
import { fromSystemError } from '@ehrsynth/io';

/** What a folder holds, by the names of its files. */
export const Listing = z.object({
  /** With slashes, from the folder, in order. */
  files: z.array(z.string()),
  /** Subfolders of many files: how many, and the SHA-256 of their names, in hex. */
  folders: z.record(z.string(), z.object({ files: z.number(), sha256: z.string() })).optional(),
});
export type Listing = z.infer<typeof Listing>;

/** A subfolder of more files is listed by their number and one sum. */
const LISTED_BY_NAME = 100;

/** Lists names of files, so that whatever is put beside them later is known to be another's. */
export function listingOf(names: readonly string[]): Listing {
  const files: string[] = [];
  const folders: NonNullable<Listing['folders']> = {};
  for (const [folder, own] of byFolder(names)) {
    if (folder === '.' || own.length <= LISTED_BY_NAME) files.push(...own);
    else folders[folder] = { files: own.length, sha256: sumOf(own) };
  }
  return { files: files.sort(), ...(Object.keys(folders).length > 0 && { folders }) };
}

/** Which of the names a listing does not have: files, and folders with a slash that do not hold what they held. */
export function notListed(names: readonly string[], { files, folders = {} }: Listing): string[] {
  const known = new Set(files);
  return [...byFolder(names)].flatMap(([folder, own]) => {
    const listed = Object.hasOwn(folders, folder) ? folders[folder] : undefined;
    if (!listed) return own.filter((name) => !known.has(name));
    return listed.files === own.length && listed.sha256 === sumOf(own) ? [] : [`${folder}/`];
  });
}

/** All files of a folder and its subfolders, hidden ones and links included; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw fromSystemError(error, folder, 'read');
    },
  );
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

function byFolder(names: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const name of names) {
    const folder = posix.dirname(name);
    const own = folders.get(folder);
    if (own) own.push(name);
    else folders.set(folder, [name]);
  }
  return folders;
}

function sumOf(names: string[]): string {
  return createHash('sha256')
    .update([...names].sort().join('\n'))
    .digest('hex');
}
