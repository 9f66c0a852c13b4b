import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended, Running } from '../outside/cli.ts';
import { processSecondsUntilEnd } from '../outside/process-time.ts';
import { wordingFaults } from '../outside/wording.ts';
import { clockThatJumps } from './clock.ts';
import type { ChaosCommand } from './commands.ts';
import { cutProxy } from './cut-proxy.ts';
import { lastWords } from '../outside/words.ts';
import { afterRecovery, afterTrouble } from './invariants.ts';
import { type Baseline, type Run, untilMoment } from './run.ts';
import { contentOf } from './server.ts';
import { mountSmallDisk } from './small-disk.ts';

/** Something that goes wrong while a command runs. */
export interface Trouble {
  name: string;
  /** Runs of it for each command. */
  times: number;
  appliesTo(command: ChaosCommand): boolean;
  /** It needs the right to mount. */
  mounts?: boolean;
  /** Does it, and gives what did not hold. */
  strike(run: Run, baseline: Baseline): Promise<string[]>;
}

const always = () => true;
const replaces = ({ earlier }: ChaosCommand) => earlier !== undefined;
/** What a command may still do when a signal has come: seconds of processor, whatever else the machine does; and of waiting. */
const SIGNAL_PROCESS_SECONDS = 1;
const SIGNAL_SECONDS = 20;
const AMPLE = 1 << 28;

export const TROUBLES: Trouble[] = [
  {
    name: 'kill -9',
    times: 3,
    appliesTo: always,
    strike: (run, baseline) => stopped(run, baseline, 'SIGKILL'),
  },
  { name: 'kill -9 with --force', times: 2, appliesTo: replaces, strike: replacing },
  {
    name: 'SIGTERM',
    times: 1,
    appliesTo: always,
    strike: (run, baseline) => stopped(run, baseline, 'SIGTERM'),
  },
  {
    name: 'SIGINT',
    times: 1,
    appliesTo: always,
    strike: (run, baseline) => stopped(run, baseline, 'SIGINT'),
  },
  { name: 'SIGSTOP', times: 1, appliesTo: always, strike: suspended },
  {
    name: 'two at once',
    times: 1,
    appliesTo: always,
    strike: (run, baseline) => twoAtOnce(run, baseline, []),
  },
  {
    name: 'two with --force',
    times: 1,
    appliesTo: replaces,
    strike: (run, baseline) => twoAtOnce(run, baseline, ['--force']),
  },
  { name: 'read-only', times: 1, appliesTo: always, mounts: true, strike: readOnly },
  { name: 'clock jumps', times: 1, appliesTo: always, strike: jumpingClock },
  { name: 'network cut', times: 10, appliesTo: ({ server }) => server !== undefined, strike: cutNetwork },
];

/** A signal at a random moment; then the command again. */
async function stopped(run: Run, baseline: Baseline, signal: NodeJS.Signals): Promise<string[]> {
  const running = run.start();
  const { ended, faults } = await strike(run, running, baseline, signal);
  return [...faults, ...afterTrouble(run, ended, baseline), ...(await recovered(run, baseline))];
}

/** kill -9 while an earlier output is replaced: one of the two must be there. */
async function replacing(run: Run, baseline: Baseline): Promise<string[]> {
  const earlier = await run.writeEarlier();
  const running = run.start(['--force']);
  const { ended } = await strike(run, running, baseline, 'SIGKILL');
  return [...afterTrouble(run, ended, baseline, earlier), ...(await recovered(run, baseline))];
}

async function strike(
  run: Run,
  running: Running,
  baseline: Baseline,
  signal: NodeJS.Signals,
): Promise<{ ended: Ended; faults: string[] }> {
  await untilMoment(run, running, baseline);
  const sent = performance.now();
  running.process.kill(signal);
  const used = await processSecondsUntilEnd(running.process.pid!, running.ended);
  const ended = await running.ended;
  const seconds = (performance.now() - sent) / 1000;
  const late = used > SIGNAL_PROCESS_SECONDS || seconds > SIGNAL_SECONDS;
  const faults = late
    ? [`after ${signal} it continued for ${used.toFixed(1)} s of processor time, ${seconds.toFixed(1)} s by the clock`]
    : [];
  return { ended, faults };
}

