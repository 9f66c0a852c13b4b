import { setTimeout as sleep } from 'node:timers/promises';
import { type Ended, type Place, type Running, startCli } from '../outside/cli.ts';

/** What it prints once everything is loaded. */
const READY = /^FHIR R4 server .*(http:\S+\/fhir)$/m;

/** A sandbox in a process of its own. */
export interface ServerProcess {
  url: string;
  running: Running;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Ended>;
}

const MOST_SECONDS = 7200;
const START_SECONDS = 60;

/** @throws Error where it does not come up */
export async function startServer(
  place: Place,
  options: { port?: number; load?: string; data?: string; startSeconds?: number; heapMb?: number } = {},
): Promise<ServerProcess> {
  const { port = 0, load, data, startSeconds = START_SECONDS, heapMb } = options;
  const running = startCli(
    ['sandbox', '--port', String(port), ...(load ? ['--load', load] : []), ...(data ? ['--data', data] : [])],
    place,
    { seconds: MOST_SECONDS, heapMb },
  );
  const began = performance.now();
  let url: string | undefined;
  while (!(url = READY.exec(running.output())?.[1])) {
    if (running.process.exitCode !== null || performance.now() - began > 1000 * startSeconds) {
      running.process.kill('SIGKILL');
      throw new Error(`The sandbox did not start:\n${running.output()}`);
    }
    await sleep(20);
  }
  const stop = () => {
    running.process.kill('SIGINT');
    return running.ended;
  };
  return { url, running, stop };
}

const TYPES =
  'Patient,Encounter,Condition,MedicationRequest,Procedure,Observation,Organization,Practitioner,Location'.split(',');

/** "Patient 12, Encounter 80 …": what the server has. */
export async function contentOf(url: string): Promise<string> {
  const counts: string[] = [];
  for (const type of TYPES) {
    const answer = await fetch(`${url}/${type}?_summary=count`);
    const { total } = (await answer.json()) as { total?: number };
    counts.push(`${type} ${total ?? `status ${answer.status}`}`);
  }
  return counts.join(', ');
}
