import { join } from 'node:path';
import { Rng } from '@ehrsynth/random';
import type { ChaosCommand } from './commands.ts';
import { type Baseline, measure, Run } from './run.ts';
import { contentOf, startServer } from './server.ts';
import type { World } from '../outside/world.ts';

/** Each command once, undisturbed and one after the other. @param url of the server that some read */
export async function baselinesFor(
  commands: readonly ChaosCommand[],
  world: World,
  folder: string,
  url?: string,
): Promise<Map<ChaosCommand, Baseline>> {
  const baselines = new Map<ChaosCommand, Baseline>();
  for (const command of commands) {
    const own = join(folder, `undisturbed-${command.name.replaceAll(/\W+/g, '-')}`);
    const run = new Run(command, world, own, new Rng('undisturbed'), url);
    const fresh =
      command.server === 'fresh' ? await startServer({ folder: own, temporary: join(world.folder, 'tmp') }) : undefined;
    if (fresh) run.url = fresh.url;
    try {
      const measured = await measure(run);
      process.stderr.write(`      ${command.name}, undisturbed: ${measured.seconds.toFixed(1)} s\n`);
      baselines.set(command, { ...measured, ...(fresh && { content: await contentOf(fresh.url) }) });
    } finally {
      fresh?.running.process.kill('SIGKILL');
    }
    run.remove();
  }
  return baselines;
}
