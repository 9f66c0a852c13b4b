import * as tf from '@tensorflow/tfjs-core';
import { OnnxBackend } from '../onnx/backend.ts';
import { ThreadedWasm } from '../wasm-threads.ts';
import { WebGpu } from '../webgpu/backend.ts';
import type { Arithmetic } from './arithmetic.ts';
import { onnxArithmetic } from './onnx.ts';
import { plain } from './plain.ts';
import { type NativeEngine, tensorflowArithmetic } from './tensorflow.ts';
import { wasmArithmetic } from './wasm.ts';
import { webgpuArithmetic } from './webgpu.ts';

const made = new WeakMap<object, Arithmetic>();

/** The arithmetic of the engine that runs. */
export function arithmetic(): Arithmetic {
  const engine = tf.backend();
  if (!made.has(engine)) made.set(engine, arithmeticOf(engine));
  return made.get(engine)!;
}

function arithmeticOf(engine: tf.KernelBackend): Arithmetic {
  if (engine instanceof OnnxBackend) return onnxArithmetic(engine);
  if (engine instanceof ThreadedWasm) return wasmArithmetic(engine);
  const gpu = WebGpu.of(engine);
  if (gpu) return webgpuArithmetic(gpu);
  if ('binding' in engine) return tensorflowArithmetic(engine as unknown as NativeEngine);
  return plain;
}
