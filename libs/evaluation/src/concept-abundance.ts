import type { CodeMatrix } from '@ehrsynth/matrix';

/** Bins that span from the fewest to the most codes of a patient in either matrix. */
const BINS = 20;

/**
 * Medical concept abundance: how unlike the two distributions of distinct codes per patient are, Σ |share − share| / 2 over common bins;
 * 0 where they are the same, 1 where no bin has patients of both. The paper's Σ |h − h'| / (2 n) for matrices of any number of rows.
 * @see Yan et al. 2022, A multifaceted benchmarking of synthetic electronic health record generation models
 */
export function conceptAbundance(reference: CodeMatrix, other: CodeMatrix): number {
  const [a, b] = [[...reference.rowSizes()], [...other.rowSizes()]];
  const all = [...a, ...b];
  const least = all.reduce((x, y) => Math.min(x, y), Infinity);
  const most = all.reduce((x, y) => Math.max(x, y), 0);
  const width = Math.max(1, (most - least + 1) / BINS);
  const shares = (values: number[]) => {
    const bins = new Float64Array(BINS);
    for (const value of values) bins[Math.floor((value - least) / width)] += 1 / values.length;
    return bins;
  };
  const [p, q] = [shares(a), shares(b)];
  return p.reduce((sum, share, bin) => sum + Math.abs(share - q[bin]), 0) / 2;
}
