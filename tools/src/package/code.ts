import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { CODE, libraries, ROOT, STAGED, workers } from './layout.ts';
import { LOADED, located } from './located.ts';

/** What stays a package of its own: DuckDB has native code for each platform; the rest is found at run time where it is. */
const APART = [
  /^@duckdb\//,
  'pg-native',
  /^onnxruntime-node/,
  'webgpu',
  /^@tensorflow\/tfjs-node/,
]; /** jsonc-parser's CommonJS loads its parts by a `require` that it is handed, which no bundler can follow; its ES modules are as good. */
const jsoncParser: Plugin = {
  name: 'jsonc-parser',
  async resolveId(source, importer) {
    if (source !== 'jsonc-parser') return null;
    const found = await this.resolve(source, importer, { skipSelf: true });
    return found && { ...found, id: found.id.replace(/([\\/])umd([\\/])/, '$1esm$2') };
  },
};

/**
 * Bundles the CLI, the libraries and their threads, with all modules of others that they use, into the package.
 * @returns paths of the modules of others that went in
 */
export async function bundleCode(): Promise<Set<string>> {
  const entries = libraries().map(({ name, folder }) => [
    name === 'pipeline' ? 'index' : name,
    join(folder, 'dist/index.js'),
  ]);
  const modules = await write({
    cli: join(ROOT, 'apps/cli/dist/main.js'),
    ...Object.fromEntries(entries),
    ...workers(),
  });
  for (const path of await writeLoaded()) modules.add(path);
  return modules;
}

async function write(input: Record<string, string>): Promise<Set<string>> {
  const build = await rolldown({
    input,
    platform: 'node',
    external: APART,
    plugins: [located(), jsoncParser],
    onLog: refuseWarnings,
  });
  const { output } = await build.write({
    dir: join(STAGED, CODE),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared-[name]-[hash].js',
    keepNames: true,
  });
  await build.close();
  const chunks = output.filter((part) => part.type === 'chunk');
  chunks.forEach(checkPlaces);
  const paths = chunks.flatMap(({ moduleIds }) => moduleIds);
  return new Set(paths.filter((path) => path.includes('node_modules')));
}

/** TensorFlow.js's engine for threads and that for WebGPU, which are loaded when they are chosen. */
async function writeLoaded(): Promise<string[]> {
  const to = join(STAGED, CODE);
  mkdirSync(to, { recursive: true });
  const { resolve } = createRequire(import.meta.url);
  const threaded = Object.keys(LOADED).find((name) => name.includes('threaded'))!;
  copyFileSync(resolve(threaded), join(to, LOADED[threaded]));
  const worker = threaded.replace(/\.js$/, '.worker.js');
  copyFileSync(resolve(worker), join(to, 'tfjs-backend-wasm-threaded-simd.worker.cjs'));
  const wasm = join(dirname(resolve(threaded)), 'tfjs-backend-wasm-threaded-simd.wasm');
  copyFileSync(wasm, join(to, 'tfjs-backend-wasm-threaded-simd.wasm'));
  const thread = readFileSync(join(ROOT, 'libs/engine/workers/wasm-thread.cjs'), 'utf8');
  writeFileSync(join(to, 'wasm-thread.cjs'), thread.replace(worker, './tfjs-backend-wasm-threaded-simd.worker.cjs'));
  const webgpu = '@tensorflow/tfjs-backend-webgpu';
  const build = await rolldown({ input: resolve(webgpu), platform: 'node' });
  const { output } = await build.write({ file: join(to, LOADED[webgpu]), format: 'cjs', keepNames: true });
  await build.close();
  const echarts = resolve('echarts/dist/echarts.min.js');
  return [echarts, resolve(threaded), ...output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []))];
}

/** A warning says that something will be missing at run time. */
function refuseWarnings(level: string, { message = '' }: { message?: string }): void {
  if (level === 'warn') throw new Error(message);
}

/** A module that still looks for files above its own folder would find none. @throws Error */
function checkPlaces({ fileName, code }: { fileName: string; code: string }): void {
  const [found] = /new URL\(["'`]\.\.\/(?!package\.json)[^)]*\)/.exec(code) ?? [];
  if (found) throw new Error(`${fileName} looks for a file by ${found}, which is not in the package`);
}
