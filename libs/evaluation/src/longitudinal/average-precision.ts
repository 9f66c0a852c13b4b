/**
 * Average precision: the area under the precision–recall curve by its steps, those of one score taken together. The share of
 * positives where nothing is known. NaN without positives.
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = Array.from(scores, (_, row) => row).sort((a, b) => scores[b] - scores[a]);
  let [called, right, sum] = [0, 0, 0];
  for (let i = 0; i < order.length;) {
    const score = scores[order[i]];
    let found = 0;
    for (; i < order.length && scores[order[i]] === score; i++) {
      called++;
      found += labels[order[i]];
    }
    right += found;
    sum += (found * right) / called;
  }
  return sum / right;
}
