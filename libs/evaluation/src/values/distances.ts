import { type Both, COMPARED, type SideName, SIDES } from '../sides.ts';
import { type Draw, emptyEstimates, type Estimates } from './resampling.ts';

/** The same kind of values on each side, with the group of the patient of each. */
export type Samples = Record<SideName, { level: Uint16Array; group: Uint8Array }>;

/**
 * Kolmogorov–Smirnov distance (the largest difference of the distribution functions) and Wasserstein-1 distance (the area between
 * them) of each side's values to those of held-out patients. NaN where a side has no values; an area that is no finite number is no
 * distance that is measured.
 * @param values of the levels, ascending
 */
export function distributionDistances(
  samples: Samples,
  values: Float64Array,
  draws: Draw[],
): { ks: Both<Estimates>; wasserstein: Both<Estimates> } {
  const [ks, wasserstein] = [emptyEstimates(draws), emptyEstimates(draws)];
  draws.forEach((draw, i) => {
    const shares = {} as Record<SideName, Float64Array>;
    for (const side of SIDES) shares[side] = sharesOf(samples[side], values.length, draw[side]);
    for (const [name, side] of COMPARED) {
      const between = distanceOf(shares.holdout, shares[side], values);
      ks[name][i] = between.ks;
      wasserstein[name][i] = between.wasserstein;
    }
  });
  return { ks, wasserstein };
}

/** Share of the values at each level; NaN where there are none. */
function sharesOf({ level, group }: Samples[SideName], levels: number, weights: Float64Array): Float64Array {
  const shares = new Float64Array(levels);
  let total = 0;
  for (let i = 0; i < level.length; i++) {
    const weight = weights[group[i]];
    shares[level[i]] += weight;
    total += weight;
  }
  for (let at = 0; at < levels; at++) shares[at] /= total;
  return shares;
}

function distanceOf(a: Float64Array, b: Float64Array, values: Float64Array): { ks: number; wasserstein: number } {
  let [difference, ks, wasserstein, last] = [0, 0, 0, -1];
  for (let at = 0; at < values.length; at++) {
    // Levels of the third side alone: what rounding leaves of a difference, times values that may be huge.
    if (a[at] === 0 && b[at] === 0) continue;
    if (last !== -1) wasserstein += Math.abs(difference) * (values[at] - values[last]);
    last = at;
    difference += a[at] - b[at];
    const size = Math.abs(difference);
    // NaN, once there, stays.
    if (!(size <= ks)) ks = size;
  }
  return { ks, wasserstein };
}