/** Suspended at a random moment for up to two seconds: it goes on as if nothing had been. */
async function suspended(run: Run, baseline: Baseline): Promise<string[]> {
  const running = run.start();
  await untilMoment(run, running, baseline);
  running.process.kill('SIGSTOP');
  await sleep(300 + run.rng.int(1700));
  running.process.kill('SIGCONT');
  return mustSucceed(run, await running.ended, baseline);
}

/** Two commands on one output, the second a random time after the first. One writes it, and the other says why not. */
async function twoAtOnce(run: Run, baseline: Baseline, options: string[]): Promise<string[]> {
  const first = run.start(options);
  await sleep(500 * baseline.seconds * run.rng.next());
  const both = await Promise.all([first.ended, run.start(options).ended]);
  const faults = both.flatMap(({ code, output, hung }) => (hung ? ['did not end'] : wordingFaults(output, code !== 0)));
  const done = both.filter(({ code }) => code === 0).length;
  const exclusive = run.command.earlier !== undefined && options.length === 0;
  if (done === 0) faults.push(`neither wrote the output: ${lastWords(both[0].output)} / ${lastWords(both[1].output)}`);
  if (done === 2 && exclusive) faults.push('both report that they wrote the output');
  const winner = both.find(({ code }) => code === 0);
  if (!winner) return [...faults, ...(await recovered(run, baseline))];
  return [...faults, ...afterRecovery(run, winner, baseline), ...(await sameContent(run, baseline))];
}

/** The folder of the output on a read-only filesystem: words, and nothing else. Then it may be written. */
async function readOnly(run: Run, baseline: Baseline): Promise<string[]> {
  const disk = mountSmallDisk(run.disk, AMPLE);
  try {
    disk.setReadOnly(true);
    const ended = await run.start().ended;
    const faults = afterTrouble(run, ended, baseline);
    if (ended.code === 0) faults.push('exit code 0 on a read-only disk');
    disk.setReadOnly(false);
    return [...faults, ...(await recovered(run, baseline))];
  } finally {
    disk.unmount();
  }
}

/** The wall clock jumps by hours or days, forwards or back, at a random moment: nothing but times may be other. */
async function jumpingClock(run: Run, baseline: Baseline): Promise<string[]> {
  const env = clockThatJumps(run.folder, run.rng, baseline.seconds);
  return mustSucceed(run, await run.start([], env).ended, baseline);
}

/** A third of the connections is cut. It ends well, or in words; on a sound network it then ends well. */
async function cutNetwork(run: Run, baseline: Baseline): Promise<string[]> {
  const proxy = await cutProxy(run.url, 0.35, run.rng.fork('network'));
  run.url = proxy.url;
  try {
    const ended = await run.start(['--attempts', '4']).ended;
    const faults = afterTrouble(run, ended, baseline);
    proxy.heal();
    return [...faults, ...(ended.code === 0 ? await sameContent(run, baseline) : await recovered(run, baseline))];
  } finally {
    await proxy.close();
  }
}

async function mustSucceed(run: Run, ended: Ended, baseline: Baseline): Promise<string[]> {
  const faults = afterTrouble(run, ended, baseline);
  if (ended.code === 0) {
    return [...faults, ...afterRecovery(run, ended, baseline), ...(await sameContent(run, baseline))];
  }
  return [...faults, `exit code ${ended.code ?? ended.signal}: ${lastWords(ended.output)}`];
}

/** The command again: it succeeds, and its output and what its server has are those of an undisturbed run. */
export async function recovered(run: Run, baseline: Baseline): Promise<string[]> {
  const faults = afterRecovery(run, await run.again(), baseline);
  return [...faults, ...(await sameContent(run, baseline))];
}

/** The server, where there is one, has what it should have, each thing once. */
async function sameContent({ url }: Run, { content }: Baseline): Promise<string[]> {
  if (content === undefined) return [];
  const found = await contentOf(url);
  return found === content ? [] : [`the server has ${found}; expected ${content}`];
}
