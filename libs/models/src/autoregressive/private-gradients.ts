import type { Network } from './network.ts';
import { type Part, PatientGradient } from './patient-gradient.ts';
import type { Sets, Tokens } from './tokens.ts';

/** Sums over patients in units of clip / CLIP_UNITS, whole numbers, by the names of the network's variables. */
export type GradientSums = Record<string, Float64Array>;

/** The norm that a patient's gradient is clipped to, in units of the grid that it is rounded to. */
export const CLIP_UNITS = 2 ** 20;

/**
 * The gradient of each patient's −log likelihood, clipped to a norm, rounded to a grid, and summed (Abadi et al. 2016, algorithm 1).
 *
 * What the noise relies on is that a patient, added or taken away, moves the sums by at most CLIP_UNITS in L2 norm, whatever floating
 * point does. Therefore a patient's gradient is made without the others, so that nothing of them can touch its rounding errors; it is
 * scaled and rounded to whole numbers whose norm is at most CLIP_UNITS; and whole numbers add up exactly. A gradient that is not finite
 * counts as none.
 */
export async function clippedGradients(
  network: Network,
  tokens: Tokens,
  rows: Sets,
  clip: number,
): Promise<GradientSums> {
  const sums = Object.fromEntries(
    Object.entries(network.named).map(([name, { size }]) => [name, new Float64Array(size)]),
  );
  const size = Object.values(sums).reduce((total, { length }) => total + length, 0);
  const gradient = await PatientGradient.of(network, tokens);
  for (let row = 0; row + 1 < rows.indptr.length; row++) {
    const columns = rows.indices.subarray(rows.indptr[row], rows.indptr[row + 1]);
    addClipped(gradient.of(columns), sums, clip, size);
  }
  return sums;
}

/** @param size of the whole gradient */
function addClipped(parts: Part[], sums: GradientSums, clip: number, size: number): void {
  let squared = 0;
  for (const { values } of parts) for (let i = 0; i < values.length; i++) squared += values[i] * values[i];
  if (!Number.isFinite(squared)) return;
  // Rounding to the nearest whole number moves a vector by half of √size at most; 1 is for the rounding errors of the norm and the scale.
  const most = CLIP_UNITS - Math.sqrt(size) / 2 - 1;
  const scale = Math.min(CLIP_UNITS / clip, most / Math.sqrt(squared));
  let units = 0;
  for (const { name, start, values } of parts) {
    const sum = sums[name];
    for (let i = 0; i < values.length; i++) {
      const value = Math.floor(values[i] * scale + 0.5);
      units += value * value;
      sum[start + i] += value;
    }
  }
  if (units > CLIP_UNITS ** 2) throw new Error('a clipped gradient is beyond its norm');
}
