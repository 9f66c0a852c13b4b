import { isMainThread } from 'node:worker_threads';

/** Commands whose output is meant for others, or holds no record of anybody; and the demo, whose steps are commands themselves. */
const FOR_OTHERS = new Set([
  'demo',
  'simulate',
  'export',
  'release',
  'vocab',
  'engine',
  'bundle',
  'completion',
  'doctor',
]);
/** Nothing for the group and for others. */
const OWNER_ALONE = 0o077;

/**
 * Makes what a command writes readable by its user alone (files 0600, folders 0700), unless it is for others; there the user's umask
 * holds. Gives what takes it back.
 * @param command its first word: ingest, train, export …
 */
export function restrictFileModes(command: string): () => void {
  // A worker cannot set it, and has it from its process.
  if (FOR_OTHERS.has(command) || !isMainThread) return () => {};
  const before = process.umask(OWNER_ALONE);
  process.umask(before | OWNER_ALONE);
  return () => void process.umask(before);
}
