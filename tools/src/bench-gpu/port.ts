import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AutoregressiveOptions, MedGanOptions } from '@ehrsynth/models';
import { type BenchCohort, CODES, PRETRAIN_BATCH } from '../bench/cohort.ts';
import { type Epochs, GAN_BATCH, SENTENCES_BATCH, type Work } from './epochs.ts';

const python = process.env['PYTHON'] ?? 'python3';
const pathOf = (name: string) => fileURLToPath(new URL(`../../bench/${name}`, import.meta.url));

/** PyTorch's version and the name of the GPU that it sees; undefined where that Python has none, or sees none. */
export function portOnGpu(): string | undefined {
  const script = 'import torch; print(torch.__version__, torch.cuda.get_device_name(), sep=", ")';
  const { status, stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  return status === 0 ? `PyTorch ${stdout.trim()}` : undefined;
}

/** The same epochs by the PyTorch ports on the GPU; of each kind the last. @throws Error with what a port wrote, where it fails */
export function portEpochs(cohort: BenchCohort, epochs: number): Epochs {
  const medgan = MedGanOptions.parse({ pretrainBatchSize: PRETRAIN_BATCH });
  const runs = ['autoencoder', 'gan'].flatMap((work) => Array<string>(epochs).fill(work));
  const batchSize = Math.min(GAN_BATCH, cohort.rows);
  const { hidden, layers, dropout, learningRate, l2, seed } = AutoregressiveOptions.parse({});
  const sizes = { hidden, layers, dropout, learningRate, l2, seed, batchSize: SENTENCES_BATCH, repeats: epochs - 1 };
  return {
    ...run('medgan_torch.py', { ...medgan, ...cohort, columns: CODES, count: false, batchSize, runs }),
    ...run('autoregressive_torch.py', { ...sizes, ...cohort, columns: CODES }),
  };
}

function run(port: string, spec: object): Epochs {
  const { status, stdout, stderr } = spawnSync(python, [pathOf('on_gpu.py'), pathOf(port)], {
    input: JSON.stringify(spec),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${port} failed:\n${stderr}`);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { work: Work; seconds: number });
  return Object.fromEntries(lines.map(({ work, seconds }) => [work, seconds]));
}
