import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { ADDABLE } from './add/catalogue.ts';
import { commandFor, requireOf } from './add/folders.ts';

/** TensorFlow's own engines; optional, found at run time. */
const NATIVE = { 'tensorflow-gpu': ADDABLE['native-gpu'], tensorflow: ADDABLE.native } as const;
export type NativeName = keyof typeof NATIVE;

/**
 * Loads a native engine's package, which registers it with TensorFlow.js: an installed one, else the one that `ehrsynth engine add`
 * brought. Gives the package's version. @throws Error where there is none or it does not load
 */
export function loadNative(name: NativeName): string {
  // TensorFlow's own notes at its start are not the user's concern; its errors are.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  // On two cores, waking its other threads takes longer than they help (docs/engines.md).
  if (availableParallelism() <= 2) process.env['TF_NUM_INTRAOP_THREADS'] ??= '1';
  const engine = NATIVE[name];
  const { version } = requireOf(engine)(engine.package) as { version: Record<string, string> };
  return `tfjs-node ${version['tfjs-node']}`;
}

/** In one line why a native engine is not there, and what brings it. */
export function absence(name: NativeName, error: unknown): { detail: string; todo?: string } {
  const { code, message } = error as NodeJS.ErrnoException;
  const engine = NATIVE[name];
  const missing = code === 'MODULE_NOT_FOUND' && message.includes(engine.package);
  const detail = missing
    ? `${engine.package} is not installed`
    : `it is installed but does not load: ${message.split('\n')[0]}`;
  const noGpu = engine.needsGpu && gpuMemory().length === 0 ? '; no NVIDIA GPU was found' : '';
  return { detail: detail + noGpu, todo: commandFor(engine) };
}

/** Name and memory of each NVIDIA GPU, as its driver's own tool says; empty where there is none. */
export function gpuMemory(): string[] {
  const query = ['--query-gpu=name,memory.total,memory.free', '--format=csv,noheader'];
  const { status, stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split('\n').filter(Boolean) : [];
}
