import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const NAME = 'ehrsynth-bench-gpu';
/** What the script imports, and what the engine finds at run time. */
const PACKAGES = ['engine', 'matrix', 'models', 'random'].map((name) => `@ehrsynth/${name}`);
const LEFT_OUT = ['onnxruntime-node'];
const KEPT = ['.js', '.mjs', '.cjs', '.json', '.wasm', '.node'];

/** Writes an archive with Node, this script and the modules that it needs, for this platform: `tar xf FILE && ehrsynth-bench-gpu/run`. */
export function pack(file: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'ehrsynth-pack-'));
  const into = join(folder, NAME);
  try {
    for (const part of ['tools/dist', 'tools/bench', 'node_modules']) mkdirSync(join(into, part), { recursive: true });
    copyFileSync(process.execPath, join(into, 'node'));
    const script = '#!/bin/sh\ncd "$(dirname "$0")" && exec ./node tools/dist/bench-gpu.js "$@"\n';
    writeFileSync(join(into, 'run'), script, { mode: 0o755 });
    writeFileSync(join(into, 'package.json'), '{ "type": "module" }\n');
    for (const part of ['bench-gpu.js', 'bench-gpu', 'bench/cohort.js'])
      cpSync(join(root, 'tools/dist', part), join(into, 'tools/dist', part), { recursive: true });
    for (const part of ['on_gpu.py', 'medgan_torch.py', 'autoregressive_torch.py'])
      copyFileSync(join(root, 'tools/bench', part), join(into, 'tools/bench', part));
    const placed = new Set<string>();
    for (const name of PACKAGES) place(name, root, join(into, 'node_modules'), placed);
    // By the file's name: .tar.xz is the smallest, .tar.gz opens everywhere.
    const { status, stderr } = spawnSync('tar', ['-caf', resolve(file), '-C', folder, NAME], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`tar failed: ${stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A package and all that it needs, each under its name; a second version of one stays within the package that wants it. */
function place(name: string, from: string, modules: string, placed: Set<string>): void {
  const source = sourceOf(name, from);
  const own = join(modules, name);
  if (!source || LEFT_OUT.includes(name)) return;
  if (existsSync(own)) {
    if (placed.has(source)) return;
    const version = (folder: string) => manifest(folder).version;
    if (version(source) === version(own)) return;
    throw new Error(`there are two versions of ${name}`);
  }
  placed.add(source);
  cpSync(source, own, { recursive: true, filter: (path) => isNeeded(path, source, name) });
  const { dependencies, optionalDependencies } = manifest(source);
  for (const one of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const nested = join(source, 'node_modules', one);
    // What it has for itself alone, where others have another version of it.
    place(one, source, existsSync(nested) ? join(own, 'node_modules') : modules, placed);
  }
}

function manifest(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
    dependencies?: Record<string, string>;
    optionalDependencies?: Record<string, string>;
  };
}

/** Where Node would find it; undefined where it is not installed. */
function sourceOf(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return realpathSync(found);
    if (folder === dirname(folder)) return undefined;
  }
}

/** Code and what it reads; of TensorFlow.js the one file that Node takes, and of Dawn this platform's. */
function isNeeded(path: string, source: string, name: string): boolean {
  const within = path.slice(source.length + 1);
  const file = basename(path);
  const extension = extname(path);
  if (within === '') return true;
  if (within.startsWith('node_modules')) return false;
  if (name.startsWith('@ehrsynth/') && !/^(dist|workers|package\.json)/.test(within)) return false;
  if (extension === '' || !/^\.[a-z]+$/.test(extension)) return true;
  if (!KEPT.includes(extension)) return false;
  if (name.startsWith('@tensorflow/') && extension === '.js')
    return file.endsWith('.node.js') || within.includes('wasm-out');
  const arch = process.platform === 'darwin' ? 'universal' : process.arch;
  return extension !== '.node' || file.startsWith(`${process.platform}-${arch}`);
}
