import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { Buffers } from './buffers.ts';
import type { Attribute, ValueType } from './model.ts';
import { nameOf, Recording, type Slot } from './recording.ts';
import type { Numbers, Program, Runtime, RuntimeTensor } from './runtime.ts';

/** A tensor's numbers, or where they come from in the recording that is under way. */
interface Held {
  values?: tf.backend_util.BackendValues;
  dtype: tf.DataType;
  refCount: number;
  shape: readonly number[];
  /** Over the values, once a graph took them. */
  tensor?: RuntimeTensor;
  recording?: Recording;
  slot?: Slot;
  /** Whether the values are an array of ours that nobody else has seen. */
  own?: boolean;
}

/** Graphs kept; each has its threads and its memory. */
const MOST_PROGRAMS = 64;
/** A recording of more operations is run, whoever asked for it. */
const MOST_NODES = 2000;

/**
 * A TensorFlow.js engine that computes nothing when it is asked to, but records it; a whole step is then run at once, as one graph on
 * ONNX Runtime. The graph is compiled when such a step first comes. What the graph has no operation for, TensorFlow.js's plain engine
 * computes, on the same numbers.
 */
export class OnnxBackend extends MathBackendCPU {
  private recording = new Recording();
  /** Of the recording: tensors that it makes and somebody still holds, those that it uses, and arrays to take back after it. */
  private readonly made = new Set<Held>();
  private inputs: Held[] = [];
  private released: Float32Array[] = [];
  private readonly programs = new Map<string, Program>();
  private readonly buffers = new Buffers();

  constructor(private readonly runtime: Runtime) {
    super();
  }

  get threads(): number {
    return this.runtime.threads;
  }

  get version(): string {
    return this.runtime.version;
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    return this.hold({ values, shape, dtype, refCount: 1 });
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
    held.own = false;
    return super.readSync(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const held = this.held(dataId);
    const gone = super.disposeData(dataId, force);
    if (!gone) return false;
    this.made.delete(held);
    if (held.own && held.values) {
      const array = held.values as Float32Array;
      if (held.recording === this.recording) this.released.push(array);
      else this.buffers.give(array);
    }
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
    return this.node('Reshape', [slot, this.constant([...shape], 'int64')], shape);
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

  /** A tensor's numbers, to be read at once and not kept. */
  numbersOf(tensor: tf.TensorInfo): Float32Array {
    this.settle([tensor]);
    return this.held(tensor.dataId).values as Float32Array;
  }

  /** A tensor of numbers that `fill` writes. */
  filled(shape: number[], fill: (numbers: Float32Array) => void): tf.TensorInfo {
    const values = this.buffers.take(tf.util.sizeFromShape(shape));
    fill(values);
    return { dataId: this.hold({ values, dtype: 'float32', shape, refCount: 1, own: true }), shape, dtype: 'float32' };
  }

  /** Computes what is recorded, if one of these tensors needs it. */
  settle(tensors: tf.TensorInfo[]): void {
    if (tensors.some(({ dataId }) => !this.held(dataId).values)) this.run();
  }

  /** Computes what is recorded and still held by somebody. */
  run(): void {
    const { inputs } = this;
    const made = [...this.made];
    const slots = made.map(({ slot }) => slot!);
    if (slots.length > 0) {
      const feeds: Record<string, RuntimeTensor> = {};
      const fetches: Record<string, RuntimeTensor> = {};
      for (const held of inputs) feeds[nameOf(held.slot!)] = held.tensor ??= this.tensorOver(held);
      for (const held of made) {
        const length = tf.util.sizeFromShape(held.shape as number[]);
        held.own = held.dtype === 'float32';
        held.values = held.own ? this.buffers.take(length) : new Uint8Array(length);
        fetches[nameOf(held.slot!)] = held.tensor = this.tensorOver(held);
      }
      this.program(slots).run(feeds, fetches);
    }
    for (const held of [...inputs, ...made]) held.recording = held.slot = undefined;
    this.released.forEach((array) => this.buffers.give(array));
    this.released = [];
    this.made.clear();
    this.inputs = [];
    this.recording = new Recording();
  }

  /** The compiled graph; the one that was not used for longest makes room. */
  private program(outputs: Slot[]): Program {
    const key = this.recording.signature(outputs);
    const program = this.programs.get(key) ?? this.runtime.compile(this.recording.model(outputs));
    this.programs.delete(key);
    this.programs.set(key, program);
    if (this.programs.size > MOST_PROGRAMS) {
      const [oldest] = this.programs;
      this.programs.delete(oldest[0]);
      oldest[1].dispose();
    }
    return program;
  }

  private tensorOver({ dtype, values, shape }: Held): RuntimeTensor {
    return this.runtime.tensor(dtype as ValueType, values as Numbers, shape);
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
