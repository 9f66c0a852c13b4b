/** Values that a count may have, evenly spaced by their logarithms. */
const POINTS = 80;
const ROUNDS = 100;
/** The least value above 0, over the deviation. */
const LEAST = 0.02;

/**
 * Counts that had normal noise added, as their means given what was seen, where the counts are taken to come from one distribution: the
 * one that what was seen is likeliest of, on a grid (Kiefer and Wolfowitz 1956; Jiang and Zhang 2009, "General maximum likelihood empirical
 * Bayes estimation of normal means"). None is below 0. Computed from the noisy counts alone.
 */
export function meansBehindNoise(counts: Float64Array, deviation: number): Float64Array {
  const largest = Math.max(2 * deviation, counts.reduce((most, one) => Math.max(most, one), 0) + deviation);
  const ratio = (largest / (LEAST * deviation)) ** (1 / (POINTS - 2));
  const points = Float64Array.from({ length: POINTS }, (_, i) => (i === 0 ? 0 : LEAST * deviation * ratio ** (i - 1)));
  // Far from all points, all are as unlikely as numbers can say: only the difference to the nearest matters.
  const likely = Array.from(counts, (count) => {
    const squares = points.map((point) => ((count - point) / deviation) ** 2 / 2);
    const least = squares.reduce((a, b) => Math.min(a, b));
    return squares.map((square) => Math.exp(least - square));
  });
  let chances = new Float64Array(POINTS).fill(1 / POINTS);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(POINTS);
    for (const own of likely) {
      let sum = 0;
      for (let i = 0; i < POINTS; i++) sum += own[i] * chances[i];
      for (let i = 0; i < POINTS; i++) next[i] += (own[i] * chances[i]) / sum;
    }
    chances = next.map((one) => one / counts.length);
  }
  return Float64Array.from(likely, (own) => {
    let [sum, mean] = [0, 0];
    for (let i = 0; i < POINTS; i++) {
      sum += own[i] * chances[i];
      mean += own[i] * chances[i] * points[i];
    }
    return mean / sum;
  });
}
