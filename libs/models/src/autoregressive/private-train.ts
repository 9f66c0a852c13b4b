import { Adam, tf, WeightStore } from '@ehrsynth/engine';
import type { RowSource } from '@ehrsynth/matrix';
import { next53, type RandomWords, RoundedNormal, SecureWords } from '@ehrsynth/random';
import {
  CHECKPOINT_EVERY_MS,
  loadCheckpoint,
  Position,
  saveCheckpoint,
  type Training,
} from '../checkpoint.ts';
import { DivergedError } from '../errors.ts';
import { cosineDecay } from '../likelihood.ts';
import type { FitControl } from '../synthesizer.ts';
import type { Network } from './network.ts';
import { type AutoregressiveOptions, batchSizeFor } from './options.ts';
import { CLIP_UNITS, clippedGradients, type GradientSums } from './private-gradients.ts';
import type { Tokens } from './tokens.ts';

/** Steps of a private training, each of which takes a patient with the same probability: a multiple of 2⁻⁵³, so that it is exact. */
export function privateSteps(rows: number, { epochs, batchSize }: Pick<AutoregressiveOptions, 'epochs' | 'batchSize'>) {
  const size = batchSizeFor({ batchSize, noiseMultiplier: 1 }, rows);
  const samplingRate = Math.min(1, Math.ceil((size / Math.max(1, rows)) * 2 ** 53) / 2 ** 53);
  return { samplingRate, steps: Math.ceil(epochs / samplingRate - 1e-9) };
} // prettier-ignore

/** For audits and tests: nothing that a user can reach sets these. */
export interface PrivateHooks {
  /** What samples and noise are drawn from, in place of the system's secure generator. */
  words?: RandomWords;
  /** Adds rows of its own to a step's sums, each of a norm of at most CLIP_UNITS, where `isTaken` says so. */
  plant?: (sums: GradientSums, isTaken: () => boolean) => void;
  /** Sees what a step gives away: the sums with their noise. */
  observe?: (sums: GradientSums) => void;
}

/**
 * DP-SGD (Abadi et al. 2016, algorithm 1), with Adam on the noisy gradients: Poisson samples of the patients, each one's gradient clipped,
 * noise on their sum, which is a whole number of units and gets a rounded normal for each weight. What is taken and what noise is added
 * comes from the system's secure generator and is kept nowhere; the seed has decided the initial weights, and nothing here. A training that
 * goes on from a checkpoint draws anew. No loss is reported: it would depend on the patients. False where it was stopped by the signal.
 */
export async function fitPrivately(
  network: Network,
  tokens: Tokens,
  source: RowSource,
  options: AutoregressiveOptions,
  control: FitControl,
  { words = new SecureWords(), plant, observe }: PrivateHooks = {},
): Promise<boolean> {
  const variables = network.named;
  const names = Object.keys(variables);
  const { learningRate, l2, noiseMultiplier, clip, epochs } = options;
  const adam = new Adam(Object.values(variables), { learningRate, l2 });
  const training: Training = { variables, sampling: variables, optimizers: { adam }, options, free: [], best: {} };
  const { samplingRate, steps } = privateSteps(source.rows, options);
  const { checkpointFolder, checkpointEveryMs = CHECKPOINT_EVERY_MS, resume, signal, onProgress, onEvent } = control;
  const noise = new RoundedNormal(Math.ceil(noiseMultiplier * CLIP_UNITS), words);
  const isTaken = () => next53(words) < samplingRate * 2 ** 53;
  /** From units to the mean over as many patients as a batch is expected to have. */
  const scale = clip / CLIP_UNITS / (samplingRate * source.rows);
  /** Steps made, of all. */
  let step = 0;
  let savedAt = Date.now();
  let started = performance.now();
  try {
    if (resume && checkpointFolder) ({ step } = await loadCheckpoint(checkpointFolder, training, Position));
    while (step < steps) {
      const batch = Int32Array.from(Array(source.rows).keys()).filter(isTaken);
      const sums = clippedGradients(network, tokens, await source.take(batch), clip);
      plant?.(sums, isTaken);
      for (const name of names) addNoise(sums[name], noise);
      observe?.(sums);
      adam.scale = cosineDecay(step / steps);
      tf.tidy(() => adam.apply(names.map((name) => tf.tensor(Float32Array.from(sums[name], (units) => units * scale), variables[name].shape))));
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
      const isOver = step >= steps;
      const stop = signal?.aborted && !isOver;
      // At the end as well: whatever fails from then on, the training need not be done again.
      if (checkpointFolder && (stop || isOver || Date.now() - savedAt >= checkpointEveryMs)) {
        if (!(await saveCheckpoint(checkpointFolder, training, { done, step }))) throw new DivergedError('private', done, checkpointFolder);
        savedAt = Date.now();
      }
      if (stop) return false;
    }
    if (!(await new WeightStore(variables).isFinite())) throw new DivergedError('private', epochs, checkpointFolder);
    return true;
  } finally {
    adam.dispose();
  }
} // prettier-ignore

function addNoise(sums: Float64Array, noise: RoundedNormal): void {
  for (let i = 0; i < sums.length; i++) sums[i] += noise.next();
}
