import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { Arena } from './arena.ts';
import type { Attribute, ValueType } from './model.ts';
import { type Call, Recording, type Slot } from './recording.ts';
import { Runner, type Value } from './runner.ts';
import type { Numbers, Runtime } from './runtime.ts';

/** A tensor's numbers, or where they come from in the recording that is under way. */
interface Held extends Value {
  dtype: tf.DataType;
  refCount: number;
  recording?: Recording;
  slot?: Slot;
}

/** A recording of more operations is run, whoever asked for it. */
const MOST_NODES = 2000;

/**
 * A TensorFlow.js engine that computes nothing when it is asked to, but records it; a whole step is then run at once, as one graph on
 * ONNX Runtime, with calls of our WASM kernels before and after it. The graph is compiled when such a step first comes. What neither has
 * an operation for, TensorFlow.js's plain engine computes, on the same numbers.
 */
export class OnnxBackend extends MathBackendCPU {
  private recording = new Recording();
  /** Of the recording: tensors that it makes and somebody still holds, those that it uses, and those that were let go since. */
  private readonly made = new Set<Held>();
  private inputs: Held[] = [];
  private released: Held[] = [];
  readonly arena = new Arena();
  private readonly runner: Runner;

  constructor(private readonly runtime: Runtime) {
    super();
    this.runner = new Runner(runtime, this.arena);
  }

  get threads(): number {
    return this.runtime.threads;
  }

  get version(): string {
    return this.runtime.version;
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    return this.hold({ values: values as Numbers, shape, dtype, refCount: 1 });
  }

  override move(
    dataId: object,
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    this.data.set(dataId, { values, shape, dtype, refCount } as never);
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    const held = this.held(dataId);
    if (held.slot !== undefined && !held.values) this.run();
    const found = super.readSync(dataId);
    return held.own ? (found as Float32Array).slice() : found;
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const held = this.held(dataId);
    const gone = super.disposeData(dataId, force);
    if (!gone) return false;
    this.made.delete(held);
    held.gone = true;
    if (held.recording === this.recording) this.released.push(held);
    else this.runner.release(held);
    return true;
  }

  /** Whether it can be recorded: numbers there are, of a type that graphs have. */
  isFloat({ dtype, shape }: tf.TensorInfo): boolean {
    return dtype === 'float32' && !shape.includes(0);
  }

  /** A tensor as a value of the recording. */
  slotOf({ dataId, shape }: tf.TensorInfo): Slot {
    const held = this.held(dataId);
    if (held.recording !== this.recording) {
      held.recording = this.recording;
      held.slot = this.recording.input(held.dtype as ValueType, held.shape);
      this.inputs.push(held);
    }
    const slot = held.slot!;
    return sameShape(held.shape, shape) ? slot : this.reshaped(slot, shape);
  }

  constant(values: number | number[], type?: 'float32' | 'int64'): Slot {
    return this.recording.constant(values, type);
  }

  node(
    operator: string,
    inputs: Slot[],
    shape: readonly number[],
    attributes?: Record<string, Attribute>,
    type?: ValueType,
  ): Slot {
    return this.recording.node(operator, inputs, shape, attributes, type);
  }

  reshaped(slot: Slot, shape: readonly number[]): Slot {
    // The first length follows from the others: a batch of another size is no other graph.
    const lengths = shape.length > 0 ? [-1, ...shape.slice(1)] : [];
    return this.node('Reshape', [slot, this.constant(lengths, 'int64')], shape);
  }

  /** A value of the recording as a tensor. */
  tensorOf(slot: Slot, dtype: 'float32' | 'bool' = 'float32'): tf.TensorInfo {
    const shape = [...this.recording.shapeOf(slot)];
    const held: Held = { dtype, shape, refCount: 1, recording: this.recording, slot };
    this.made.add(held);
    const dataId = this.hold(held);
    return { dataId, shape, dtype };
  }

  /** To be called between two operations: runs a recording that has become long. */
  limit(): void {
    if (this.recording.nodes.length > MOST_NODES) this.run();
  }

  /** A call of ours on tensors' numbers, when they are there; tensors of these shapes come of it. @see Call */
  call(tensors: tf.TensorInfo[], shapes: number[][], work: Call['work'], changes?: number[]): tf.TensorInfo[] {
    const inputs = tensors.map((tensor) => this.slotOf(tensor));
    return this.recording.call(inputs, shapes, work, changes).map((slot) => this.tensorOf(slot));
  }

  /** To be called on what the plain engine made: its numbers may lie within those of a tensor whose memory is used again. */
  detach({ dataId }: tf.TensorInfo): void {
    const held = this.held(dataId);
    if (!held.own && held.values && this.arena.has(held.values)) held.values = held.values.slice();
  }

  /** Computes what is recorded, if one of these tensors needs it. */
  settle(tensors: tf.TensorInfo[]): void {
    if (tensors.some(({ dataId }) => !this.held(dataId).values)) this.run();
  }

  /** Computes what is recorded and still held by somebody. */
  run(): void {
    const { inputs, released } = this;
    const made = [...this.made];
    if (made.length > 0) {
      const known = new Map<Slot, Held>([...inputs, ...made].map((held) => [held.slot!, held]));
      this.runner.run(
        this.recording,
        known,
        made.map(({ slot }) => slot!),
      );
    }
    for (const held of [...inputs, ...made]) held.recording = held.slot = undefined;
    released.forEach((held) => this.runner.release(held));
    this.released = [];
    this.made.clear();
    this.inputs = [];
    this.recording = new Recording();
  }

  private held(dataId: object): Held {
    return this.data.get(dataId) as unknown as Held;
  }

  private hold(held: Held): object {
    const dataId = {};
    this.data.set(dataId, held as never);
    return dataId;
  }
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}
