import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { gpuMemory } from '../native.ts';
import { BufferPool } from './buffers.ts';
import type { AdapterInfo, Gpu } from './dawn.ts';
import type { Program } from './program.ts';
import { Recent } from './recent.ts';
import { turns } from './turns.ts';

/** A tensor's numbers on the machine, or its buffer on the GPU. */
interface Held {
  values: tf.TypedArray | null;
  dtype: tf.DataType;
  shape: number[];
  refCount: number;
  resource?: GPUBuffer | null;
}

/** The parts of TensorFlow.js's WebGPU engine that we call or replace. */
interface Engine extends tf.KernelBackend {
  bufferManager: unknown;
  tensorMap: tf.DataStorage<Held>;
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  commandQueueOwnedIds: WeakSet<object>;
  uniformPendingDisposal: GPUBuffer[];
  dispatchCountInPass: number;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  makeUniforms(numbers: { type: string; data: number[] }[]): Uniforms;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values?: tf.TypedArray): tf.TensorInfo;
  uploadToGPU(dataId: object): void;
  read(dataId: object): Promise<tf.TypedArray>;
}

/** Numbers that are the same for all threads of a program. */
interface Uniforms {
  buffer: GPUBuffer;
  size: number;
  offset: number;
}

interface Pipeline {
  pipeline: GPUComputePipeline;
  layout: GPUBindGroupLayout;
}

// Flags of WebGPU's specification.
const MAP_READ = 1;
const MAP_READ_MODE = 1;
const COPY_SRC = 4;
const COPY_DST = 8;
const UNIFORM = 64;
const STORAGE = 128;
const TENSOR = STORAGE | COPY_SRC | COPY_DST;

/** Programs that are handed to the GPU at a time; what waits for it to be done is submitted at once. */
const BATCH = 64;

/** Sets of numbers for programs that are kept on the GPU: from step to step they are mostly the same, and a write costs as much as a program. */
const KEPT_NUMBERS = 256;

const made = new WeakMap<object, WebGpu>();

/**
 * TensorFlow.js's WebGPU engine, with programs of ours on the same tensors. Its buffers, uploads and reads are replaced: it makes a staging
 * buffer for each upload, keeps a buffer for each size that there ever was, and copies what it reads into the tensor.
 */
export class WebGpu {
  readonly info: AdapterInfo;
  readonly version: string;
  readonly device: GPUDevice;
  readonly buffers: BufferPool;
  /** Storage buffers of a program, at most. */
  readonly mostBuffers: number;
  private readonly pipelines = new Map<Program, Pipeline>();
  private failure: Error | undefined;
  /** What is dropped may still be needed by what has not been submitted. */
  private readonly uniforms = new Recent<Uniforms>(KEPT_NUMBERS, ({ buffer }) =>
    this.engine.uniformPendingDisposal.push(buffer),
  );

  private constructor(
    readonly engine: Engine,
    { device, info, version }: Gpu,
  ) {
    this.device = device;
    this.info = info;
    this.version = version;
    this.mostBuffers = device.limits.maxStorageBuffersPerShaderStage;
    this.buffers = new BufferPool(device);
    device.addEventListener('uncapturederror', (event) => {
      this.failure ??= new Error(`The GPU reports: ${(event as GPUUncapturedErrorEvent).error.message.split('\n')[0]}`);
    });
    engine.bufferManager = this.buffers;
    engine.uploadToGPU = (dataId) => void this.bufferOf(dataId);
    engine.read = (dataId) => this.read(dataId);
    const makeUniforms = engine.makeUniforms.bind(engine);
    engine.makeUniforms = (numbers) =>
      this.uniforms.get(numbers.map(({ type, data }) => `${type}${data.join()}`).join(), () => {
        const uniforms = makeUniforms(numbers);
        // Not to be taken back at the next submission.
        engine.uniformPendingDisposal.pop();
        return uniforms;
      });
    made.set(engine, this);
  }

  /** Of an engine of TensorFlow.js that runs on one. */
  static of(engine: object): WebGpu | undefined {
    return made.get(engine);
  }

