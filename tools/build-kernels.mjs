// Compiles libs/engine/assembly to the WASM modules that the engines load, when it has changed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}libs/engine/assembly/`;
const changed = Math.max(...readdirSync(folder).map((name) => statSync(`${folder}${name}`).mtimeMs));
const dist = `${root}libs/engine/dist/`;
// Vectors pass between our own files only: warning 112 is about others.
const options = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--importMemory',
  '--disableWarning',
  '112',
];
// In the WASM engine they work in its memory, which all of its threads share; on ONNX Runtime in one of their own.
// 65,536 pages are 4 GB.
const builds = {
  'kernels.wasm': ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'],
  'kernels-unshared.wasm': ['--maximumMemory', '65536'],
};

mkdirSync(dist, { recursive: true });
for (const [name, memory] of Object.entries(builds)) {
  const target = `${dist}${name}`;
  if (existsSync(target) && statSync(target).mtimeMs >= changed) continue;
  const asc = `${root}node_modules/assemblyscript/bin/asc.js`;
  const args = [asc, `${folder}kernels.ts`, '-o', target, ...options, ...memory];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 3;
}
