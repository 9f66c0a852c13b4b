import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineName } from '@ehrsynth/engine';
import { MedGanOptions } from '@ehrsynth/models';
import { linesOf, portThreads, portVersion, python } from './processes.ts';
import { type BenchCohort, CODES, PRETRAIN_BATCH, ROWS, writeCohort } from './cohort.ts';
import type { Figure } from './figure.ts';
import type { Measurement, MeasureJob } from './measure.ts';
import type { BenchSettings } from './settings.ts';

/** What was measured of one engine, or of the PyTorch port. */
export interface EngineResult {
  name: string;
  detail: string;
  mode: 'binary' | 'count';
  /** Rows it trained on; times are of a whole epoch of `ROWS` all the same. */
  rows: number;
  autoencoderSeconds: number;
  ganSeconds: number;
  sampledPerSecond?: number;
  peakMb: number;
  tensors?: number;
  gigaflops?: number;
}

const TIMES_THE_ROWS = 10;
const SAMPLED = 20_000;
export const PORT = 'PyTorch port';
/** Plain JavaScript takes minutes for an epoch; it is measured on fewer rows, and said to be. */
const ROWS_FOR_CPU = 2000;
const measurePath = fileURLToPath(new URL('./measure.js', import.meta.url));
const portPath = fileURLToPath(new URL('../../bench/medgan_torch.py', import.meta.url));

/** MedGAN on each engine beside the PyTorch port, one process each, on the same rows. */
export async function benchTraining({
  folder,
  repeats,
  quick,
  engines,
  scale,
}: BenchSettings): Promise<EngineResult[]> {
  const cohortOf = async (rows: number) => {
    const path = join(folder, String(rows));
    mkdirSync(path);
    return writeCohort(path, rows);
  };
  const cohort = await cohortOf(Math.ceil(scale * ROWS));
  const results: EngineResult[] = [];
  const add = (result: EngineResult | undefined) => {
    if (!result) return;
    results.push(result);
    const { name, mode, rows, autoencoderSeconds, ganSeconds, peakMb } = result;
    console.error(
      `${name}, ${mode}, ${rows} rows: ${autoencoderSeconds.toFixed(2)} s, ${ganSeconds.toFixed(2)} s, ${peakMb} MB`,
    );
  };
  for (const mode of ['binary', 'count'] as const) {
    add(runPort(cohort, mode, repeats));
    for (const engine of engines) {
      const slow = engine === 'cpu';
      const on = slow ? await cohortOf(ROWS_FOR_CPU + Number(mode === 'count')) : cohort;
      add(runEngine(engine, on, mode, slow ? 1 : repeats, slow ? 0 : SAMPLED));
    }
  }
  if (!quick) {
    const more = await cohortOf(Math.ceil(scale * TIMES_THE_ROWS * ROWS));
    for (const engine of engines) if (engine !== 'cpu') add(runEngine(engine, more, 'binary', 1, 0));
  }
  return results;
}

/** Billions of operations of an epoch that no arrangement of MedGAN's dense products can do without; binary, paper's sizes. */
export function floorGigaflops(): { autoencoder: number; gan: number } {
  const { embedding: e, discriminatorLayers, discriminatorSteps: turns } = MedGanOptions.parse({});
  const [first, second] = discriminatorLayers;
  const product = (a: number, b: number) => (2 * a * b * ROWS) / 1e9;
  const decode = product(e, CODES);
  const generate = 2 * product(e, e);
  const inner = product(first, second);
  // Of generated rows: made, seen, and their weights' gradient; of real and generated ones the inner layers, there and back.
  const discriminator = generate + decode + 2 * product(CODES, first) + 2 * 3 * inner;
  const generator = 3 * (generate + decode) + 2 * product(CODES, first) + 2 * inner;
  return { autoencoder: 3 * decode, gan: turns * discriminator + generator };
}

