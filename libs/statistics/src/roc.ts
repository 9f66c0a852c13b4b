/** Share of negatives and of positives whose score is at least a threshold, as this falls. */
export interface RocPoint {
  falsePositives: number;
  truePositives: number;
}

/**
 * The ROC curve from (0, 0) to (1, 1), ties as one step, thinned to about so many points that lie evenly along it.
 * @param positives scores, which should be higher
 */
export function rocCurve(positives: ArrayLike<number>, negatives: ArrayLike<number>, points = 100): RocPoint[] {
  const [up, across] = [Float64Array.from(positives).sort(), Float64Array.from(negatives).sort()];
  const curve: RocPoint[] = [{ falsePositives: 0, truePositives: 0 }];
  let [i, j, last] = [up.length, across.length, 0];
  while (i > 0 || j > 0) {
    const threshold = Math.max(i > 0 ? up[i - 1] : -Infinity, j > 0 ? across[j - 1] : -Infinity);
    while (i > 0 && up[i - 1] === threshold) i--;
    while (j > 0 && across[j - 1] === threshold) j--;
    const point = { falsePositives: 1 - j / across.length, truePositives: 1 - i / up.length };
    const along = point.falsePositives + point.truePositives;
    if (along - last < 2 / points && (i > 0 || j > 0)) continue;
    curve.push(point);
    last = along;
  }
  return curve;
}

/** Points of a curve of so many rows of either side, so that each step is of many rows: a curve shows no single one. */
export function rocPoints(rows: number): number {
  return Math.max(1, Math.min(100, Math.floor(rows / 11)));
}

/** Threshold of the score from which on calling it positive has the best F1. */
export function bestF1Threshold(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = [...Array(scores.length).keys()].sort((a, b) => scores[b] - scores[a]);
  const positives = order.reduce((sum, row) => sum + labels[row], 0);
  let [best, threshold, right] = [-1, Infinity, 0];
  order.forEach((row, called) => {
    right += labels[row];
    const next = order[called + 1];
    if (next !== undefined && scores[next] === scores[row]) return;
    const f1 = (2 * right) / (called + 1 + positives);
    if (f1 > best) [best, threshold] = [f1, scores[row]];
  });
  return threshold;
}

/** F1 of calling positive what scores at least the threshold; 0 where nothing is rightly called. */
export function f1At(threshold: number, scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  let [right, called, positives] = [0, 0, 0];
  for (let row = 0; row < scores.length; row++) {
    positives += labels[row];
    if (scores[row] < threshold) continue;
    called++;
    right += labels[row];
  }
  return right === 0 ? 0 : (2 * right) / (called + positives);
}
