import { mkdtempSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkArithmetic, type EngineName, ENGINE_NAMES, surveyEngines, tf } from '@ehrsynth/engine';
import { ROWS, writeCohort } from './bench/cohort.ts';
import { autoregressiveEpochs, type Epochs, medganEpochs, type Work } from './bench-gpu/epochs.ts';
import { pack } from './bench-gpu/pack.ts';
import { portEpochs, portOnGpu } from './bench-gpu/port.ts';

const { values } = parseArgs({
  options: {
    /** The engine to measure. */
    engine: { type: 'string', default: 'webgpu' },
    rows: { type: 'string', default: String(ROWS) },
    /** Rows of an epoch of MedGAN on a large cohort; 0 leaves it out. */
    large: { type: 'string', default: String(10 * ROWS) },
    /** A few rows and none of the large cohort: to try the script. */
    quick: { type: 'boolean', default: false },
    /** Writes an archive that runs where there is nothing to download from, and measures nothing. */
    pack: { type: 'string' },
  },
});

/** Of parts of the arithmetic, against plain JavaScript. */
const LARGEST_ERROR = 1e-5;
const QUICK_ROWS = 100;
const WORK: Record<Work, string> = {
  autoencoder: "MedGAN's autoencoder",
  gan: "MedGAN's GAN",
  autoregressive: 'autoregressive model',
};

if (values.pack) {
  pack(values.pack);
  console.log(`${values.pack}: ${(statSync(values.pack).size / 1e6).toFixed(1)} MB`);
} else {
  await bench();
}

async function bench(): Promise<void> {
  const engine = ENGINE_NAMES.find((name) => name === values.engine);
  if (!engine) throw new Error(`--engine: one of ${ENGINE_NAMES.join(', ')}`);
  console.log(`${cpus()[0].model.trim()}, ${availableParallelism()} cores; Node ${process.version}`);
  const states = await surveyEngines();
  for (const { name, available, detail } of states)
    console.log(`${name.padEnd(15)} ${available ? 'available' : 'unavailable'}: ${detail}`);
  if (!states.some(({ name, available }) => name === engine && available)) {
    process.exitCode = 1;
    return;
  }
  if (!(await isRight(engine))) process.exitCode = 1;
  const folder = mkdtempSync(join(tmpdir(), 'ehrsynth-bench-gpu-'));
  try {
    await measure(folder, engine);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Prints each part of the arithmetic that is wrong, or how far off they are at most. */
async function isRight(engine: EngineName): Promise<boolean> {
  const sizes = values.quick ? undefined : { rows: 1000, columns: 1071, hidden: 256 };
  const checks = await checkArithmetic(engine, sizes);
  const wrong = checks.filter(({ error, isRepeated }) => !(error < LARGEST_ERROR) || !isRepeated);
  for (const { part, error, isRepeated } of wrong)
    console.log(
      `WRONG: ${part} is off by ${error.toExponential(1)}${isRepeated ? '' : ', and differs when it is repeated'}`,
    );
  const most = Math.max(...checks.map(({ error }) => error)).toExponential(1);
  console.log(
    `${checks.length} parts of the arithmetic, ${checks.length - wrong.length} as plain JavaScript has them and the same when repeated; at most off by ${most}`,
  );
  return wrong.length === 0;
}

async function measure(folder: string, engine: EngineName): Promise<void> {
  const cohortOf = async (name: string, rows: number) => {
    const path = join(folder, name);
    mkdirSync(path);
    return writeCohort(path, rows);
  };
  const rows = values.quick ? QUICK_ROWS : Number(values.rows);
  const cohort = await cohortOf('cohort', rows);
  // The first epoch compiles programs.
  const medgan = await medganEpochs(cohort.folder, 2);
  print(engine, rows, medgan);
  const autoregressive = await autoregressiveEpochs(cohort.folder, 2);
  print(engine, rows, autoregressive);
  const port = portOnGpu();
  if (port) print(port, rows, portEpochs(cohort, 2), { ...medgan, ...autoregressive });
  else console.log('python3 has no PyTorch that sees a GPU (set PYTHON to one that has): nothing to compare with');
  const large = values.quick ? 0 : Number(values.large);
  if (large > 0) print(engine, large, await medganEpochs((await cohortOf('large', large)).folder, 1));
  const { numBytesAllocatedInGPU } = tf.memory() as { numBytesAllocatedInGPU?: number };
  const gpu = numBytesAllocatedInGPU ? `, ${Math.round(numBytesAllocatedInGPU / 2 ** 20)} MB on the GPU` : '';
  console.log(`memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB${gpu}`);
}

function print(name: string, rows: number, found: Epochs, own?: Epochs): void {
  for (const [work, seconds] of Object.entries(found) as [Work, number][]) {
    const ratio = own?.[work] ? `; ours takes ${(own[work] / seconds).toFixed(2)} times as long` : '';
    console.log(
      `${name}, ${rows.toLocaleString('en-US')} rows, epoch of ${WORK[work]}: ${seconds.toFixed(2)} s${ratio}`,
    );
  }
}
