import { ClippedSums, type GradientSums } from '../private/clipped-sums.ts';
import type { Network } from './network.ts';
import { PatientGradient } from './patient-gradient.ts';
import type { Sets, Tokens } from './tokens.ts';

/** The gradient of each patient's −log likelihood, clipped and summed. @see ClippedSums */
export async function clippedGradients(
  network: Network,
  tokens: Tokens,
  rows: Sets,
  clip: number,
): Promise<GradientSums> {
  const clipped = new ClippedSums(network.named, clip);
  const gradient = await PatientGradient.of(network, tokens);
  for (let row = 0; row + 1 < rows.indptr.length; row++)
    clipped.add(gradient.of(rows.indices.subarray(rows.indptr[row], rows.indptr[row + 1])));
  return clipped.sums;
}
