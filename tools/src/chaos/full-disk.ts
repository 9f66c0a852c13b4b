import { rmSync } from 'node:fs';
import { lastWords } from '../outside/words.ts';
import { afterTrouble } from './invariants.ts';
import type { Baseline, Run } from './run.ts';
import { contentOf } from './server.ts';
import { mountSmallDisk, PAGE, type SmallDisk } from './small-disk.ts';

export const SIZES = 20;
/** Of what the command takes: the last size but one is just about enough. */
const LARGEST_SHARE = 1.1;

/**
 * Bytes of disk number `index` of twenty: from one page to about what the command needs at most, evenly on a logarithmic scale; the last
 * is ample. @param jitter in 0 … 1, moves it within its step
 */
export function sizeOf(index: number, peak: number, jitter: number): number {
  const most = LARGEST_SHARE * peak + 4 * PAGE;
  if (index === SIZES - 1) return 4 * Math.ceil(most / PAGE) * PAGE + (1 << 20);
  const position = Math.min(1, (index + jitter) / (SIZES - 2));
  return PAGE * Math.max(1, Math.round(Math.exp(position * Math.log(most / PAGE))));
}

/**
 * The command on one small filesystem that grows from size to size: each run is the one that follows a failed one. Of each size it gives
 * what did not hold, and how long that took.
 */
export async function onSmallDisks(
  run: Run,
  baseline: Baseline,
  indices: readonly number[],
  report: (index: number, faults: string[], seconds: number) => void,
): Promise<void> {
  let disk: SmallDisk | undefined;
  try {
    for (const index of indices) {
      const size = sizeOf(index, baseline.peak, run.rng.fork(String(index)).next());
      if (disk) disk.resize(size);
      else disk = mountSmallDisk(run.disk, size);
      const began = performance.now();
      const faults = await tryOnDisk(run, baseline, index === SIZES - 1);
      const seconds = (performance.now() - began) / 1000;
      report(
        index,
        faults.map((fault) => `on ${size / 1024} KiB: ${fault}`),
        seconds,
      );
    }
  } finally {
    disk?.unmount();
  }
}

async function tryOnDisk(run: Run, baseline: Baseline, ample: boolean): Promise<string[]> {
  const ended = await run.again();
  const faults = afterTrouble(run, ended, baseline);
  if (ended.code !== 0) {
    if (ample) faults.push(`exit code ${ended.code ?? ended.signal} where there is room: ${lastWords(ended.output)}`);
    return faults;
  }
  if (baseline.content === undefined) rmSync(run.outPath, { recursive: true });
  else if ((await contentOf(run.url)) !== baseline.content) {
    faults.push(`exit code 0, and the server has ${await contentOf(run.url)}`);
  }
  return faults;
}
