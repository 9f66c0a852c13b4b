import { GROUPS, WITHOUT } from './figure.ts';

/** R² of one side's probabilities of keys by another's, from counts that are added key by key, without each group. */
export class RSquaredSums {
  private readonly xx = new Float64Array(WITHOUT);
  private readonly xs = new Float64Array(WITHOUT);
  private readonly ss = new Float64Array(WITHOUT);
  private readonly x = new Float64Array(WITHOUT);
  private readonly keys = new Float64Array(WITHOUT);

  /** Adds a key: counts of each group from a place on, then that of all groups. */
  add(reference: Int32Array, other: Int32Array, at: number): void {
    const [allX, allS] = [reference[at + GROUPS], other[at + GROUPS]];
    if (allX === 0 && allS === 0) return;
    for (let group = 0; group < WITHOUT; group++) {
      const x = group === GROUPS ? allX : allX - reference[at + group];
      const s = group === GROUPS ? allS : allS - other[at + group];
      if (x === 0 && s === 0) continue;
      this.keys[group]++;
      this.x[group] += x;
      this.xx[group] += x * x;
      this.xs[group] += x * s;
      this.ss[group] += s * s;
    }
  }

  /**
   * 1 − Σ(x − s)² / Σ(x − mean x)², over the keys that either side has; NaN where the reference has all keys alike.
   * @param ofReference what counts are shares of, without each group; likewise the others
   */
  values(ofReference: Float64Array, ofOther: Float64Array): Float64Array {
    return Float64Array.from({ length: WITHOUT }, (_, i) => {
      const [m, n] = [ofReference[i], ofOther[i]];
      const error = this.xx[i] / m ** 2 - (2 * this.xs[i]) / (m * n) + this.ss[i] / n ** 2;
      const squares = this.xx[i] - this.x[i] ** 2 / this.keys[i];
      return squares > 1e-12 * this.xx[i] ? 1 - error / (squares / m ** 2) : NaN;
    });
  }
}

/** Pearson's r of pairs that are added one by one, without each group. */
export class PearsonSums {
  private readonly n = new Float64Array(WITHOUT);
  private readonly x = new Float64Array(WITHOUT);
  private readonly y = new Float64Array(WITHOUT);
  private readonly xx = new Float64Array(WITHOUT);
  private readonly yy = new Float64Array(WITHOUT);
  private readonly xy = new Float64Array(WITHOUT);

  /** Adds a pair to what is without a group. One that is not finite there is left out. */
  add(group: number, x: number, y: number): void {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    this.n[group]++;
    this.x[group] += x;
    this.y[group] += y;
    this.xx[group] += x * x;
    this.yy[group] += y * y;
    this.xy[group] += x * y;
  }

  get pairs(): number {
    return this.n[GROUPS];
  }

  /** NaN where a side is the same for all pairs. */
  values(): Float64Array {
    return Float64Array.from({ length: WITHOUT }, (_, i) => {
      const [n, x, y] = [this.n[i], this.x[i], this.y[i]];
      const spread = (this.xx[i] - x ** 2 / n) * (this.yy[i] - y ** 2 / n);
      // What rounding leaves of no spread.
      if (!(spread > 1e-18 * this.xx[i] * this.yy[i])) return NaN;
      return (this.xy[i] - (x * y) / n) / Math.sqrt(spread);
    });
  }
}

/** A mean of values that are added one by one, without each group. */
export class MeanSums {
  private readonly sum = new Float64Array(WITHOUT);
  private readonly n = new Float64Array(WITHOUT);

  /** Adds what has been had without each group, with a weight. What is not finite there is left out. */
  add(values: ArrayLike<number>, weight = 1): void {
    for (let i = 0; i < WITHOUT; i++) {
      if (!Number.isFinite(values[i])) continue;
      this.sum[i] += weight * values[i];
      this.n[i] += weight;
    }
  }

  values(): Float64Array {
    return this.sum.map((sum, i) => sum / this.n[i]);
  }
}

/** Counts by group as counts without each group, and of all. */
export function withoutEach(byGroup: ArrayLike<number>, at = 0): Float64Array {
  let all = 0;
  for (let group = 0; group < GROUPS; group++) all += byGroup[at + group];
  const without = new Float64Array(WITHOUT).fill(all);
  for (let group = 0; group < GROUPS; group++) without[group] -= byGroup[at + group];
  return without;
}
