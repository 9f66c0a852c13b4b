import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackendWasm, setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { defaultThreads } from './threads.ts';

/** The package starts a pool of so many workers, whatever the machine. */
const PAGE_BYTES = 65_536;
const FIRST_PAGES = 1024;
const MOST_PAGES = 65_536;
const MODULE = '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';

/** What assembly/kernels.ts exports; each takes byte offsets and lengths. */
export interface WasmKernels extends DrawingKernels {
  sparseProduct(
    indptr: number,
    indices: number,
    values: number,
    rows: number,
    dense: number,
    columns: number,
    bias: number,
    out: number,
  ): void;
  flush(x: number, out: number, length: number): void;
  relu(x: number, length: number): void;
  reluGradient(y: number, dy: number, out: number, length: number): void;
  sigmoidGradient(y: number, dy: number, out: number, length: number): void;
  tanhGradient(y: number, dy: number, out: number, length: number): void;
  columnSums(x: number, rows: number, columns: number, out: number): void;
  runningSums(
    x: number,
    ends: number,
    segments: number,
    columns: number,
    bias: number,
    reverse: number,
    out: number,
  ): void;
  minusSparse(
    p: number,
    indptr: number,
    indices: number,
    values: number,
    rows: number,
    columns: number,
    scale: number,
    out: number,
  ): void;
  softplusSum(logits: number, p: number, length: number): number;
  dotSparse(logits: number, indptr: number, indices: number, values: number, rows: number, columns: number): number;
  adam(
    w: number,
    g: number,
    m: number,
    v: number,
    out: number,
    length: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    l2: number,
  ): void;
  follow(average: number, w: number, length: number, decay: number): void;
  choice(
    logits: number,
    from: number,
    to: number,
    chosen: number,
    rows: number,
    columns: number,
    divisor: number,
    gradient: number,
  ): number;
}

/** Those of them with which rows are drawn. @see libs/engine/assembly/panels.ts */
export interface DrawingKernels {
  panelProduct(
    x: number,
    rows: number,
    inputs: number,
    layer: number,
    first: number,
    end: number,
    from: number,
    out: number,
    columns: number,
  ): void;
  gatherRelu(x: number, order: number, rows: number, columns: number, out: number): void;
  addRelu(x: number, y: number, rows: number, columns: number, wide: number, out: number): void;
  addRows(x: number, order: number, chosen: number, rows: number, table: number, columns: number): void;
  addSparse(
    x: number,
    order: number,
    indptr: number,
    indices: number,
    values: number,
    rows: number,
    table: number,
    columns: number,
  ): void;
  choose(logits: number, start: number, end: number, chance: number): number;
}

interface EmscriptenModule {
  cwrap(name: string, result: string | null, parameters: string[]): unknown;
  PThread: { runningWorkers: { unref(): void }[] };
  tfjs: unknown;
}

/** TensorFlow.js's WASM engine with threads, which the package itself starts in browsers only. */
export class ThreadedWasm extends BackendWasm {
  private constructor(
    module: EmscriptenModule,
    readonly kernels: WasmKernels,
    readonly threads: number,
  ) {
    super(module as never); // starts its threads
  }

  /**
   * @param kernelsPath our kernels, as tools/build-kernels.mjs makes them
   * @throws Error in words where it cannot start; no thread is left running then, which would keep the process from ending
   */
  static async start(threads = defaultThreads(), kernelsPath = OWN_KERNELS): Promise<ThreadedWasm> {
    const load = createRequire(import.meta.url);
    const create = load(MODULE) as (options: object) => Promise<EmscriptenModule>;
    const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES, shared: true });
    const folder = dirname(load.resolve(MODULE));
    // First of all, since the module's threads run from when it is made.
    const kernels = loadKernels(memory, kernelsPath);
    const module = await withCores(2 * threads, () =>
      create({
        wasmMemory: memory,
        INITIAL_MEMORY: FIRST_PAGES * PAGE_BYTES,
        locateFile: (name: string) => (name.endsWith('.worker.js') ? workerPath : join(folder, name)),
      }),
    );
    module.tfjs = {
      init: module.cwrap('init', null, []),
      initWithThreadsCount: module.cwrap('init_with_threads_count', null, ['number']),
      getThreadsCount: module.cwrap('get_threads_count', 'number', []),
      registerTensor: module.cwrap('register_tensor', null, ['number', 'number', 'number']),
      disposeData: module.cwrap('dispose_data', null, ['number']),
      dispose: module.cwrap('dispose', null, []),
    };
    setThreadsCount(threads);
    const engine = new ThreadedWasm(module, kernels, threads);
    // The threads begin to listen only once this one has let go.
    await new Promise((resolve) => setTimeout(resolve, 0));
    module.PThread.runningWorkers.forEach((worker) => worker.unref());
    return engine;
  }

  /** Where a tensor lies in the engine's memory, in bytes. */
  offsetOf({ dataId }: { dataId: object }): number {
    return this.getMemoryOffset(dataId as never);
  }
}

const workerPath = fileURLToPath(new URL('../workers/wasm-thread.cjs', import.meta.url));
const OWN_KERNELS = fileURLToPath(new URL('../dist/kernels.wasm', import.meta.url));
/** The same, for a memory that no thread shares. */
export const UNSHARED_KERNELS = fileURLToPath(new URL('../dist/kernels-unshared.wasm', import.meta.url));

/** As it starts, the module takes half of the cores that it sees as its most threads; here it sees so many. */
async function withCores<T>(count: number, work: () => Promise<T>): Promise<T> {
  const { cpus } = os;
  os.cpus = () => Array.from({ length: count }, () => cpus()[0]);
  try {
    return await work();
  } finally {
    os.cpus = cpus;
  }
}

/** Our kernels on a memory. @throws Error in words where there are none, or damaged ones */
export function loadKernels(memory: WebAssembly.Memory, path = OWN_KERNELS): WasmKernels {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new Error(`its kernels cannot be read (${path}); \`node tools/build-kernels.mjs\` makes them`, {
      cause,
    });
  }
  try {
    const module = new WebAssembly.Module(bytes);
    const imports = { env: { memory }, numbers: { log: Math.log } };
    return new WebAssembly.Instance(module, imports).exports as unknown as WasmKernels;
  } catch (cause) {
    throw new Error(`its kernels are damaged (${path}); \`node tools/build-kernels.mjs\` builds them again`, {
      cause,
    });
  }
}
