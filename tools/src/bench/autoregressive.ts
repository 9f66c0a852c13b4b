import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineName } from '@ehrsynth/engine';
import { AutoregressiveOptions } from '@ehrsynth/models';
import { CODES, writeCohort } from './cohort.ts';
import type { MeasureJob } from './measure.ts';
import { linesOf, median, portThreads, portVersion, python } from './processes.ts';

/** What was measured of the autoregressive model on one engine, or of its PyTorch port. */
export interface AutoregressiveResult {
  name: string;
  detail: string;
  rows: number;
  /** Of a pass over nine tenths of the rows, with the likelihood of the others. */
  seconds: number;
  peakMb: number;
}

/** A whole epoch of the largest cohort takes minutes. */
const ROWS = 2000;
/** What the model takes for cohorts of 20,000 rows and more. */
const BATCH = 100;
const measurePath = fileURLToPath(new URL('./measure.js', import.meta.url));
const portPath = fileURLToPath(new URL('../../bench/autoregressive_torch.py', import.meta.url));

/** The default autoregressive model on each engine beside its PyTorch port, one process each, on the same rows. */
export async function benchAutoregressive(
  folder: string,
  engines: readonly EngineName[],
  repeats: number,
): Promise<AutoregressiveResult[]> {
  const path = join(folder, 'autoregressive');
  mkdirSync(path);
  const cohort = await writeCohort(path, ROWS);
  const results: AutoregressiveResult[] = [];
  const add = (result: AutoregressiveResult) => {
    results.push(result);
    console.error(`${result.name}, autoregressive: ${result.seconds.toFixed(2)} s, ${result.peakMb} MB`);
  };
  const port = portVersion();
  if (port) {
    const { hidden, layers, dropout, learningRate, l2, seed } = AutoregressiveOptions.parse({});
    const options = { hidden, layers, dropout, learningRate, l2, seed, columns: CODES, batchSize: BATCH };
    const spec = { ...cohort, ...options, repeats, threads: portThreads() };
    const lines = linesOf(python, [portPath], JSON.stringify(spec));
    const seconds = median(lines.slice(1).map((line) => line.seconds!));
    const peakMb = Math.round(Math.max(...lines.map((line) => line.peakMb)));
    add({ name: 'PyTorch port', detail: port, rows: ROWS, seconds, peakMb });
  }
  for (const engine of engines) {
    const job: MeasureJob = { model: 'autoregressive', engine, folder: path, repeats, batchSize: BATCH };
    const [{ seconds, peakMb, detail }] = linesOf(process.execPath, [measurePath, JSON.stringify(job)]);
    add({ name: engine, detail: detail!, rows: ROWS, seconds: seconds!, peakMb });
  }
  return results;
}
