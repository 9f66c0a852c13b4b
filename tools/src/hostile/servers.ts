import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HOSTILE, type HostileBehaviour, hostileCommand, startHostile } from '@ehrsynth/fhir/testing';
import { runCli } from '../outside/cli.ts';
import { lastWords } from '../outside/words.ts';
import { obeyedByTerminals, wordingFaults } from '../outside/wording.ts';

export { HOSTILE as HOSTILE_SERVERS };

/** Each is to end within half a minute on an idle machine. */
const SECONDS = 90;
const HEAP_MB = 384;

/** Starts the server, runs the command that meets it, and gives what did not hold. */
export async function runHostileServer(behaviour: HostileBehaviour, folder: string): Promise<string[]> {
  const own = join(folder, 'own');
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const server = await startHostile(behaviour);
  try {
    const command = await hostileCommand(behaviour, server, own);
    const { code, hung, signal, output, seconds } = await runCli(
      command,
      { folder: own, temporary },
      { seconds: SECONDS, heapMb: HEAP_MB },
    );
    if (hung) return [`did not end within ${Math.round(seconds)} s: ${lastWords(output)}`];
    const { exitCode, expects, holds } = behaviour;
    const obeyed = obeyedByTerminals(output);
    const held = holds?.(server.observed(own));
    return [
      ...(code === exitCode ? [] : [`exit code ${code ?? signal}, not ${exitCode}: ${lastWords(output)}`]),
      ...wordingFaults(output, code !== 0),
      ...(expects.test(output) ? [] : [`does not say ${String(expects)}: ${lastWords(output)}`]),
      ...(obeyed === undefined ? [] : [`printed ${obeyed}, which terminals interpret`]),
      ...(held === undefined ? [] : [held]),
    ];
  } finally {
    await server.close();
  }
}
