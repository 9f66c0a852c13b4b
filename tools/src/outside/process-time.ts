import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of the kernel's clock, whatever its own rate is. */
const TICKS_PER_SECOND = 100;
const POLL_MS = 10;

/** Seconds of processor that a process has used; undefined where the system does not say, or the process has ended. */
export function processSeconds(pid: number): number | undefined {
  try {
    // The second field is a name in brackets, which may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

/** Seconds of processor that a process uses from now until it ends. */
export async function processSecondsUntilEnd(pid: number, ended: Promise<unknown>): Promise<number> {
  const before = processSeconds(pid) ?? 0;
  let last = before;
  let over = false;
  void ended.then(() => (over = true));
  while (!over) {
    last = processSeconds(pid) ?? last;
    await sleep(POLL_MS);
  }
  return last - before;
}
