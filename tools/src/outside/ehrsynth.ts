import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../../apps/cli/bin/ehrsynth.js', import.meta.url));

/**
 * Runs one of our commands as a user would.
 * @param line its words, or a line of words without spaces in them
 * @param shows whether what it prints is shown
 * @throws Error where it fails
 */
export function ehrsynth(line: string | readonly string[], shows = false): void {
  const words = typeof line === 'string' ? line.split(' ') : line;
  const done = spawnSync(process.execPath, [CLI, ...words], {
    encoding: 'utf8',
    stdio: shows ? ['ignore', 'inherit', 'inherit'] : 'pipe',
  });
  if (done.status !== 0) throw new Error(`ehrsynth ${words.join(' ')}:\n${done.stdout ?? ''}${done.stderr ?? ''}`);
}
