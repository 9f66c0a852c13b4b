import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wordingFaults } from '../outside/wording.ts';
import { clockThatIsWrong } from './clock.ts';
import { lastWords } from '../outside/words.ts';
import type { Baseline, Run } from './run.ts';
import { contentOf, type ServerProcess, startServer } from './server.ts';
import { mountSmallDisk } from './small-disk.ts';

/** What happens to a server that keeps its data, or between it and a push; its command is `push`. */
export interface Scenario {
  row: string;
  column: string;
  times: number;
  mounts?: boolean;
  play(run: Run, baseline: Baseline): Promise<string[]>;
}

export const SCENARIOS: Scenario[] = [
  {
    row: 'sandbox --data',
    column: 'kill -9',
    times: 5,
    play: (run, baseline) => serverDies(run, baseline, 'SIGKILL'),
  },
  {
    row: 'sandbox --data',
    column: 'SIGTERM',
    times: 2,
    play: (run, baseline) => serverDies(run, baseline, 'SIGTERM'),
  },
  { row: 'sandbox --data', column: 'full disk', times: 8, mounts: true, play: serverDiskFull },
  { row: 'push --delete', column: 'clock jumps', times: 3, play: deleteWithWrongClock },
];

const DATA = 'disk/data';

/** Ended at a random moment of a push, and started again on its data: what it took it has, and the push ends with everything once. */
async function serverDies(run: Run, baseline: Baseline, signal: NodeJS.Signals): Promise<string[]> {
  const place = { folder: run.folder, temporary: run.temporary };
  let server = await startServer(place, { data: DATA });
  run.url = server.url;
  try {
    const pushing = run.start(['--attempts', '6']);
    await sleep(1000 * baseline.seconds * run.rng.next());
    server.running.process.kill(signal);
    const died = await server.running.ended;
    const faults = signal === 'SIGKILL' ? [] : wordingFaults(died.output, false).map((fault) => `server: ${fault}`);
    server = await startServer(place, { data: DATA, port: Number(new URL(run.url).port) });
    const first = await pushing.ended;
    faults.push(...wordingFaults(first.output, first.code !== 0));
    if (first.code !== 0) faults.push(...(await pushedOnceMore(run)));
    return [...faults, ...(await restartedWith(run, server, baseline, (next) => (server = next)))];
  } finally {
    server.running.process.kill('SIGKILL');
  }
}

/** The disk of the data is full: the server goes on, and says so; with room, the rest arrives. */
async function serverDiskFull(run: Run, baseline: Baseline): Promise<string[]> {
  const place = { folder: run.folder, temporary: run.temporary };
  const disk = mountSmallDisk(join(run.folder, 'server'), 4096 * (1 + run.rng.int(40)));
  let server: ServerProcess | undefined;
  try {
    server = await startServer(place, { data: 'server/data' });
    run.url = server.url;
    const first = await run.start(['--attempts', '2']).ended;
    const faults = wordingFaults(first.output, first.code !== 0);
    if (server.running.process.exitCode !== null) {
      return [...faults, `the server ended: ${lastWords(server.running.output())}`];
    }
    if (first.code === 0 && (await contentOf(run.url)) !== baseline.content) {
      faults.push('push: exit code 0, but not everything is there');
    }
    faults.push(...wordingFaults(server.running.output(), false).map((fault) => `server: ${fault}`));
    disk.resize(1 << 28);
    if (first.code !== 0) faults.push(...(await pushedOnceMore(run)));
    return [...faults, ...(await restartedWith(run, server, baseline, (next) => (server = next), 'server/data'))];
  } finally {
    server?.running.process.kill('SIGKILL');
    disk.unmount();
  }
}

/** What was there before a push is not that push's to delete, whatever its clock says. */
async function deleteWithWrongClock(run: Run, baseline: Baseline): Promise<string[]> {
  const days = run.rng.pick([-400, -2, 2]);
  const env = clockThatIsWrong(run.folder, days * 86_400_000);
  const server = await startServer({ folder: run.folder, temporary: run.temporary });
  run.url = server.url;
  try {
    const line = 'push few --server $URL --size 20 -o disk/';
    const steps: [string, Record<string, string>][] = [
      [`${line}honest`, {}],
      [`${line}late`, env],
      ['push disk/late --server $URL --delete', env],
    ];
    for (const [step, clock] of steps) {
      const { code, output } = await run.startLine(step, [], clock).ended;
      if (code !== 0) return [`${step}: exit code ${code}: ${lastWords(output)}`];
    }
    const content = await contentOf(run.url);
    return content === baseline.content
      ? []
      : [`clock wrong by ${days} days: the server has ${content}; expected ${baseline.content}`];
  } finally {
    server.running.process.kill('SIGKILL');
  }
}

async function pushedOnceMore(run: Run): Promise<string[]> {
  const { code, output } = await run.again();
  return [
    ...wordingFaults(output, code !== 0).map((fault) => `again: ${fault}`),
    ...(code === 0 ? [] : [`again: exit code ${code}: ${lastWords(output)}`]),
  ];
}

/** The server has everything once, now and when it was ended and started again. */
async function restartedWith(
  run: Run,
  server: ServerProcess,
  { content }: Baseline,
  started: (next: ServerProcess) => void,
  data = DATA,
): Promise<string[]> {
  const faults: string[] = [];
  const compare = async (when: string) => {
    const found = await contentOf(run.url);
    if (found !== content) faults.push(`${when} the server has ${found}; expected ${content}`);
  };
  await compare('after the push');
  const { code, output } = await server.stop();
  if (code !== 0) faults.push(`the server's exit code after Ctrl-C: ${code}: ${lastWords(output)}`);
  const next = await startServer(
    { folder: run.folder, temporary: run.temporary },
    { data, port: Number(new URL(run.url).port) },
  );
  started(next);
  await compare('started again,');
  return faults;
}
