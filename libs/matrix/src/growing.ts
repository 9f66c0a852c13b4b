/** An Int32Array that grows. */
export class GrowingInts {
  private held = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.held.length) {
      const grown = new Int32Array(this.held.length * 2);
      grown.set(this.held);
      this.held = grown;
    }
    this.held[this.length++] = value;
  }

  done(): Int32Array {
    return this.held.slice(0, this.length);
  }
}
