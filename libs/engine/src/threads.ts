import { availableParallelism } from 'node:os';

const MOST_THREADS = 8;

/** Threads of an engine on the processor: EHRSYNTH_THREADS, or one for each core, 8 at most. */
export function defaultThreads(): number {
  const wanted = Number(process.env['EHRSYNTH_THREADS'] ?? availableParallelism());
  return Math.max(1, Math.min(MOST_THREADS, Math.floor(wanted) || 1));
}
