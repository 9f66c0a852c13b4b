import { ADDABLE } from '../add/catalogue.ts';
import { commandFor, requireOf } from '../add/folders.ts';
import { requireWholeBinaries } from '../add/whole-binaries.ts';
import { defaultThreads } from '../threads.ts';
import { runWithoutCopies, TRIAL, UNREADABLE, withoutCopies } from './copies.ts';
import { encodeModel, type Model, type ValueType } from './model.ts';

const ONNX_PACKAGE = ADDABLE.onnx.package;

export type Numbers = Float32Array | Int32Array | Uint8Array;

/** A tensor of ONNX Runtime over numbers that stay where they are. */
export interface RuntimeTensor {
  readonly data: Numbers;
  readonly dims: readonly number[];
}

/** A graph that is ready to run: inputs and outputs by name, all of them in memory of ours. */
export interface Program {
  run(inputs: Record<string, RuntimeTensor>, outputs: Record<string, RuntimeTensor | null>): void;
  dispose(): void;
}

/** The parts of the package's binding that we call. Its public `run` is the same behind a promise; TensorFlow.js reads at once. */
interface Binding {
  binding: { InferenceSession: new () => Session };
  initOrt(): void;
}

interface Session {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(inputs: Record<string, RuntimeTensor>, outputs: Record<string, RuntimeTensor | null>, options: object): unknown;
  dispose(): void;
}

type TensorClass = new (type: ValueType, data: Numbers, dims: readonly number[]) => RuntimeTensor;

/** ONNX Runtime for Node: compiles graphs, and runs them on all cores. */
export class Runtime {
  readonly threads = defaultThreads();
  /** Whether this version of the package is as `withoutCopies` needs it. */
  private readonly skipsCopies: boolean;

  private constructor(
    private readonly native: Binding,
    private readonly tensorClass: TensorClass,
    readonly version: string,
  ) {
    this.skipsCopies = this.trySkippingCopies();
  }

  /** @param load finds the package. @throws Error where the package is not installed or does not load on this machine */
  static load(load = requireOf(ADDABLE.onnx)): Runtime {
    requireWholeBinaries(ADDABLE.onnx, load);
    const { Tensor } = load(ONNX_PACKAGE) as { Tensor: TensorClass };
    const native = load(`${ONNX_PACKAGE}/dist/binding.js`) as Binding;
    const { version } = load(`${ONNX_PACKAGE}/package.json`) as { version: string };
    native.initOrt();
    return new Runtime(native, Tensor, version);
  }

  tensor(type: ValueType, data: Numbers, dims: readonly number[]): RuntimeTensor {
    return new this.tensorClass(type, data, dims);
  }

  compile(model: Model): Program {
    return this.skipsCopies ? this.compileWithoutCopies(model) : this.open(model);
  }

  private compileWithoutCopies(model: Model, flushed = true): Program {
    const { run, dispose } = this.open(withoutCopies(model), flushed);
    return {
      run: (inputs, outputs) => runWithoutCopies(() => run(inputs, { [UNREADABLE]: null, ...outputs })),
      dispose,
    };
  }

  /** The first session of the process, whose floating point becomes that of the thread that opens it: JavaScript's must stay as it is. */
  private trySkippingCopies(): boolean {
    const [x, y] = [3, 0].map((value) => this.tensor('float32', Float32Array.of(value), []));
    const program = this.compileWithoutCopies(TRIAL, false);
    try {
      program.run({ x }, { y });
      return y.data[0] === 9;
    } catch {
      return false;
    } finally {
      program.dispose();
    }
  }

  /** @param flushed whether the session's threads take denormal numbers for 0 */
  private open(model: Model, flushed = true): Program {
    const bytes = encodeModel(model);
    const session = new this.native.binding.InferenceSession();
    session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      intraOpNumThreads: this.threads,
      interOpNumThreads: 1,
      // A graph would keep all of the memory that it ever needed, for batches of each size anew; without this it is as fast.
      enableCpuMemArena: false,
      enableMemPattern: false,
      extra: {
        session: {
          // Gradients become denormal late in a training, and products of them many times slower; of the threads besides our own.
          set_denormal_as_zero: flushed ? '1' : '0',
          // Each graph has its own threads, which would go on waiting actively after their work and keep those of the next one from a core.
          force_spinning_stop: '1',
        },
      },
    });
    return {
      run: (inputs, outputs) => void session.run(inputs, outputs, {}),
      dispose: () => session.dispose(),
    };
  }
}

/** In one line why it is not there, and what brings it. */
export function onnxAbsence(error: NodeJS.ErrnoException): { detail: string; todo?: string } {
  const [first] = error.message.split('\n');
  const isMissing = error.code === 'MODULE_NOT_FOUND' && first.includes(`'${ONNX_PACKAGE}'`);
  const hasNoBinary = error.code === 'MODULE_NOT_FOUND' && first.includes('.node');
  const reason = hasNoBinary ? `it has no binary for ${process.platform} on ${process.arch}` : first;
  const detail = isMissing
    ? `${ONNX_PACKAGE} is not installed`
    : `${ONNX_PACKAGE} is installed but does not load: ${reason}`;
  return { detail, todo: commandFor(ADDABLE.onnx) };
}
