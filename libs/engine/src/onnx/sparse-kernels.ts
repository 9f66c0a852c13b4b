import type { Csr } from '../sparse.ts';
import { loadKernels } from '../wasm-threads.ts';

const PAGE_BYTES = 65_536;
const MOST_PAGES = 65_536;

/** Products of sparse rows, which graphs have no operation for: the WASM engine's kernels, in a memory of their own. */
export class SparseKernels {
  private readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
  private readonly kernels = loadKernels(this.memory);
  /** First byte that is free. */
  private end = 0;

  /** rows · dense. @param out rows × width, any content */
  product({ rows, indptr, indices, values }: Csr, dense: Float32Array, width: number, out: Float32Array): void {
    const room = [indptr, indices, values, dense, out];
    this.within(room, () => {
      const [starts, columns, weights, at] = [indptr, indices, values, dense].map((part) => this.put(part));
      const result = this.reserve(out);
      this.kernels.sparseProduct(starts, columns, weights, rows, at, width, 0, result);
      out.set(new Float32Array(this.memory.buffer, result, out.length));
    });
  }

  /** @see Arithmetic.runningSums */
  runningSums(
    x: Float32Array,
    ends: Int32Array,
    { width, bias, reverse }: { width: number; bias?: Float32Array; reverse: boolean },
    out: Float32Array,
  ): void {
    this.within([x, ends, bias, out], () => {
      const [at, places, first] = [x, ends, bias].map((part) => this.put(part));
      const result = this.reserve(out);
      this.kernels.runningSums(at, places, ends.length, width, first, Number(reverse), result);
      out.set(new Float32Array(this.memory.buffer, result, out.length));
    });
  }

  /** Makes room for these, and forgets what was put there before. */
  private within(parts: (Float32Array | Int32Array | undefined)[], work: () => void): void {
    // Offset 0 stands for what is absent.
    this.end = PAGE_BYTES;
    const bytes = parts.reduce((sum, part) => sum + aligned(part?.byteLength ?? 0), this.end);
    const missing = Math.ceil((bytes - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.memory.grow(missing);
    work();
  }

  private put(values: Float32Array | Int32Array | undefined): number {
    if (!values) return 0;
    const at = this.reserve(values);
    if (values instanceof Float32Array) new Float32Array(this.memory.buffer, at, values.length).set(values);
    else new Int32Array(this.memory.buffer, at, values.length).set(values);
    return at;
  }

  private reserve({ byteLength }: ArrayBufferView): number {
    const at = this.end;
    this.end += aligned(byteLength);
    return at;
  }
}

/** Whole vectors of 16 bytes. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
