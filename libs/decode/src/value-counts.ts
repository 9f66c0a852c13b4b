/** How often each whole number came, one of each patient: as little memory as there are different ones. */
export class ValueCounts {
  private readonly counts = new Map<number, number>();
  private total = 0;

  add(value: number): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
    this.total++;
  }

  /** Each as often as it came, in no order. */
  values(): Int32Array {
    const all = new Int32Array(this.total);
    let at = 0;
    for (const [value, count] of this.counts) all.fill(value, at, (at += count));
    return all;
  }
}
