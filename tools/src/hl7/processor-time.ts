import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds that all threads of a process have had of processors so far; undefined where there is no /proc that says it. */
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
