import { createWriteStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** A file of an archive: where it lies in it, and what it holds or where that is read. */
export interface Member {
  name: string;
  content: { file: string } | { text: string };
  isProgram?: boolean;
}

/** As npm's own tarballs have it: the same files give the same bytes. */
const NO_TIME = new Date('1985-10-26T08:15:00Z');

/** Writes a gzipped tar whose bytes depend on its members' names and contents alone, in the order of their names. */
export async function writeTarGz(path: string, members: Member[], signal?: AbortSignal): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createGzip(), createWriteStream(path), { signal });
  const add = async () => {
    for (const { name, content, isProgram = false } of inOrder(members)) {
      const bytes = 'file' in content ? await readFile(content.file) : Buffer.from(content.text);
      const entry = { name, mtime: NO_TIME, mode: isProgram ? 0o755 : 0o644, uid: 0, gid: 0 };
      await new Promise<void>((resolve, reject) =>
        archive.entry(entry, bytes, (error) => (error ? reject(error) : resolve())),
      );
    }
    archive.finalize();
  };
  await Promise.all([written, add()]);
}

function inOrder(members: Member[]): Member[] {
  return members.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The files below a folder as members below a name; links are not followed. @param isWanted by the path within the folder */
export async function membersOf(folder: string, name: string, isWanted: (path: string) => boolean): Promise<Member[]> {
  const entries = await readdir(folder, { recursive: true });
  const members: Member[] = [];
  for (const entry of entries) {
    const path = entry.split(sep).join('/');
    const file = join(folder, entry);
    if (!isWanted(path) || !(await lstat(file)).isFile()) continue;
    members.push({ name: `${name}/${relative(folder, file).split(sep).join('/')}`, content: { file } });
  }
  return members;
}
