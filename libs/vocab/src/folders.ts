import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The dictionaries that come with ehrsynth. */
export function shippedFolder(): string {
  return fileURLToPath(new URL('../../../vocab/', import.meta.url));
}

/** Where imported dictionaries are kept: EHRSYNTH_VOCAB, or .ehrsynth/vocab in the user's home. */
export function userFolder(): string {
  return process.env.EHRSYNTH_VOCAB ?? join(homedir(), '.ehrsynth', 'vocab');
}
