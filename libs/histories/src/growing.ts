const CHUNK = 1 << 16;

type Numbers = Int32Array | Int16Array | Uint16Array | Uint8Array | Float64Array;

/** EntryNumbers in a dictionary, in two bytes each where they fit. */
export type EntryNumbers = Uint16Array | Int32Array;

const LARGEST_IN_TWO_BYTES = 2 ** 16 - 1;

/** A typed array that grows by chunks: while it grows it takes no more room than it will take. */
export class Growing<T extends Numbers> {
  private readonly chunks: T[] = [];
  length = 0;

  constructor(private readonly kind: new (length: number) => T) {}

  push(value: number): void {
    const at = this.length % CHUNK;
    if (at === 0) this.chunks.push(new this.kind(CHUNK));
    this.chunks[this.chunks.length - 1][at] = value;
    this.length++;
  }

  /** All that was pushed, in one array. Nothing can be pushed afterwards. */
  done(): T {
    return this.into(new this.kind(this.length));
  }

  /** As `done`, of numbers that are not negative, in as few bytes as they fit in. */
  entryNumbers(): EntryNumbers {
    const fit = this.chunks.every((chunk) => chunk.every((number) => number <= LARGEST_IN_TWO_BYTES));
    return this.into(fit ? new Uint16Array(this.length) : new Int32Array(this.length));
  }

  private into<U extends Numbers>(all: U): U {
    this.chunks.forEach((chunk, i) => {
      const from = i * CHUNK;
      all.set(chunk.subarray(0, Math.min(CHUNK, this.length - from)), from);
    });
    this.chunks.length = 0;
    return all;
  }
}
