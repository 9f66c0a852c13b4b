import { type Histogram, histogram, reachedBy } from './histogram.ts';

/** Numbers, each of a patient who may have several. Nobody's count for more than k patients have of them. */
export class OwnedValues {
  private readonly values: number[] = [];
  private readonly patients: number[] = [];

  push(value: number, patient: number): void {
    this.values.push(value);
    this.patients.push(patient);
  }

  /** Undefined where fewer than k patients have any. */
  histogram(edges: readonly number[], k: number): Histogram | undefined {
    const sizes = new Map<number, number>();
    for (const patient of this.patients) sizes.set(patient, (sizes.get(patient) ?? 0) + 1);
    const most = reachedBy(k, [...sizes.values()]);
    if (most === undefined) return undefined;
    const seen = new Map<number, number>();
    const kept = [...this.values.keys()].filter((at) => {
      const before = seen.get(this.patients[at]) ?? 0;
      seen.set(this.patients[at], before + 1);
      return isPicked(before, sizes.get(this.patients[at])!, most);
    });
    return histogram(
      kept.map((at) => this.values[at]),
      edges,
      k,
      kept.map((at) => this.patients[at]),
    );
  }
}

/** How often each patient has something, by its name. Nobody's count for more than k patients have of it. */
export class OwnedCounts {
  private readonly counts = new Map<string, number[]>();

  /** @param own of one patient; each patient comes once */
  add(own: ReadonlyMap<string, number>): void {
    for (const [name, count] of own) {
      if (!this.counts.has(name)) this.counts.set(name, []);
      this.counts.get(name)!.push(count);
    }
  }

  /** Sums by name of what at least k patients have. */
  sums(k: number): Map<string, number> {
    const sums = new Map<string, number>();
    for (const [name, counts] of this.counts) {
      const most = reachedBy(k, counts);
      if (most !== undefined)
        sums.set(
          name,
          counts.reduce((sum, count) => sum + Math.min(count, most), 0),
        );
    }
    return sums;
  }
}

/** Whether the i-th of n is among `most` that are spread evenly over them. */
function isPicked(i: number, n: number, most: number): boolean {
  return n <= most || Math.floor(((i + 1) * most) / n) > Math.floor((i * most) / n);
}
