import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in these, whatever its kernel's own clock is. */
const TICKS_PER_SECOND = 100;

/**
 * Milliseconds, to the nanosecond, that the threads that a process has now have had of processors; undefined where there is no /proc that
 * says it.
 */
export function processorMs(pid: number): number | undefined {
  try {
    let nanoseconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`))
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    return nanoseconds / 1e6;
  } catch {
    return undefined;
  }
}

/**
 * Seconds of processors, to the hundredth, that a process and the children that it has waited for have used, by Linux's /proc: other work on the machine hardly
 * changes them. @param pid a number, or `self` @throws where there is no such process, or no /proc
 */
export function processorSeconds(pid: number | 'self'): { own: number; children: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name of the program comes second, in parentheses, and may hold anything; user and system time are the 14th and 15th, then those of children.
  const [user, system, childrenUser, childrenSystem] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map((ticks) => Number(ticks) / TICKS_PER_SECOND);
  return { own: user + system, children: childrenUser + childrenSystem };
}
