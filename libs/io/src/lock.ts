import { lstatSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { keepAtExit, removeAtExit } from './at-exit.ts';
import { fromSystemError, UserError } from './errors.ts';
import { makeFolder } from './make-folder.ts';
import { hasEnded, type Owner, thisProcess } from './owner.ts';

/** Another process is writing the same output. */
export class LockedError extends UserError {
  constructor(target: string, lock: string, owner: Owner | undefined) {
    const here = thisProcess().host;
    const isHere = !owner || owner.host === here;
    const who = owner ? `process ${owner.pid}${isHere ? '' : ` on ${owner.host}`}` : 'another process';
    super('locked', 2, `The output is being written by ${who}`, {
      where: target,
      todo: isHere
        ? 'Wait until it is done, or choose another folder.'
        : `Wait until it is done. If it is no longer running, remove ${lock}.`,
    });
  }
}

/** A file that cannot be read as a lock counts as one that is being written for so long. */
const UNREADABLE_FOR_MS = 10_000;
const OWNER_FILE = 0o600;

/**
 * Takes an output for this process alone, by a file `.NAME.lock` beside it that names the process and its machine. A lock
 * whose process has ended is taken over. Gives what releases it; the end of this process does so as well.
 * @throws LockedError where another process has it; UserError where the lock cannot be written
 */
export function lockOutput(target: string): () => void {
  const final = resolve(target);
  const lock = join(dirname(final), `.${basename(final)}.lock`);
  const own = `${JSON.stringify(thisProcess())}\n`;
  while (!create(lock, own, target)) {
    const before = read(lock);
    if (before === undefined) continue; // Released meanwhile.
    const owner = parse(before);
    if (owner ? !hasEnded(owner) : isYoung(lock)) throw new LockedError(target, lock, owner);
    takeAway(lock, before);
  }
  removeAtExit(lock);
  let isHeld = true;
  return () => {
    if (isHeld && read(lock) === own) rmSync(lock, { force: true });
    if (isHeld) keepAtExit(lock);
    isHeld = false;
  };
}

/** False where there is one. */
function create(lock: string, text: string, target: string): boolean {
  try {
    makeFolder(dirname(lock));
    writeFileSync(lock, text, { flag: 'wx', mode: OWNER_FILE });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // A full disk may leave it empty.
    if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) rmSync(lock, { force: true });
    throw fromSystemError(error, target, 'write');
  }
}

function read(lock: string): string | undefined {
  const found = lstatSync(lock, { throwIfNoEntry: false });
  // A link that leads nowhere would stand in the way of a lock, and never be one.
  if (found && !found.isFile())
    throw new UserError('locked', 2, "The output's lock is not a file", {
      where: lock,
      todo: 'Remove it.',
    });
  try {
    return readFileSync(lock, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fromSystemError(error, lock, 'read');
  }
}

function parse(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner;
    return Number.isInteger(owner.pid) && typeof owner.host === 'string' ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isYoung(lock: string): boolean {
  const written = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - written < UNREADABLE_FOR_MS;
}

/** Removes a dead process's lock, and no other that took its place since it was read. */
function takeAway(lock: string, text: string): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    // Another process was faster. Any other reason would stay, and be met for ever.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new UserError('locked', 3, 'The lock left by a process that has ended cannot be removed', {
      where: lock,
      todo: 'Remove it, or choose another folder.',
      cause: error,
    });
  }
  if (read(aside) === text) rmSync(aside, { force: true });
  else renameSync(aside, lock);
}
