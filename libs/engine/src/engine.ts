import { availableParallelism } from 'node:os';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { NativeEngine } from './arithmetic/tensorflow.ts';
import { EngineError } from './errors.ts';
import { ENGINE_NAMES, type EngineName } from './names.ts';
import { absence, gpuMemory, loadNative } from './native.ts';
import { OnnxBackend } from './onnx/backend.ts';
import { ONNX_BACKEND, registerOnnxKernels } from './onnx/kernels.ts';
import { onnxAbsence, Runtime } from './onnx/runtime.ts';
import { threadsSetting } from './threads.ts';
import { ThreadedWasm } from './wasm-threads.ts';
import { arithmetic } from './arithmetic/index.ts';
import { WebGpu } from './webgpu/backend.ts';
import { isSoftware, openGpu, webgpuAbsence } from './webgpu/dawn.ts';

export interface EngineState {
  name: EngineName;
  available: boolean;
  /** Its version, threads and memory, or in one line why it is not there. */
  detail: string;
  /** The command that brings it, where it is not there. */
  todo?: string;
  /** Of `webgpu`: the processor stands in for a GPU; used only where it is named. */
  isSoftware?: boolean;
}

// Without the checks, and the notes to developers, that TensorFlow.js makes otherwise.
tf.env().set('PROD', true);
tf.removeBackend('wasm');
let wasmFailure: Error | undefined;
tf.registerBackend('wasm', () =>
  ThreadedWasm.start().catch((error: Error) => {
    // TensorFlow.js itself says only that it failed.
    wasmFailure = error;
    throw error;
  }),
);
let onnxFailure: Error | undefined;
registerOnnxKernels();
tf.registerBackend(ONNX_BACKEND, () => {
  try {
    return new OnnxBackend(Runtime.load());
  } catch (error) {
    onnxFailure = error as Error;
    throw error;
  }
});
let webgpuFailure: Error | undefined;
tf.registerBackend('webgpu', async () => {
  try {
    return WebGpu.start(await openGpu()).engine;
  } catch (error) {
    webgpuFailure = error as Error;
    throw error;
  }
});

/**
 * Starts an engine: the one that is named, or the best one available (GPU, native CPU, WASM, plain CPU).
 * @throws EngineError where the named one is not available; BadThreadsError where EHRSYNTH_THREADS is no number of threads
 */
export async function startEngine(wanted: EngineName | 'auto' = 'auto'): Promise<EngineState> {
  // Here, since an engine that does not start is taken for one that is not there.
  threadsSetting();
  const names = wanted === 'auto' ? ENGINE_NAMES : [wanted];
  let last: EngineState | undefined;
  for (const name of names) {
    last = await start(name);
    if (last.available && !(wanted === 'auto' && last.isSoftware)) return last;
  }
  throw new EngineError(wanted, last!.detail, last!.todo);
}

/**
 * Every engine with its version or the reason why it is not there; the last one started stays the current one.
 * @throws BadThreadsError where EHRSYNTH_THREADS is no number of threads
 */
export async function surveyEngines(): Promise<EngineState[]> {
  threadsSetting();
  const states: EngineState[] = [];
  for (const name of [...ENGINE_NAMES].reverse()) states.unshift(await start(name));
  return states;
}

/** When the engine is done with all that it was asked for: a GPU computes for itself meanwhile. */
export async function engineDrained(): Promise<void> {
  await arithmetic().drained?.();
}

async function start(name: EngineName): Promise<EngineState> {
  if (name === 'tensorflow-gpu' || name === 'tensorflow') {
    try {
      const version = loadNative(name);
      await use('tensorflow');
      const { binding, isUsingGpuDevice } = tf.backend() as unknown as NativeEngine;
      const detail = `${version}, TensorFlow ${String(binding.TF_Version)}`;
      if (name === 'tensorflow') return { name, available: true, detail: `${detail}, ${threads()}` };
      if (!isUsingGpuDevice) throw new Error('TensorFlow found no GPU that it can use');
      return { name, available: true, detail: [detail, ...gpuMemory()].join('; ') };
    } catch (error) {
      return { name, available: false, ...absence(name, error) };
    }
  }
  try {
    await use(name);
    const engine = tf.backend();
    const gpu = WebGpu.of(engine);
    if (gpu) return { name, available: true, detail: gpu.detail, isSoftware: isSoftware(gpu.info) };
    if (engine instanceof OnnxBackend)
      return { name, available: true, detail: `ONNX Runtime ${engine.version}, ${counted(engine.threads)}` };
    return { name, available: true, detail: `TensorFlow.js ${tf.version_core} ${embedded(name)}` };
  } catch (error) {
    if (name === 'onnx') return { name, available: false, ...onnxAbsence(onnxFailure ?? (error as Error)) };
    if (name === 'webgpu') return { name, available: false, ...webgpuAbsence(webgpuFailure ?? (error as Error)) };
    const { message } = (name === 'wasm' ? wasmFailure : undefined) ?? (error as Error);
    return { name, available: false, detail: message };
  }
}

async function use(backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error('it did not start');
  await tf.ready();
}

function embedded(name: EngineName): string {
  const engine = tf.backend();
  return engine instanceof ThreadedWasm ? `(SIMD, ${counted(engine.threads)})` : `(${name}: JavaScript, slow)`;
}

function threads(): string {
  return counted(Number(process.env['TF_NUM_INTRAOP_THREADS']) || availableParallelism());
}

function counted(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}
