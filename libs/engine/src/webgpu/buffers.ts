/** Sizes per doubling: a buffer takes an eighth more than it needs, at most. */
const STEPS = 8;
const LEAST_BYTES = 16;

/**
 * The GPU's buffers, which are used again: making one takes longer than most of our programs. Those of about the same size share their
 * places, so that batches of other lengths need no more. Stands in for TensorFlow.js's BufferManager, which keeps each exact size forever.
 */
export class BufferPool {
  private readonly free = new Map<number, GPUBuffer[]>();
  private readonly keys = new Map<GPUBuffer, { key: number; bytes: number }>();
  numBytesUsed = 0;
  numBytesAllocated = 0;

  constructor(private readonly device: GPUDevice) {}

  acquireBuffer(size: number, usage: number): GPUBuffer {
    const bytes = sizeFor(size);
    // Usages are less than 2¹⁰.
    const key = bytes * 1024 + usage;
    const buffer = this.free.get(key)?.pop() ?? this.make(bytes, usage, key);
    this.numBytesUsed += bytes;
    return buffer;
  }

  releaseBuffer(buffer: GPUBuffer): void {
    const { key, bytes } = this.keys.get(buffer)!;
    this.numBytesUsed -= bytes;
    const same = this.free.get(key);
    if (same) same.push(buffer);
    else this.free.set(key, [buffer]);
  }

  dispose(): void {
    for (const buffer of this.keys.keys()) buffer.destroy();
    this.keys.clear();
    this.free.clear();
    this.numBytesUsed = this.numBytesAllocated = 0;
  }

  private make(bytes: number, usage: number, key: number): GPUBuffer {
    const buffer = this.device.createBuffer({ size: bytes, usage });
    this.keys.set(buffer, { key, bytes });
    this.numBytesAllocated += bytes;
    return buffer;
  }
}

/** Bytes of the buffer for so many. */
export function sizeFor(bytes: number): number {
  const wanted = Math.max(LEAST_BYTES, bytes);
  const step = Math.max(LEAST_BYTES, 2 ** Math.floor(Math.log2(wanted)) / STEPS);
  return Math.ceil(wanted / step) * step;
}
