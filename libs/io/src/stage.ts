import { chmod, lstat, mkdir, readdir, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, parse, resolve, sep } from 'node:path';
import { abandonedIn } from './abandoned.ts';
import { keepAtExit, removeAtExit } from './at-exit.ts';
import { fromSystemError, UserError } from './errors.ts';
import { lockOutput } from './lock.ts';

export interface StagedFolder {
  /** Where to write. */
  path: string;
  /** Gives the folder its final name. @param then done while the output is still locked */
  commit(then?: () => Promise<void>): Promise<void>;
  /** Removes what was written; after `commit`, nothing. */
  discard(): Promise<void>;
}

export interface StageOptions {
  /** Whether a folder of that name may be replaced. */
  replace?: boolean;
  /** Throws where the folder that is there must not be removed: asked at the start, and again before it is replaced. */
  mayReplace?: () => Promise<void>;
}

/** A place that no output may take, whatever the user allows. */
export class ProtectedPlaceError extends UserError {
  constructor(target: string, what: string) {
    super('protected-place', 2, `The output folder cannot be ${what}`, {
      where: target,
      todo: 'Choose a separate folder with -o.',
    });
  }
}

/**
 * A folder that gets its final name only when it is whole; until then it stands beside it as `.NAME.partial-PID`, for its owner alone.
 * An old folder is replaced by renaming: it becomes `.NAME.old-PID`, and goes when the new one has its name; what a process killed in
 * between left is put right by the next one. The output is locked until `commit` or `discard`.
 * @throws UserError where the final folder exists and is not empty, unless `replace`; LockedError where another process writes it;
 * ProtectedPlaceError for the current folder and those above it, the home folder, the root, a link and a mount point
 */
export async function stageFolder(
  target: string,
  { replace = false, mayReplace }: StageOptions = {},
): Promise<StagedFolder> {
  const final = resolve(target);
  await checkPlace(final, target);
  if (!replace) await checkFree(final, target);
  const unlock = lockOutput(target);
  const path = beside(final, 'partial');
  const discard = async () => {
    await rm(path, { recursive: true, force: true });
    keepAtExit(path);
    unlock();
  };
  try {
    await restoreReplaced(final);
    if (!replace) await checkFree(final, target);
    await mayReplace?.();
    await removeAbandoned(final);
    await rm(path, { recursive: true, force: true });
    removeAtExit(path);
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    await discard();
    throw fromSystemError(error, target, 'write');
  }
  const commit = async (then?: () => Promise<void>) => {
    try {
      await mayReplace?.();
      // A disk that knows no permissions refuses.
      await chmod(path, 0o777 & ~process.umask()).catch(() => {});
      await takePlace(path, final, replace);
      keepAtExit(path);
    } catch (error) {
      throw fromSystemError(error, target, 'write');
    }
    await then?.();
    unlock();
  };
  return { path, commit, discard };
}

/**
 * Puts back a folder whose replacement was killed between its two renamings. Folders that a living process has set aside are left
 * alone.
 */
export async function restoreReplaced(folder: string): Promise<void> {
  const final = resolve(folder);
  for (const path of await leftBy(final, 'old')) {
    if (await exists(final)) await rm(path, { recursive: true, force: true });
    else await rename(path, final);
  }
}

/** Gives the new folder the old one's name; at any moment the old one or the new one is whole on the disk. */
async function takePlace(path: string, final: string, replace: boolean): Promise<void> {
  if (!(await exists(final))) return rename(path, final);
  if (!replace) {
    await rmdir(final); // Empty, or somebody has put something there meanwhile: then it stays.
    return rename(path, final);
  }
  const old = beside(final, 'old');
  await rename(final, old);
  try {
    await rename(path, final);
  } catch (error) {
    await rename(old, final);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

async function checkPlace(final: string, target: string): Promise<void> {
  const parent = await realpath(dirname(final)).catch(() => dirname(final));
  const place = join(parent, basename(final));
  const holds = (other: string) => other === place || other.startsWith(place.endsWith(sep) ? place : place + sep);
  if (final === parse(final).root) throw new ProtectedPlaceError(target, 'the root of the disk');
  if (holds(process.cwd())) throw new ProtectedPlaceError(target, 'the current folder or one above it');
  if (holds(homedir())) throw new ProtectedPlaceError(target, 'the home folder or one above it');
  const found = await lstat(final).catch(() => undefined);
  if (found?.isSymbolicLink()) throw new ProtectedPlaceError(target, 'a link');
  if (found && !found.isDirectory())
    throw fromSystemError(Object.assign(new Error(), { code: 'ENOTDIR' }), target, 'write');
  const above = await lstat(parent).catch(() => undefined);
  if (found && above && found.dev !== above.dev)
    throw new ProtectedPlaceError(target, 'a mount point (a folder inside it can)');
}

async function checkFree(final: string, target: string): Promise<void> {
  const names = await readdir(final).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw fromSystemError(error, target, 'read');
  });
  if (names.length === 0) return;
  throw new UserError('output-exists', 2, 'The output folder exists and is not empty', {
    where: target,
    todo: 'Choose another name with -o, or replace it with --force.',
  });
}

/** Removes what processes that were killed had staged for the same folder. */
async function removeAbandoned(final: string): Promise<void> {
  for (const path of await leftBy(final, 'partial')) await rm(path, { recursive: true, force: true });
}

function beside(final: string, what: 'partial' | 'old'): string {
  return join(dirname(final), `.${basename(final)}.${what}-${process.pid}`);
}

/** Folders beside the final one whose process has ended, or had this one's number. */
async function leftBy(final: string, what: 'partial' | 'old'): Promise<string[]> {
  return abandonedIn(dirname(final), `.${basename(final)}.${what}-`);
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
