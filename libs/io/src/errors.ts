import { printable } from './printable.ts';

/** 1: the data failed a check; 2: wrong usage; 3: the environment lacks something; 130: stopped by a signal. */
export type ExitCode = 1 | 2 | 3 | 130;

/**
 * An error for the person at the keyboard. The message has what was wrong, where, and what to do, each safe to print: parts of it
 * are names and texts from outside. Libraries derive their own classes from it, each with its own code.
 */
export class UserError extends Error {
  constructor(
    readonly code: string,
    readonly exitCode: ExitCode,
    what: string,
    readonly details: { where?: string; todo?: string; cause?: unknown } = {},
  ) {
    super(
      [
        ...linesOf(what),
        ...(details.where ? [`  at ${printable(details.where, LONGEST_LINE)}`] : []),
        ...(details.todo ? linesOf(`  ${details.todo}`) : []),
      ].join('\n'),
      { cause: details.cause },
    );
    this.name = new.target.name;
  }
}

const LONGEST_LINE = 2000;

/** Lines but the first are indented: what stands in a text from outside cannot pass for a message of its own. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line, i) => printable(i === 0 || line.startsWith('  ') ? line : `  ${line}`, LONGEST_LINE));
}

/** A system error (EACCES, ENOSPC, …) said as a person would. */
export function fromSystemError(error: unknown, path: string, verb: 'read' | 'write'): UserError {
  if (error instanceof UserError) return error;
  const { code = 'unknown', message } = error as NodeJS.ErrnoException;
  const known: Record<string, [string, ExitCode, string]> = {
    EACCES: ['No permission', 3, 'Give your user permission, or choose another place.'],
    EPERM: ['No permission', 3, 'Give your user permission, or choose another place.'],
    ENOENT: ['No such file or folder', 2, 'Check the path.'],
    ENOTDIR: ['Not a folder', 2, 'Check the path.'],
    EISDIR: ['This is a folder, but a file was expected', 2, 'Check the path.'],
    ENOSPC: ['The disk is full', 3, 'Free some space or choose another disk; nothing was left behind.'],
    EDQUOT: ['The disk quota is used up', 3, 'Free some space or choose another disk.'],
    EROFS: ['The disk is read-only', 3, 'Choose another place.'],
    EMFILE: ['Too many open files', 3, 'Raise the limit (ulimit -n).'],
    EIO: ['The disk reported an error', 3, 'Check the disk, or choose another one.'],
    EBUSY: ['In use by the system, possibly as a mount point', 3, 'Choose another place.'],
    EXDEV: ['On a different disk from its parent folder', 3, 'Choose another place.'],
    EEXIST: ['Already exists', 2, 'Choose another name.'],
    ENOTEMPTY: ['The folder is no longer empty', 2, 'Choose another name.'],
    ELOOP: ['A link that leads back to itself', 2, 'Remove the link, or choose another place.'],
    ENAMETOOLONG: ['The name is too long', 2, 'Choose a shorter one.'],
    EFBIG: ['The file is larger than this disk allows', 3, 'Choose another disk.'],
  };
  const [what, exitCode, todo] = known[code] ?? [`Cannot ${verb} (${message})`, 3, ''];
  return new UserError(code, exitCode, what, { where: path, todo: todo || undefined, cause: error });
}

/** Whether the system gave it: a library's own errors are no matter of disks and permissions. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return error instanceof Error && typeof code === 'string' && /^E[A-Z]+$/.test(code) && syscall !== undefined;
}
