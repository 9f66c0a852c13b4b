import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { fromSystemError } from '@ehrsynth/io';
import { Zip, ZipPassThrough } from 'fflate';

/** A fixed time: the same folder gives the same bytes. */
const MTIME = '1980-01-01T00:00:00';

/** Writes the files of a folder, with those below it, as a zip archive in which nothing is compressed. */
export async function packFolder(folder: string, archive: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    throw fromSystemError(error, folder, 'read');
  });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const written = createWriteStream(archive);
  const zip = new Zip((error, data) => (error ? written.destroy(error) : written.write(data)));
  for (const path of paths.sort()) {
    const member = new ZipPassThrough(relative(folder, path).split(sep).join('/'));
    member.mtime = MTIME;
    zip.add(member);
    member.push(await readFile(path), true);
  }
  zip.end();
  written.end();
  await finished(written);
}

/** A name for a file of this machine by its content; for a place elsewhere, by its address. */
export async function shortHash(place: string): Promise<string> {
  const hash = createHash('sha256');
  if (isUri(place)) hash.update(place);
  else
    await pipeline(createReadStream(place), hash).catch((error) => {
      throw fromSystemError(error, place, 'read');
    });
  return hash.digest('hex').slice(0, 12);
}

/** A place that has a scheme is the cluster's; one letter is a drive of Windows. */
export function isUri(place: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\//i.test(place);
}
