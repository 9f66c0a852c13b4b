import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rng } from '@ehrsynth/random';
import { type Ended, type Running, startCli } from '../outside/cli.ts';
import { type ChaosCommand, wordsOf } from './commands.ts';
import { type Digest, digestOf } from './digest.ts';
import { pagesOf } from './small-disk.ts';
import type { World } from '../outside/world.ts';

/** What the command does undisturbed. */
export interface Baseline {
  output: Digest;
  seconds: number;
  /** From the start until something stands where the output goes. */
  firstWriteSeconds: number;
  /** What it takes of the disk at most, in bytes. */
  peak: number;
  /** Resources by type that its server has afterwards. */
  content?: string;
}

/** No command of this size takes so long, on a slow machine either. */
const HANG_SECONDS = 120;
const POLL_MS = 5;
/** In a cohort. */
const LEDGER = 'releases.ndjson';

/** One run of a command in a folder of its own: copies of its inputs, a disk for its output, a TMPDIR. */
export class Run {
  readonly disk: string;
  readonly temporary: string;
  /** As the command line names it. */
  readonly out: string;

  constructor(
    readonly command: ChaosCommand,
    readonly world: World,
    readonly folder: string,
    readonly rng: Rng,
    /** Of the server, where it has one. */
    public url = '',
  ) {
    this.disk = join(folder, 'disk');
    this.temporary = join(folder, 'tmp');
    this.out = join('disk', command.dictionary ?? 'out');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(this.disk, { recursive: true });
    mkdirSync(this.temporary);
    world.copyInto(folder, command.needs);
  }

  get outPath(): string {
    return join(this.folder, this.out);
  }

  /** Starts the command. @param more options after its own */
  start(more: readonly string[] = [], env: Record<string, string> = {}): Running {
    return this.startLine(this.command.args, more, env);
  }

  /** Starts another command in the same place. */
  startLine(line: string, more: readonly string[] = [], env: Record<string, string> = {}): Running {
    const vocabulary = this.command.dictionary ? { EHRSYNTH_VOCAB: this.disk } : undefined;
    const place = { folder: this.folder, temporary: this.temporary, env: { ...vocabulary, ...env } };
    return startCli([...wordsOf(line, this.out, this.url), ...more], place, { seconds: HANG_SECONDS });
  }

  /** Writes the output that --force is to replace. */
  async writeEarlier(): Promise<Digest> {
    const { code, output } = await this.startLine(this.command.earlier!).ended;
    if (code !== 0) throw new Error(`The earlier output of ${this.command.name} failed:\n${output}`);
    return digestOf(this.outPath)!;
  }

  /** Runs the command again, as a user would after what happened: with --resume where there is something to resume. */
  again(): Promise<Ended> {
    // The ledger counts the tries, and a release says how many there were.
    for (const name of this.command.needs) {
      const ledger = join(this.folder, name, LEDGER);
      if (existsSync(ledger)) rmSync(ledger);
    }
    const { resumes, earlier } = this.command;
    const kept = resumes !== undefined && existsSync(join(this.disk, resumes));
    // A receipt or fetched files can but be resumed; a training may as well begin anew.
    const resume = kept && (resumes !== '.out.checkpoint' || this.rng.chance(0.75));
    const force = earlier !== undefined && existsSync(this.outPath);
    return this.start([...(resume ? ['--resume'] : []), ...(force ? ['--force'] : [])]).ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The command as it is without trouble. @throws Error where it fails */
export async function measure(run: Run): Promise<Omit<Baseline, 'content'>> {
  const began = performance.now();
  const running = run.start();
  let peak = 0;
  let firstWriteSeconds = Infinity;
  let over = false;
  const ended = running.ended.finally(() => (over = true));
  while (!over) {
    if (readdirSync(run.disk).length > 0) {
      firstWriteSeconds = Math.min(firstWriteSeconds, (performance.now() - began) / 1000);
      peak = Math.max(peak, pagesIn(run.disk));
    }
    await sleep(POLL_MS);
  }
  const { code, output, seconds } = await ended;
  const digest = digestOf(run.outPath);
  if (code !== 0 || !digest) throw new Error(`Failed although undisturbed: ${run.command.name}\n${output}`);
  return {
    output: digest,
    seconds,
    firstWriteSeconds: Math.min(firstWriteSeconds, seconds),
    peak: Math.max(peak, pagesIn(run.disk)),
  };
}

/** Waits until a random moment of the command's life, half of the time counted from its first write. Whether it still runs then. */
export async function untilMoment(run: Run, running: Running, baseline: Baseline): Promise<boolean> {
  const { seconds, firstWriteSeconds } = baseline;
  const alive = () => running.process.exitCode === null && running.process.signalCode === null;
  if (run.rng.chance(0.3)) await sleep(1000 * seconds * run.rng.next());
  else {
    const before = readdirSync(run.disk).length;
    while (alive() && readdirSync(run.disk).length <= before) await sleep(POLL_MS);
    await sleep(1000 * (seconds - firstWriteSeconds) * run.rng.next());
  }
  return alive();
}

function pagesIn(folder: string): number {
  try {
    return pagesOf(folder);
  } catch {
    return 0; // A folder went while it was looked at.
  }
}
