import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AutoregressiveOptions } from '@ehrsynth/models';
import { CODES, writeCohort } from './cohort.ts';
import type { Figure } from './figure.ts';
import type { MeasureJob } from './measure.ts';
import { median } from './median.ts';
import { linesOf, portThreads, portVersion, python } from './processes.ts';
import type { BenchSettings } from './settings.ts';
import { markdownTable } from '../markdown.ts';

/** What was measured of the autoregressive model on one engine, or of its PyTorch port. */
export interface AutoregressiveResult {
  name: string;
  detail: string;
  rows: number;
  /** Of a pass over nine tenths of the rows, with the likelihood of the others. */
  seconds: number;
  /** Rows that the trained model drew, and the seconds that it took. */
  sampled: number;
  samplingSeconds: number;
  peakMb: number;
}

/** A whole epoch of the largest cohort takes minutes. */
const ROWS = 2000;
const SAMPLED = 2000;
const PORT = 'PyTorch port';
/** What the model takes for cohorts of 20,000 rows and more. */
const BATCH = 100;
const measurePath = fileURLToPath(new URL('./measure.js', import.meta.url));
const portPath = fileURLToPath(new URL('../../bench/autoregressive_torch.py', import.meta.url));

/** The default autoregressive model on each engine beside its PyTorch port, one process each, on the same rows. */
export async function benchAutoregressive({
  folder,
  engines,
  repeats,
  scale,
}: BenchSettings): Promise<AutoregressiveResult[]> {
  const path = join(folder, 'autoregressive');
  mkdirSync(path);
  const [rows, sampled] = [ROWS, SAMPLED].map((count) => Math.ceil(scale * count));
  const cohort = await writeCohort(path, rows);
  const results: AutoregressiveResult[] = [];
  const add = (result: AutoregressiveResult) => {
    results.push(result);
    console.error(`${result.name}, autoregressive: ${result.seconds.toFixed(2)} s, ${result.peakMb} MB`);
  };
  const port = portVersion();
  if (port) {
    const { hidden, layers, dropout, learningRate, l2, seed } = AutoregressiveOptions.parse({});
    const options = { hidden, layers, dropout, learningRate, l2, seed, columns: CODES, batchSize: BATCH };
    const spec = { ...cohort, ...options, repeats, sampled, threads: portThreads() };
    const lines = linesOf(python, [portPath], JSON.stringify(spec));
    const of = (work: string) =>
      median(
        lines
          .filter((line) => line.work === work)
          .slice(1)
          .map((line) => line.seconds!),
      );
    const peakMb = Math.round(Math.max(...lines.map((line) => line.peakMb)));
    const times = { seconds: of('autoregressive'), samplingSeconds: of('sample') };
    add({ name: PORT, detail: port, rows, sampled, ...times, peakMb });
  }
  // Plain JavaScript would take an hour.
  for (const engine of engines.filter((name) => name !== 'cpu')) {
    const job: MeasureJob = { model: 'autoregressive', engine, folder: path, repeats, batchSize: BATCH, sampled };
    const [epoch, drawn] = linesOf(process.execPath, [measurePath, JSON.stringify(job)]);
    const times = { seconds: epoch.seconds!, samplingSeconds: drawn.seconds! };
    add({ name: engine, detail: epoch.detail!, rows, sampled, ...times, peakMb: drawn.peakMb });
  }
  return results;
}

/** Epochs and draws of each engine, as ratios to the port's where that was measured. */
export function figuresOfAutoregressive(results: readonly AutoregressiveResult[]): Figure[] {
  const port = results.find(({ name }) => name === PORT);
  return results.flatMap((result): Figure[] => {
    const { name, seconds, samplingSeconds, sampled, rows, peakMb } = result;
    const against = (own: number, theirs: number | undefined) =>
      theirs === undefined || result === port ? {} : { ratio: own / theirs, reference: PORT };
    return [
      { name: `epoch, ${name}`, seconds, count: rows, unit: 'rows', peakMb, ...against(seconds, port?.seconds) },
      {
        name: `drawing, ${name}`,
        seconds: samplingSeconds,
        count: sampled,
        unit: 'rows',
        peakMb,
        ...against(samplingSeconds, port?.samplingSeconds),
      },
    ];
  });
}

export function autoregressiveTable(results: readonly AutoregressiveResult[]): string {
  const port = results.find(({ name }) => name === PORT);
  const times = (own: number, theirs?: number) =>
    theirs === undefined || own === theirs ? '' : ` (${(own / theirs).toFixed(2)} ×)`;
  const rows = results.map(({ name, detail, seconds, samplingSeconds, sampled, peakMb }) => [
    `${name} (${detail})`,
    `${seconds.toFixed(2)} s${times(seconds, port?.seconds)}`,
    `${Math.round(sampled / samplingSeconds).toLocaleString('en-US')}${times(samplingSeconds, port?.samplingSeconds)}`,
    `${peakMb} MB`,
  ]);
  const number = results[0]?.rows.toLocaleString('en-US') ?? '0';
  return markdownTable(
    ['engine', `autoregressive model, epoch of ${number} rows`, 'rows drawn per second', 'peak memory'],
    rows,
  );
}
