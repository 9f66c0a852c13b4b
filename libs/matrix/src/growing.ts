/** An Int32Array that grows. */
export class GrowingInts {
  private held = new Int32Array(0);
  length = 0;

  push(value: number): void {
    if (this.length === this.held.length) {
      const grown = new Int32Array(Math.max(1024, 2 * this.held.length));
      grown.set(this.held);
      this.held = grown;
    }
    this.held[this.length++] = value;
  }

  /** What was pushed, without the room that it grew into. */
  done(): Int32Array {
    this.held = this.held.slice(0, this.length);
    return this.held;
  }
}
