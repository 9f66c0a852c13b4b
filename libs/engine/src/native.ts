import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The npm packages of the native engines; optional, found at run time. */
export const NATIVE_PACKAGES = {
  'tensorflow-gpu': '@tensorflow/tfjs-node-gpu',
  tensorflow: '@tensorflow/tfjs-node',
} as const;
export type NativeName = keyof typeof NATIVE_PACKAGES;

/** Where `npm run engine:native` puts the native engines, one folder each. */
export const engineFolder = fileURLToPath(new URL('../../../.engine', import.meta.url));

/**
 * Loads a native engine's package, which registers it with TensorFlow.js: the one that `npm run engine:native` set up, else an
 * installed one. Gives the package's version. @throws Error where there is none or it does not load
 */
export function loadNative(name: NativeName): string {
  // TensorFlow's own notes at its start are not the user's concern; its errors are.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  // On two cores, waking its other threads takes longer than they help (docs/engines.md).
  if (availableParallelism() <= 2) process.env['TF_NUM_INTRAOP_THREADS'] ??= '1';
  const { version } = load(name) as { version: Record<string, string> };
  return `tfjs-node ${version['tfjs-node']}`;
}

/** In one line why a native engine is not there, and what brings it. */
export function absence(name: NativeName, error: unknown): { detail: string; todo: string } {
  const { code, message } = error as NodeJS.ErrnoException;
  const missing = code === 'MODULE_NOT_FOUND' && message.includes(NATIVE_PACKAGES[name]);
  const gpu = name === 'tensorflow-gpu';
  const detail = missing
    ? `${NATIVE_PACKAGES[name]} is not installed`
    : `it is installed but does not load: ${message.split('\n')[0]}`;
  const noGpu = gpu && gpuMemory().length === 0 ? '; no NVIDIA GPU was found' : '';
  return { detail: detail + noGpu, todo: `npm run engine:native${gpu ? ' -- --gpu' : ''}` };
}

/** Name and memory of each NVIDIA GPU, as its driver's own tool says; empty where there is none. */
export function gpuMemory(): string[] {
  const query = ['--query-gpu=name,memory.total,memory.free', '--format=csv,noheader'];
  const { status, stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split('\n').filter(Boolean) : [];
}

function load(name: NativeName): unknown {
  const own = join(engineFolder, name);
  const from = existsSync(join(own, 'package.json')) ? join(own, 'package.json') : import.meta.url;
  return createRequire(from)(NATIVE_PACKAGES[name]);
}
