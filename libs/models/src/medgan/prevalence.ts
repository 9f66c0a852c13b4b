import { tf } from '@ehrsynth/engine';
import type { CodeMatrix } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { rootMeanSquare, sampleCorrelation, sum } from 'simple-statistics';
import type { TrainingEvent } from '../synthesizer.ts';
import type { MedGanOptions } from './options.ts';
import type { Networks } from './state.ts';

const PROBE_ROWS = 1000;

/** Dimension-wise prevalence of 1,000 generated rows against the real rows': Pearson r, RMSE, and their sums. */
export function prevalenceFit(
  networks: Networks,
  matrix: CodeMatrix,
  carriers: Int32Array,
  { mode, embedding }: MedGanOptions,
  rng: Rng,
): NonNullable<TrainingEvent['prevalence']> {
  const expected = tf.tidy(() => {
    const noise = tf.tensor2d(rng.normals32(PROBE_ROWS * embedding), [PROBE_ROWS, embedding]);
    const rows = networks.generate(noise);
    const present = mode === 'binary' ? rows : tf.cast(tf.greaterEqual(rows, 0.5), 'float32');
    return tf.mean(present, 0).dataSync();
  });
  const sampled = Array.from(expected.subarray(matrix.firstCode));
  const real = Array.from(carriers.subarray(matrix.firstCode), (count) => count / matrix.rows);
  return {
    r: sampleCorrelation(real, sampled) || 0,
    rmse: rootMeanSquare(real.map((p, i) => p - sampled[i])),
    codesPerPatient: { real: sum(real), sampled: sum(sampled) },
  };
}
