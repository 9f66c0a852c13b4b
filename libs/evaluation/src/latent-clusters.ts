import { type CodeMatrix, stacked } from '@ehrsynth/matrix';
import type { Rng } from '@ehrsynth/random';
import { sampleRows } from '@ehrsynth/statistics';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { commonest, pairCounts } from './pairs.ts';

const KEPT_VARIANCE = 0.8;
/** Fewer rows of each side than there may be clusters say nothing of how they cluster. */
const MIN_ROWS = 10;
/** Rows of each side that are clustered, and that choose the number of clusters. */
const MOST_ROWS = 10_000;
const ELBOW_ROWS = 2000;
const MOST_CLUSTERS = 10;
/** Commonest codes that the components are of: the work grows with their cube. */
const MOST_CODES = 1000;

export interface ClusterFit {
  /**
   * log of the mean over clusters of (share of the other's rows − ½)²; the more negative the better. Undefined where there are no
   * codes, or fewer than ten rows of a side.
   */
  logDeviation?: number;
  clusters: number;
  /** Principal components that keep 80% of the variance. */
  dimensions: number;
  /** Rows of each side. */
  rows: number;
}

/**
 * Latent cluster deviation: as many rows of the one matrix and the other together, principal components of their sets of codes, k-means.
 * @see Goncalves et al. 2020, equation 7; Yan et al. 2022
 */
export async function latentClusters(reference: CodeMatrix, other: CodeMatrix, rng: Rng): Promise<ClusterFit> {
  const rows = Math.min(reference.rows, other.rows, MOST_ROWS);
  if (rows < MIN_ROWS || reference.columns.length === reference.firstCode) return { clusters: 0, dimensions: 0, rows };
  const halves = [reference, other].map((half, i) => sampleRows(half, rows, rng.fork(`rows ${i}`)));
  const both = stacked(halves[0], halves[1]);
  const points = components(both);
  // Shares as equal as can be would give log 0: no figure is finer than half a row.
  const finest = Math.log((0.5 / rows) ** 2);
  if (!points) return { logDeviation: finest, clusters: 0, dimensions: 0, rows };
  // Loaded here: its import takes a quarter of a second.
  const { kmeans } = await import('ml-kmeans');
  const seed = rng.fork('k-means').int(2 ** 31);
  const clustered = (some: number[][], k: number) => kmeans(some, k, { seed, initialization: 'kmeans++' });
  const few = rows > ELBOW_ROWS ? points.filter((_, row) => row % Math.ceil(rows / ELBOW_ROWS) === 0) : points;
  const clusters = elbow(few, (k) => clustered(few, k));
  const { clusters: clusterOf } = clustered(points, clusters);
  const [all, others] = [new Float64Array(clusters), new Float64Array(clusters)];
  clusterOf.forEach((cluster, row) => {
    all[cluster]++;
    if (row >= rows) others[cluster]++;
  });
  const used = [...all.keys()].filter((cluster) => all[cluster] > 0);
  const deviation = used.reduce((sum, i) => sum + (others[i] / all[i] - 0.5) ** 2, 0) / used.length;
  return { logDeviation: Math.max(Math.log(deviation), finest), clusters, dimensions: points[0].length, rows };
}

/** The rows in the principal components that together keep 80% of the variance; none where all rows are the same. */
function components(matrix: CodeMatrix): number[][] | undefined {
  const columns = commonest(matrix, MOST_CODES).sort((a, b) => a - b);
  const { alone, both } = pairCounts(matrix, columns);
  const size = columns.length;
  if (size === 0) return undefined;
  const covariance = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      const together = i === j ? alone[i] : both[i * size + j];
      const value = together / matrix.rows - (alone[i] / matrix.rows) * (alone[j] / matrix.rows);
      covariance.set(i, j, value);
      covariance.set(j, i, value);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const order = [...realEigenvalues.keys()].sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const total = realEigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (!(total > 0)) return undefined;
  let [kept, count] = [0, 0];
  while (count < size && (count === 0 || kept < KEPT_VARIANCE * total)) kept += realEigenvalues[order[count++]];
  const loadings = new Map(
    columns.map((column, i) => [column, order.slice(0, count).map((axis) => eigenvectorMatrix.get(i, axis))]),
  );
  return Array.from({ length: matrix.rows }, (_, row) => {
    const point = new Array<number>(count).fill(0);
    for (let at = matrix.indptr[row]; at < matrix.indptr[row + 1]; at++)
      loadings.get(matrix.indices[at])?.forEach((loading, axis) => (point[axis] += loading));
    return point;
  });
}

/** The number of clusters at which the curve of the spread within them bends most: farthest below the line from its first to its last. */
function elbow(points: number[][], clustered: (k: number) => { clusters: number[]; centroids: number[][] }): number {
  const most = Math.min(MOST_CLUSTERS, points.length - 1);
  const spreads: number[] = [];
  for (let k = 1; k <= most; k++) {
    const { clusters, centroids } = clustered(k);
    spreads.push(points.reduce((sum, point, row) => sum + squaredDistance(point, centroids[clusters[row]]), 0));
  }
  let best = { k: Math.min(2, most), below: 0 };
  for (let k = 2; k < most; k++) {
    const line = spreads[0] + ((spreads[most - 1] - spreads[0]) * (k - 1)) / (most - 1);
    if (line - spreads[k - 1] > best.below) best = { k, below: line - spreads[k - 1] };
  }
  return best.k;
}

function squaredDistance(a: number[], b: number[]): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
}
