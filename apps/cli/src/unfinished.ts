import { console } from './console.ts';

/** Of a process that ended before its work did. */
const UNFINISHED = 3;

/**
 * Watches over a work that must not end unseen: where the process ends before it, because nothing is left to wait for or a library
 * ends it, the exit code is 3 and never 0. Gives what is to be called when the work is done, well or not.
 */
export function guardExit(): () => void {
  const drained = () => {
    console.error(
      'The command ended before it was finished. No output was written under its final name.\n' +
        '  Check whether the disk is full, and run it again; if this happens again, it is a bug in ehrsynth.',
    );
    process.exitCode = UNFINISHED;
  };
  const leaving = (code: number) => {
    if (code === 0) process.exitCode = UNFINISHED;
  };
  process.on('beforeExit', drained);
  process.on('exit', leaving);
  return () => {
    process.off('beforeExit', drained);
    process.off('exit', leaving);
  };
}
