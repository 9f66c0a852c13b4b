import { lstatSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepAtExit, removeAtExit } from './at-exit.ts';
import { fromSystemError } from './errors.ts';
import { hasEnded, thisProcess } from './owner.ts';

export interface TemporaryFolder {
  path: string;
  /** Removes it with all it holds. */
  remove(): Promise<void>;
}

const PREFIX = '.ehrsynth-work';

/**
 * A folder for data on its way, that only its owner can open (0700). It goes when `remove` is called or the process ends; where the
 * process was killed, the next one that needs such a folder in the same place removes it.
 * @param parent where patients' records belong: beside the output, which is on a disk that the user chose; the system's folder
 * for temporary files where there is no output
 * @throws UserError where it cannot be made
 */
export async function temporaryFolder(parent = tmpdir()): Promise<TemporaryFolder> {
  const { pid, started, host } = thisProcess();
  try {
    await removeDeadOnes(parent);
    const path = await mkdtemp(join(parent, `${PREFIX}-${nameOf(host)}-${pid}-${started}-`));
    removeAtExit(path);
    const remove = async () => {
      await rm(path, { recursive: true, force: true });
      keepAtExit(path);
    };
    return { path, remove };
  } catch (error) {
    throw fromSystemError(error, parent, 'write');
  }
}

async function removeDeadOnes(parent: string): Promise<void> {
  const here = thisProcess().host;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const [, host, pid, started] = /-([^-]*)-(\d+)-(\d*)-[^-]*$/.exec(name.slice(PREFIX.length)) ?? [];
    if (host !== nameOf(here) || !hasEnded({ pid: Number(pid), started, host: here })) continue;
    const path = join(parent, name);
    if (isOwn(path)) await rm(path, { recursive: true, force: true });
  }
}

/** Whether it is a folder of this user: in a place that all share, others may have made any name. */
function isOwn(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return Boolean(found?.isDirectory() && (process.getuid === undefined || found.uid === process.getuid()));
}

/** A machine's name without what separates the parts. */
function nameOf(host: string): string {
  return host.replace(/[^A-Za-z0-9.]/g, '').slice(0, 40);
}