  /** @throws Error where TensorFlow.js's engine is not installed */
  static start(gpu: Gpu, from: string | URL = import.meta.url): WebGpu {
    // It looks here for whether there is WebGPU.
    const { navigator = {} } = globalThis as { navigator?: object };
    Object.defineProperty(navigator, 'gpu', { value: {}, configurable: true });
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true });
    const { WebGPUBackend } = createRequire(from)('@tensorflow/tfjs-backend-webgpu') as {
      WebGPUBackend: new (device: GPUDevice, info: AdapterInfo) => Engine;
    };
    tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', BATCH);
    return new WebGpu(new WebGPUBackend(gpu.device, gpu.info), gpu);
  }

  /** Dawn's version, adapter, driver and memory, in one line. */
  get detail(): string {
    const { info, device, version } = this;
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    const name = [info.vendor, info.architecture, info.device].filter(Boolean).join(' ');
    const megabytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MB`;
    const memory = `buffers of up to ${megabytes(maxBufferSize)}, ${megabytes(maxStorageBufferBindingSize)} in a program`;
    return [`Dawn ${version}`, name, info.description, memory, ...gpuMemory()].filter(Boolean).join('; ');
  }

  /** A tensor of any content. */
  make(shape: number[]): tf.TensorInfo {
    return this.engine.makeTensorInfo(shape, 'float32');
  }

  /** Whether nobody else looks at the tensor's numbers, so that they may be changed in place. */
  isAlone({ dataId }: tf.TensorInfo): boolean {
    return this.engine.tensorMap.get(dataId).refCount === 1;
  }

  /** Runs a program after what was asked for before. @param groups numbers of workgroups */
  run(
    program: Program,
    reads: tf.TensorInfo[],
    writes: tf.TensorInfo[],
    numbers: number[],
    groups: [number, number, number],
  ): void {
    if (groups.includes(0)) return writes.forEach(({ dataId }) => void this.bufferOf(dataId));
    const { engine, device } = this;
    const { pipeline, layout } = this.pipelineOf(program);
    const tensors = [...reads, ...writes];
    const buffers = tensors.map(({ dataId }): GPUBufferBinding => ({ buffer: this.bufferOf(dataId) }));
    const resources = [...buffers, this.uniformsOf(program, numbers)];
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    const bound = device.createBindGroup({ layout, entries });
    tensors.forEach(({ dataId }) => engine.commandQueueOwnedIds.add(dataId));
    engine.ensureCommandEncoderReady();
    const pass = (engine.computePassEncoder ??= engine.commandEncoder!.beginComputePass());
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bound);
    pass.dispatchWorkgroups(...groups);
    if (++engine.dispatchCountInPass >= BATCH) {
      engine.endComputePassEncoder();
      engine.submitQueue();
    }
  }

  /** When all that was asked for is done. @throws Error where the GPU reported one */
  async drained(): Promise<void> {
    const { engine, device } = this;
    if (engine.commandEncoder) {
      engine.endComputePassEncoder();
      engine.submitQueue();
    }
    await turns.wait(() => device.queue.onSubmittedWorkDone());
    if (this.failure) throw this.failure;
  }

  /** A tensor's numbers; they are not kept, since programs of ours change tensors in place. @throws Error where the GPU reported one */
  private async read(dataId: object): Promise<tf.TypedArray> {
    const { engine, buffers } = this;
    const { values, resource, dtype, shape } = engine.tensorMap.get(dataId);
    if (values || !resource) return values ?? new Float32Array();
    const bytes = bytesOf(shape);
    const staging = buffers.acquireBuffer(bytes, MAP_READ | COPY_DST);
    engine.ensureCommandEncoderReady();
    engine.endComputePassEncoder();
    engine.commandEncoder!.copyBufferToBuffer(resource, 0, staging, 0, bytes);
    engine.submitQueue();
    await turns.wait(() => staging.mapAsync(MAP_READ_MODE, 0, bytes));
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    buffers.releaseBuffer(staging);
    if (this.failure) throw this.failure;
    if (dtype === 'float32') return new Float32Array(copy);
    return dtype === 'bool' ? Uint8Array.from(new Int32Array(copy)) : new Int32Array(copy);
  }

  /** The tensor's buffer, made and filled when it is first needed. */
  private bufferOf(dataId: object): GPUBuffer {
    const held = this.engine.tensorMap.get(dataId);
    if (held.resource) return held.resource;
    const buffer = this.buffers.acquireBuffer(bytesOf(held.shape), TENSOR);
    if (held.values && held.values.length > 0) {
      const { values, dtype } = held;
      const numbers = dtype === 'float32' ? asFloats(values) : asIntegers(values);
      this.device.queue.writeBuffer(buffer, 0, numbers.buffer, numbers.byteOffset, numbers.byteLength);
    }
    held.values = null;
    held.resource = buffer;
    return buffer;
  }

  private uniformsOf({ numbers: types }: Program, numbers: number[]): Uniforms {
    return this.uniforms.get(types.map((type, i) => type + numbers[i]).join(), () => {
      const size = Math.ceil(types.length / 4) * 16;
      const view = new DataView(new ArrayBuffer(size));
      types.forEach((type, i) => {
        if (type === 'u32') view.setUint32(4 * i, numbers[i], true);
        else view.setFloat32(4 * i, numbers[i], true);
      });
      const buffer = this.buffers.acquireBuffer(size, UNIFORM | COPY_DST);
      this.device.queue.writeBuffer(buffer, 0, view.buffer, 0, size);
      return { buffer, size, offset: 0 };
    });
  }

  private pipelineOf(program: Program): Pipeline {
    let found = this.pipelines.get(program);
    if (!found) {
      const { device } = this;
      const { name: label, code, reads, writes } = program;
      const types: GPUBufferBindingType[] = [
        ...Array<GPUBufferBindingType>(reads).fill('read-only-storage'),
        ...Array<GPUBufferBindingType>(writes).fill('storage'),
        'uniform',
      ];
      const COMPUTE = 4;
      const entries = types.map((type, binding) => ({ binding, visibility: COMPUTE, buffer: { type } }));
      const layout = device.createBindGroupLayout({ label, entries });
      const module = device.createShaderModule({ label, code });
      const pipeline = device.createComputePipeline({
        label,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main' },
      });
      found = { pipeline, layout };
      this.pipelines.set(program, found);
    }
    return found;
  }
}

function bytesOf(shape: number[]): number {
  return shape.reduce((product, length) => product * length, 4);
}

function asFloats(values: tf.TypedArray): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

function asIntegers(values: tf.TypedArray): Int32Array {
  return values instanceof Int32Array ? values : Int32Array.from(values);
}
