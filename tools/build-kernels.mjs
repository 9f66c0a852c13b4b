// Compiles libs/engine/assembly/kernels.ts to the WASM module that the embedded engine loads, when it has changed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = `${root}libs/engine/assembly/kernels.ts`;
const target = `${root}libs/engine/dist/kernels.wasm`;
const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'threads'];
// It works in the engine's memory, which all of its threads share; 65,536 pages are 4 GB.
const memory = ['--importMemory', '--sharedMemory', '--maximumMemory', '65536'];

if (!existsSync(target) || statSync(target).mtimeMs < statSync(source).mtimeMs) {
  mkdirSync(dirname(target), { recursive: true });
  const asc = `${root}node_modules/assemblyscript/bin/asc.js`;
  const args = [asc, source, '-o', target, ...options, ...memory];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  process.exitCode = status === 0 ? 0 : 3;
}
