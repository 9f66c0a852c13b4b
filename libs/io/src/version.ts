import { readFileSync } from 'node:fs';

/** ehrsynth's version, from the package. */
export function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version as string;
}
