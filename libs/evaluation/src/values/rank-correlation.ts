/** Two values of each case, by their levels, with the group of the patient. */
export interface Pairs {
  x: Uint16Array;
  y: Uint16Array;
  group: Uint8Array;
}

/** Spearman's correlation of weighted cases, ties at their middle rank. Evaluated once a draw, so that its room is used again. */
export class RankCorrelation {
  private readonly ranksX: Float64Array;
  private readonly ranksY: Float64Array;

  /** @param levels of x and of y */
  constructor(
    private readonly pairs: Pairs,
    levels: readonly [x: number, y: number],
  ) {
    this.ranksX = new Float64Array(levels[0]);
    this.ranksY = new Float64Array(levels[1]);
  }

  /** NaN where there are fewer than `fewest` cases, or one side is the same in all. */
  of(weights: Float64Array, fewest: number): number {
    const { x, y, group } = this.pairs;
    if (x.length < fewest) return NaN;
    const total = this.rank(weights);
    let [xx, yy, xy] = [0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      const weight = weights[group[i]];
      const dx = this.ranksX[x[i]] - total / 2;
      const dy = this.ranksY[y[i]] - total / 2;
      xx += weight * dx * dx;
      yy += weight * dy * dy;
      xy += weight * dx * dy;
    }
    return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : NaN;
  }

  /** Middle ranks of the levels, whose mean is half of the total weight. */
  private rank(weights: Float64Array): number {
    const { x, y, group } = this.pairs;
    const { ranksX, ranksY } = this;
    ranksX.fill(0);
    ranksY.fill(0);
    for (let i = 0; i < x.length; i++) {
      const weight = weights[group[i]];
      ranksX[x[i]] += weight;
      ranksY[y[i]] += weight;
    }
    middleRanks(ranksX);
    return middleRanks(ranksY);
  }
}

/** From the weight of each level its middle rank, in place; gives the total. */
function middleRanks(weights: Float64Array): number {
  let below = 0;
  for (let level = 0; level < weights.length; level++) {
    const own = weights[level];
    weights[level] = below + own / 2;
    below += own;
  }
  return below;
}
