import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, such that a later one of the same number is known to be another. */
export interface Owner {
  pid: number;
  /** When it started, as the system counts; empty where the system does not say. */
  started: string;
  host: string;
}

export function thisProcess(): Owner {
  return { pid: process.pid, started: startOf(process.pid) ?? '', host: hostname() };
}

/** Whether a process of this machine has ended; one of another machine cannot be asked, and counts as running. */
export function hasEnded({ pid, started, host }: Owner): boolean {
  if (host !== hostname()) return false;
  if (!isAlive(pid)) return true;
  const now = startOf(pid);
  return now === undefined || (now !== '' && started !== '' && now !== started);
}

/** Whether a process of this number runs here. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Clock ticks from the system's start to the process's; empty where there is no /proc, undefined where the process has ended and
 * only waits to be collected (or is gone).
 * @see proc_pid_stat(5), fields 3 and 22
 */
function startOf(pid: number): string | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return process.platform === 'linux' && pid !== process.pid && !isAlive(pid) ? undefined : '';
  }
  // The name, in parentheses, may hold spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}
