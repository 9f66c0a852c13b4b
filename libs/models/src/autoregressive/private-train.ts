import { Adam, tf } from '@ehrsynth/engine';
import type { RowSource } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { CHECKPOINT_EVERY_MS, loadCheckpoint, saveCheckpoint, type Training } from '../checkpoint.ts';
import { DivergedError } from '../errors.ts';
import { cosineDecay } from '../likelihood.ts';
import type { FitControl } from '../synthesizer.ts';
import type { Network } from './network.ts';
import { type AutoregressiveOptions, batchSizeFor } from './options.ts';
import { clippedGradients } from './private-gradients.ts';
import type { Tokens } from './tokens.ts';

/** Steps of a private training, each of which takes a patient with the same probability. */
export function privateSteps(rows: number, { epochs, batchSize }: Pick<AutoregressiveOptions, 'epochs' | 'batchSize'>) {
  const size = batchSizeFor({ batchSize, noiseMultiplier: 1 }, rows);
  const samplingRate = Math.min(1, size / Math.max(1, rows));
  return { samplingRate, steps: Math.ceil(epochs / samplingRate) };
} // prettier-ignore

/**
 * DP-SGD (Abadi et al. 2016, algorithm 1), with Adam on the noisy gradients: Poisson samples of the patients, each one's gradient clipped,
 * Gaussian noise on their sum. Losses are not told: they would tell of the patients. False where it was stopped by the signal.
 */
export async function fitPrivately(
  network: Network,
  tokens: Tokens,
  source: RowSource,
  options: AutoregressiveOptions,
  control: FitControl,
): Promise<boolean> {
  const variables = network.named;
  const names = Object.keys(variables);
  const { learningRate, l2, seed, noiseMultiplier, clip, epochs } = options;
  const adam = new Adam(Object.values(variables), { learningRate, l2 });
  const training: Training = { variables, sampling: variables, optimizers: { adam }, options, free: [], best: {} };
  const { samplingRate, steps } = privateSteps(source.rows, options);
  const { checkpointFolder, checkpointEveryMs = CHECKPOINT_EVERY_MS, resume, signal, onProgress, onEvent } = control;
  /** Steps made, of all. */
  let step = 0;
  let savedAt = Date.now();
  let started = performance.now();
  try {
    if (resume && checkpointFolder) ({ step } = await loadCheckpoint(checkpointFolder, training));
    while (step < steps) {
      const rng = new Rng(seed).fork(`private/${step}`);
      const batch = Int32Array.from(Array(source.rows).keys()).filter(() => rng.next() < samplingRate);
      const sums = clippedGradients(network, tokens, await source.take(batch), clip);
      adam.scale = cosineDecay(step / steps);
      tf.tidy(() =>
        adam.apply(names.map((name) => noisy(sums[name], variables[name].shape, noiseMultiplier * clip, samplingRate * source.rows, rng.fork(name)))),
      );
      step++;
      const done = Math.floor(step * samplingRate);
      onProgress?.(step * samplingRate);
      await new Promise((resolve) => setImmediate(resolve));
      const perEpoch = Math.max(1, Math.round(1 / samplingRate));
      if (step % perEpoch === 0) {
        const rowsPerSecond = (1000 * source.rows) / (performance.now() - started);
        started = performance.now();
        onEvent?.({ phase: 'private', epoch: done, epochs, done, total: epochs, losses: {}, rowsPerSecond });
      }
      const stop = signal?.aborted && step < steps;
      if (checkpointFolder && (stop || Date.now() - savedAt >= checkpointEveryMs)) {
        if (!(await saveCheckpoint(checkpointFolder, training, { done, step }))) throw new DivergedError('private', done, checkpointFolder);
        savedAt = Date.now();
      }
      if (stop) return false;
    }
    return true;
  } finally {
    adam.dispose();
  }
} // prettier-ignore

/** (sum + noise) / patients of a batch as they are expected. */
function noisy(sum: Float32Array, shape: number[], deviation: number, expected: number, rng: Rng): tf.Tensor {
  const noise = rng.normals32(sum.length);
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] + deviation * noise[i]) / expected;
  return tf.tensor(sum, shape);
}
