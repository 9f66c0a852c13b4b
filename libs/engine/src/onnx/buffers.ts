/** Most bytes kept for later use. */
const MOST_BYTES = 512 * 2 ** 20;

/** Arrays of float32 that are used again, so that a step allocates none. */
export class Buffers {
  private readonly free = new Map<number, Float32Array[]>();
  private bytes = 0;

  /** Of any content. */
  take(length: number): Float32Array {
    const found = this.free.get(length)?.pop();
    if (!found) return new Float32Array(length);
    this.bytes -= found.byteLength;
    return found;
  }

  give(array: Float32Array): void {
    if (this.bytes + array.byteLength > MOST_BYTES) return;
    this.bytes += array.byteLength;
    const same = this.free.get(array.length);
    if (same) same.push(array);
    else this.free.set(array.length, [array]);
  }
}
