import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../apps/cli/bin/ehrsynth.js', import.meta.url));
const MOST_OUTPUT = 1 << 22;

export interface Place {
  /** In which the command runs. */
  folder: string;
  /** Its TMPDIR. */
  temporary: string;
  /** More of its environment. */
  env?: Record<string, string>;
}

export interface Limits {
  /** After so long it is killed: on a machine that starts the program in a second. On a slower one it has longer. */
  seconds: number;
  /** Of V8's heap. */
  heapMb?: number;
  /** Words before the command: a program that runs it. */
  within?: string[];
}

export interface Ended {
  /** Exit code; undefined where a signal ended it. */
  code?: number;
  signal?: NodeJS.Signals;
  /** stdout and stderr as they came. */
  output: string;
  /** It did not end by itself within the limit. */
  hung: boolean;
  seconds: number;
}

export interface Running {
  process: ChildProcess;
  /** What it printed so far. */
  output(): string;
  ended: Promise<Ended>;
}

/** Nothing that was started outlives the check. */
const alive = new Set<ChildProcess>();
process.on('exit', () => alive.forEach((child) => child.kill('SIGKILL')));

/** Of a machine that is idle and two years old. */
const USUAL_START_SECONDS = 1;
let slowness = 1;

/** Finds out how slow this machine is just now, which stretches all limits of time. Gives the factor, 1 or more. */
export async function measureSlowness(place: Place): Promise<number> {
  const { seconds } = await runCli(['--version'], place, { seconds: 120 });
  return (slowness = Math.max(1, seconds / USUAL_START_SECONDS));
}

/** Starts the command line program as a user would: a process of its own, with an environment that names nothing of ours. */
export function startCli(args: readonly string[], place: Place, { seconds, heapMb, within = [] }: Limits): Running {
  const started = performance.now();
  const flags = heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`];
  const [program, ...words] = [...within, process.execPath, ...flags, PROGRAM, ...args];
  const child = spawn(program, words, {
    cwd: place.folder,
    env: {
      PATH: process.env.PATH,
      HOME: place.folder,
      TMPDIR: place.temporary,
      EHRSYNTH_VOCAB: `${place.folder}/vocab`,
      ...place.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  let output = '';
  const keep = (chunk: Buffer) => {
    if (output.length < MOST_OUTPUT) output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let hung = false;
  const limit = setTimeout(
    () => {
      hung = true;
      child.kill('SIGKILL');
    },
    1000 * slowness * seconds,
  );
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      alive.delete(child);
      resolve({
        code: code ?? undefined,
        signal: signal ?? undefined,
        output,
        hung,
        seconds: (performance.now() - started) / 1000,
      });
    });
  });
  return { process: child, output: () => output, ended };
}

/** Runs it to its end. */
export function runCli(args: readonly string[], place: Place, limits: Limits): Promise<Ended> {
  return startCli(args, place, limits).ended;
}
