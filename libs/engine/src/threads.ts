import { availableParallelism } from 'node:os';
import { BadThreadsError } from './errors.ts';

const SETTING = 'EHRSYNTH_THREADS';
const MOST_THREADS = 8;

/** EHRSYNTH_THREADS; undefined where it is not set, or empty. @throws BadThreadsError where it is no whole number from 1 on */
export function threadsSetting(): number | undefined {
  const given = process.env[SETTING]?.trim();
  if (!given) return undefined;
  const threads = Number(given);
  if (!Number.isInteger(threads) || threads < 1) throw new BadThreadsError(SETTING, given);
  return threads;
}

/** Threads of an engine on the processor: EHRSYNTH_THREADS, or one for each core, 8 at most. @throws BadThreadsError */
export function defaultThreads(): number {
  return Math.min(MOST_THREADS, threadsSetting() ?? availableParallelism());
}
