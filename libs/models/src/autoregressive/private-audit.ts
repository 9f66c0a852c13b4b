import { type CodeMatrix, firstCodeOf, rowsInMemory } from '@ehrsynth/matrix';
import { next53, Rng, SecureWords } from '@ehrsynth/random';
import { CLIP_UNITS, type GradientSums } from '../private/clipped-sums.ts';
import type { PrivateHooks } from '../private/dp-sgd.ts';
import { Network } from './network.ts';
import { type AutoregressiveOptions, privateSteps, scheduleFor } from './options.ts';
import { fitPrivately } from './private-train.ts';
import { Tokens } from './tokens.ts';

/** Canaries of a private training: which were planted, by a fair coin each, and how planted each looks. */
export interface GradientCanaries {
  planted: boolean[];
  scores: Float64Array;
}

/**
 * Trains privately with canaries in the space of gradients: each is a patient whose whole gradient, of the norm that gradients are clipped to,
 * is one weight's. An attacker who sees each step's noisy sums, as the guarantee allows for, scores a canary by how much likelier its weight's sums
 * are with it than without, which no other score is better than. For audits of the training itself: the model is thrown away.
 * @see Nasr et al. 2023, "Tight auditing of differentially private machine learning"; Steinke, Nasr, Jagielski 2023, section 6
 * @throws RangeError where there are more canaries than weights
 */
export async function trainWithGradientCanaries(
  rows: CodeMatrix,
  options: AutoregressiveOptions,
  canaries: number,
  words: PrivateHooks['words'] = new SecureWords(),
): Promise<GradientCanaries> {
  const tokens = new Tokens(rows.columns, [...rows.columns.keys()].slice(firstCodeOf(rows.columns)));
  const network = new Network(tokens.count, options, new Rng(options.seed).fork('weights'));
  const planted = Array.from({ length: canaries }, () => next53(words) % 2 === 1);
  const scores = new Float64Array(canaries);
  const { samplingRate } = privateSteps(rows.rows, options);
  const variance = options.noiseMultiplier ** 2;
  /** log of (1 − q) N(0, σ²) + q N(1, σ²) over N(0, σ²). */
  const likelier = (x: number) => Math.log1p(samplingRate * Math.expm1((2 * x - 1) / (2 * variance)));
  try {
    const places = placesOf(network, canaries);
    await fitPrivately(
      network,
      tokens,
      rowsInMemory(rows),
      { ...options, ...scheduleFor(options, rows.rows) },
      {},
      {
        words,
        plant: (sums, isTaken) =>
          places((name, at, canary) => {
            if (planted[canary] && isTaken()) sums[name][at] += CLIP_UNITS;
          }),
        observe: (sums: GradientSums) =>
          places((name, at, canary) => void (scores[canary] += likelier(sums[name][at] / CLIP_UNITS))),
      },
    );
    return { planted, scores };
  } finally {
    network.dispose();
  }
}

/** Visits the weight of each canary, one variable after another. */
function placesOf(network: Network, canaries: number) {
  const variables = Object.entries(network.named);
  const size = variables.reduce((sum, [, { size }]) => sum + size, 0);
  if (canaries > size) throw new RangeError(`${canaries} canaries are more than the ${size} weights`);
  return (visit: (name: string, at: number, canary: number) => void) => {
    let canary = 0;
    for (const [name, { size }] of variables)
      for (let at = 0; at < size && canary < canaries; at++) visit(name, at, canary++);
  };
}
