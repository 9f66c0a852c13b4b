import { createRequire } from 'node:module';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import './gradients.ts';
import { EngineError } from './errors.ts';

/** From the fastest to the one that always works. */
export const ENGINE_NAMES = ['tensorflow-gpu', 'tensorflow', 'wasm', 'cpu'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export interface EngineState {
  name: EngineName;
  available: boolean;
  /** Its version, or in one line why it is not there. */
  detail: string;
}

/** The npm packages of the native engines; optional, found at run time. */
const NATIVE: Partial<Record<EngineName, string>> = {
  'tensorflow-gpu': '@tensorflow/tfjs-node-gpu',
  tensorflow: '@tensorflow/tfjs-node',
};
const load = createRequire(import.meta.url);

/**
 * Starts an engine: the one that is named, or the best one available (GPU, native CPU, WASM, plain CPU).
 * @throws EngineError where the named one is not available
 */
export async function startEngine(wanted: EngineName | 'auto' = 'auto'): Promise<EngineState> {
  const names = wanted === 'auto' ? ENGINE_NAMES : [wanted];
  let why = '';
  for (const name of names) {
    const state = await start(name);
    if (state.available) return state;
    why = state.detail;
  }
  throw new EngineError(wanted, why);
}

/** Every engine with its version or the reason why it is not there; the last one started stays the current one. */
export async function surveyEngines(): Promise<EngineState[]> {
  const states: EngineState[] = [];
  for (const name of [...ENGINE_NAMES].reverse()) states.unshift(await start(name));
  return states;
}

async function start(name: EngineName): Promise<EngineState> {
  const native = NATIVE[name];
  try {
    const version = native ? nativeVersion(native) : tf.version_core;
    const backend = native ? 'tensorflow' : name;
    if (!(await tf.setBackend(backend))) throw new Error('it did not start');
    await tf.ready();
    return {
      name,
      available: true,
      detail: `${native ?? 'TensorFlow.js'} ${version}${native ? '' : detail(name)}`,
    };
  } catch (error) {
    return { name, available: false, detail: native ? absence(native, error) : (error as Error).message };
  }
}

function nativeVersion(packageName: string): string {
  return (load(packageName) as { version: Record<string, string> }).version['tfjs-node'] ?? '';
}

function detail(name: EngineName): string {
  return name === 'wasm' ? ' (SIMD, one thread)' : ' (JavaScript, slow)';
}

function absence(packageName: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'MODULE_NOT_FOUND' && message.includes(packageName)) {
    return `${packageName} is not installed (npm install ${packageName} --no-save --ignore-scripts=false)`;
  }
  return `${packageName} is installed but does not load: ${message.split('\n')[0]}`;
}
