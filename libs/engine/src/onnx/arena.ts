import { loadKernels, UNSHARED_KERNELS, type WasmKernels } from '../wasm-threads.ts';

/** 4 GB of address space, or as much of it as the machine grants; what is never used costs no memory. */
const MOST_PAGES = 65_536;
const LEAST_PAGES = 1024;
/** Offset 0 stands for what is absent. */
const FIRST = 64;
/** Sizes per doubling: an array takes an eighth more than it needs, at most. */
const STEPS = 8;

type Numbers = Float32Array | Int32Array;

/**
 * One memory that graphs and our WASM kernels both work in, so that nothing is copied between them. It gives arrays of float32 and takes
 * them back; those of about the same length share their places, so that batches of other lengths need no more.
 */
export class Arena {
  private readonly memory = reserve();
  readonly kernels: WasmKernels = loadKernels(this.memory, UNSHARED_KERNELS);
  private readonly free = new Map<number, number[]>();
  private end = FIRST;

  /** An array of any content; outside of the memory where that is full. */
  take(length: number): Float32Array {
    const bytes = sizeFor(length);
    const found = this.free.get(bytes)?.pop();
    if (found !== undefined) return new Float32Array(this.memory.buffer, found, length);
    if (this.end + bytes > this.memory.buffer.byteLength) return new Float32Array(length);
    const offset = this.end;
    this.end += bytes;
    return new Float32Array(this.memory.buffer, offset, length);
  }

  /** What it ever needed at a time. */
  get bytes(): number {
    return this.end;
  }

  give(array: Float32Array): void {
    if (!this.has(array)) return;
    const bytes = sizeFor(array.length);
    const same = this.free.get(bytes);
    if (same) same.push(array.byteOffset);
    else this.free.set(bytes, [array.byteOffset]);
  }

  has(array: { buffer: ArrayBufferLike }): boolean {
    return array.buffer === this.memory.buffer;
  }

  /**
   * Calls kernels with the offsets of the arrays, in order; those that lie elsewhere are copied in for as long, and `changed` ones back.
   * @throws RangeError where the memory is full
   */
  use(given: (Numbers | undefined)[], changed: Float32Array[], work: (...offsets: number[]) => void): void {
    const copies: Float32Array[] = [];
    const offsetOf = (array: Numbers | undefined) => {
      if (!array || this.has(array)) return array?.byteOffset ?? 0;
      const copy = this.take(array.length);
      if (!this.has(copy)) throw new RangeError('the ONNX engine has no memory left for its kernels');
      const { buffer, byteOffset, length } = copy;
      if (array instanceof Int32Array) new Int32Array(buffer, byteOffset, length).set(array);
      else copy.set(array);
      copies.push(copy);
      return byteOffset;
    };
    const offsets = [...given, ...changed].map(offsetOf);
    work(...offsets);
    changed.forEach((array, i) => {
      if (!this.has(array)) array.set(new Float32Array(this.memory.buffer, offsets[given.length + i], array.length));
    });
    copies.forEach((copy) => this.give(copy));
  }
}

function reserve(): WebAssembly.Memory {
  for (let pages = MOST_PAGES; ; pages /= 2) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES });
    } catch (error) {
      if (pages <= LEAST_PAGES) throw error;
    }
  }
}

/** Bytes of the place of so many numbers. */
function sizeFor(length: number): number {
  const bytes = Math.max(FIRST, 4 * length);
  const step = Math.max(FIRST, 2 ** Math.floor(Math.log2(bytes)) / STEPS);
  return Math.ceil(bytes / step) * step;
}
