import { type EngineName, startEngine, tf } from '@ehrsynth/engine';
import { openRows } from '@ehrsynth/matrix';
import { Autoregressive, AutoregressiveOptions, MedGan, MedGanOptions, type Synthesizer } from '@ehrsynth/models';
import { PRETRAIN_BATCH } from './cohort.ts';
import { median } from './median.ts';

/** One measurement of one process; a line of JSON on standard output. */
export interface Measurement {
  work: string;
  /** Medians over the repeats. */
  seconds?: number;
  rows?: number;
  peakMb: number;
  tensors?: number;
  detail?: string;
  /** Billions of operations per second of the engine's largest product. */
  gigaflops?: number;
}

export type MeasureJob = MedGanJob | AutoregressiveJob;

interface MedGanJob {
  model: 'medgan';
  engine: EngineName;
  folder: string;
  mode: 'binary' | 'count';
  repeats: number;
  /** Rows of a batch of the GAN. */
  batchSize: number;
  sampleRows: number;
}

interface AutoregressiveJob {
  model: 'autoregressive';
  engine: EngineName;
  folder: string;
  repeats: number;
  batchSize: number;
  /** Rows that are drawn when it is trained. */
  sampled: number;
}

/** Trains MedGAN with the paper's sizes, samples from it, and prints what each epoch took. Run in a process of its own, for its memory. */
async function measureMedGan({ engine, folder, mode, repeats, batchSize, sampleRows }: MedGanJob): Promise<void> {
  const { detail } = await startEngine(engine);
  const source = await openRows(folder);
  // One epoch more to warm up, and one at the end of the GAN that has a probe in it.
  const [pretrainEpochs, epochs] = [repeats + 1, repeats + 2];
  const options = MedGanOptions.parse({
    mode,
    batchSize,
    pretrainBatchSize: PRETRAIN_BATCH,
    pretrainEpochs,
    epochs,
    calibrate: false,
  });
  const model = new MedGan(source.columns, options);
  const took: Record<string, number[]> = { autoencoder: [], gan: [] };
  let tensors = 0;
  let last = performance.now();
  await model.fit(source, {
    onEvent: ({ phase }) => {
      const now = performance.now();
      took[phase].push((now - last) / 1000);
      last = now;
      tensors = tf.memory().numTensors;
    },
  });
  const { rows } = source;
  report({ work: 'autoencoder', seconds: median(took['autoencoder'].slice(1)), rows, tensors, detail });
  report({ work: 'gan', seconds: median(took['gan'].slice(1, -1)), rows, tensors, gigaflops: await productRate() });
  await source.close();
  if (sampleRows === 0) return;
  report({ work: 'sample', seconds: await samplingSeconds(model, sampleRows, repeats), rows: sampleRows });
}

/** Trains the default autoregressive model, draws from it, and prints what an epoch took, and what the draws. */
async function measureAutoregressive({
  engine,
  folder,
  repeats,
  batchSize,
  sampled,
}: AutoregressiveJob): Promise<void> {
  const { detail } = await startEngine(engine);
  const source = await openRows(folder);
  // One epoch more to warm up.
  const epochs = repeats + 1;
  const model = new Autoregressive(
    source.columns,
    AutoregressiveOptions.parse({ batchSize, epochs, patience: epochs }),
  );
  const took: number[] = [];
  let last = performance.now();
  await model.fit(source, {
    onEvent: () => {
      const now = performance.now();
      took.push((now - last) / 1000);
      last = now;
    },
  });
  await source.close();
  const { numTensors } = tf.memory();
  report({
    work: 'autoregressive',
    seconds: median(took.slice(1, epochs)),
    rows: source.rows,
    tensors: numTensors,
    detail,
  });
  report({ work: 'sample', seconds: await samplingSeconds(model, sampled, repeats), rows: sampled });
}

/** Median of the repeats, after one draw to warm up. */
async function samplingSeconds(model: Synthesizer, rows: number, repeats: number): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i <= repeats; i++) {
    const started = performance.now();
    for await (const { row } of model.sample(rows, { seed: i })) if (row < 0) throw new Error('no row');
    took.push((performance.now() - started) / 1000);
  }
  return median(took.slice(1));
}

async function productRate(): Promise<number> {
  const [rows, inner, columns] = [1000, 1071, 256];
  const [a, b] = [tf.ones([rows, inner]) as tf.Tensor2D, tf.ones([inner, columns]) as tf.Tensor2D];
  const times: number[] = [];
  for (let i = 0; i < 15; i++) {
    const started = performance.now();
    const product = tf.matMul(a, b);
    // Read, since an engine may compute nothing before that.
    await product.data();
    product.dispose();
    times.push(performance.now() - started);
  }
  return (2 * rows * inner * columns) / median(times) / 1e6;
}

function report(found: Omit<Measurement, 'peakMb'>): void {
  console.log(JSON.stringify({ ...found, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
}

const job = JSON.parse(process.argv[2]) as MeasureJob;
await (job.model === 'medgan' ? measureMedGan(job) : measureAutoregressive(job));