/** Epochs and draws of each engine, as ratios to the port's where that was measured. */
export function figuresOfTraining(results: readonly EngineResult[]): Figure[] {
  return results.flatMap((result): Figure[] => {
    const { name, mode, rows, autoencoderSeconds, ganSeconds, sampledPerSecond, peakMb } = result;
    const port = results.find((other) => other.name === PORT && other.mode === mode);
    const figure = (what: string, seconds: number, theirs: number | undefined, count = rows): Figure => ({
      name: `${what}, ${mode}, ${name}, ${rows.toLocaleString('en-US')} rows`,
      seconds,
      count,
      unit: 'rows',
      peakMb,
      ...(port && port !== result && theirs && { ratio: seconds / theirs, reference: PORT }),
    });
    const drawing = ({ sampledPerSecond: rate }: EngineResult) => rate && SAMPLED / rate;
    return [
      figure('autoencoder epoch', autoencoderSeconds, port?.autoencoderSeconds),
      figure('GAN epoch', ganSeconds, port?.ganSeconds),
      ...(sampledPerSecond ? [figure('drawing', drawing(result)!, port && drawing(port), SAMPLED)] : []),
    ];
  });
}

function runEngine(
  engine: EngineName,
  { folder, rows }: BenchCohort,
  mode: 'binary' | 'count',
  repeats: number,
  sampleRows: number,
): EngineResult {
  const job: MeasureJob = { model: 'medgan', engine, folder, mode, repeats, batchSize: 1000, sampleRows };
  const found = linesOf(process.execPath, [measurePath, JSON.stringify(job)]);
  return { name: engine, mode, rows, ...summary(found, rows) };
}

/** The PyTorch port, where python3 (or $PYTHON) has torch; undefined where not. */
function runPort(cohort: BenchCohort, mode: 'binary' | 'count', repeats: number): EngineResult | undefined {
  const detail = portVersion();
  if (!detail) {
    if (mode === 'binary')
      console.error(`No PyTorch in ${python}: the ratios to it are left out (set PYTHON to one that has it).`);
    return undefined;
  }
  const runs = ['autoencoder', 'gan', 'sample'].flatMap((work) => Array<string>(repeats + 1).fill(work));
  const spec = {
    ...MedGanOptions.parse({}),
    ...cohort,
    columns: CODES,
    count: mode === 'count',
    batchSize: 1000,
    pretrainBatchSize: PRETRAIN_BATCH,
    sampleBlocks: 20,
    threads: portThreads(),
    runs,
  };
  const lines = linesOf(python, [portPath], JSON.stringify(spec));
  const medians = ['autoencoder', 'gan', 'sample'].map((work) => {
    const of = lines.filter((line) => line.work === work).slice(1);
    const seconds = of.map((line) => line.seconds!).sort((a, b) => a - b)[Math.floor(of.length / 2)];
    return { ...of.at(-1)!, work, seconds, rows: work === 'sample' ? SAMPLED : cohort.rows };
  });
  return {
    name: PORT,
    mode,
    rows: cohort.rows,
    ...summary(medians, cohort.rows),
    detail,
  };
}

function summary(found: Measurement[], rows: number) {
  const of = (work: string) => found.find((one) => one.work === work);
  const [autoencoder, gan, sample] = ['autoencoder', 'gan', 'sample'].map(of);
  // An epoch leaves out the rows that do not fill its last batch.
  const scale = (batch: number) => Math.floor(ROWS / batch) / Math.floor(rows / batch);
  return {
    detail: autoencoder!.detail ?? '',
    autoencoderSeconds: autoencoder!.seconds! * scale(100),
    ganSeconds: gan!.seconds! * scale(1000),
    sampledPerSecond: sample && sample.rows! / sample.seconds!,
    peakMb: Math.round(Math.max(...found.map(({ peakMb }) => peakMb))),
    tensors: gan!.tensors,
    gigaflops: gan!.gigaflops,
  };
}
