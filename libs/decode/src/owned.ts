import { GrowingInts } from '@ehrsynth/matrix';
import { type Histogram, histogram, reachedBy } from './histogram.ts';
import { ValueCounts } from './value-counts.ts';

/** Numbers, each of a patient who may have several. Nobody's count for more than k patients have of them. */
export class OwnedValues {
  private readonly values = new GrowingInts();
  private readonly patients = new GrowingInts();

  push(value: number, patient: number): void {
    this.values.push(value);
    this.patients.push(patient);
  }

  /** Undefined where fewer than k patients have any. */
  histogram(edges: readonly number[], k: number): Histogram | undefined {
    const [values, patients] = [this.values.done(), this.patients.done()];
    const sizes = new Map<number, number>();
    for (const patient of patients) sizes.set(patient, (sizes.get(patient) ?? 0) + 1);
    const most = reachedBy(k, Array.from(sizes.values()));
    if (most === undefined) return undefined;
    const seen = new Map<number, number>();
    let kept = 0;
    for (let at = 0; at < values.length; at++) {
      const patient = patients[at];
      const before = seen.get(patient) ?? 0;
      seen.set(patient, before + 1);
      if (!isPicked(before, sizes.get(patient)!, most)) continue;
      [values[kept], patients[kept]] = [values[at], patient];
      kept++;
    }
    return histogram(values.subarray(0, kept), edges, k, patients.subarray(0, kept));
  }
}

/** How often each patient has something, by its name. Nobody's count for more than k patients have of it. */
export class OwnedCounts {
  private readonly counts = new Map<string, ValueCounts>();

  /** @param own of one patient; each patient comes once */
  add(own: ReadonlyMap<string, number>): void {
    for (const [name, count] of own) {
      if (!this.counts.has(name)) this.counts.set(name, new ValueCounts());
      this.counts.get(name)!.add(count);
    }
  }

  /** Sums by name of what at least k patients have. */
  sums(k: number): Map<string, number> {
    const sums = new Map<string, number>();
    for (const [name, own] of this.counts) {
      const counts = own.values();
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
