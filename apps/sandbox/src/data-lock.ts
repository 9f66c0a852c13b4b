import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@ehrsynth/io';

const LOCK = 'sandbox.lock';

/** Locks of this process: two sandboxes may run in one. */
const held = new Set<string>();
process.on('exit', () => held.forEach((path) => rmSync(path, { force: true })));

/**
 * Lets one sandbox alone write into a folder: a file with its process id, which is taken over from a process that is gone.
 * @returns what gives the folder free again
 * @throws FolderInUseError where another sandbox has it
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, LOCK);
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid), { mode: 0o600 });
  try {
    take(own, path, folder);
  } finally {
    rmSync(own, { force: true });
  }
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
  };
}

/** A link is made with its content, or not at all, so that no other sandbox can read half of it. */
function take(own: string, path: string, folder: string): void {
  for (;;) {
    try {
      return linkSync(own, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(path);
    if (owner !== undefined && isRunning(owner, path)) throw new FolderInUseError(folder, owner);
    setAside(path, `${own}.old`);
  }
}

/** Removes a lock whose owner is gone; another process may have done so already. */
function setAside(path: string, aside: string): void {
  try {
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function ownerOf(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** Our own id in a lock that we do not hold is that of an earlier process: in containers, ids come again. */
function isRunning(pid: number, path: string): boolean {
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export class FolderInUseError extends UserError {
  constructor(folder: string, pid: number) {
    super('folder-in-use', 2, `Another sandbox (process ${pid}) keeps its data there`, {
      where: folder,
      todo: 'Stop it first, or choose another folder with --data.',
    });
  }
}
