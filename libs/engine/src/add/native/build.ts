import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '@ehrsynth/io';
import type { Plan } from './plan.ts';
import { unpackCuda, unpackTensorflow } from './unpack.ts';

/** What node-gyp needs, and says so badly. */
const TOOLS = ['python3', 'make', 'g++'];

/**
 * Makes the engine's folder: libtensorflow, tfjs-node from the npm registry without its install script, and its binding built
 * from source. @throws UserError where a step fails; the folder is the caller's to remove
 */
export async function build(plan: Plan, folder: string, cache: string): Promise<void> {
  const missing = TOOLS.filter((tool) => spawnSync(tool, ['--version']).status !== 0);
  if (missing.length > 0) {
    throw new UserError('native-tools', 3, `Building the binding needs ${missing.join(', ')}`, {
      todo: 'On Debian and Ubuntu: apt-get install python3 make g++.',
    });
  }
  const deps = join(folder, 'deps');
  mkdirSync(join(deps, 'lib'), { recursive: true });
  if ('folder' in plan.source) copyLibtensorflow(plan.source.folder, deps);
  else await unpackTensorflow('wheel' in plan.source ? plan.source.wheel : download(plan.source.pip, cache), deps);
  for (const name of plan.cudaWheels) await unpackCuda(download(name, cache), deps);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const packages = [plan.npmPackage, 'node-gyp', 'node-addon-api'];
  run('npm', [...npm, ...packages], folder, 'tfjs-node cannot be installed from the npm registry');
  const home = join(folder, 'node_modules', plan.npmPackage.replace(/@[\d.]+$/, ''));
  renameSync(deps, join(home, 'deps'));
  compile(home, folder);
}

/** The wheel from the cache, or by pip; pip's own files do not stay. */
function download(requirement: string, cache: string): string {
  const folder = join(cache, requirement.replace(/[^\w.=-]/g, '_'));
  const held = () => (existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.whl')) : undefined);
  if (!held()) {
    const partial = `${folder}.partial-${process.pid}`;
    const pip = ['-m', 'pip', 'download', '--no-deps', '--no-cache-dir', '--only-binary=:all:', '-q', '-d', partial];
    run('python3', [...pip, requirement], process.cwd(), `pip cannot download ${requirement}`, {
      todo: 'Give a wheel that you have with --wheel FILE, or a folder with --libtensorflow DIR.',
    });
    rmSync(folder, { recursive: true, force: true });
    cpSync(partial, folder, { recursive: true });
    rmSync(partial, { recursive: true });
  }
  return join(folder, held()!);
}

/** A folder as TensorFlow's libtensorflow archives have it: lib/libtensorflow.so… and include/. */
function copyLibtensorflow(from: string, deps: string): void {
  const absent = ['lib', 'include'].filter((part) => !existsSync(join(from, part)));
  if (absent.length > 0) {
    throw new UserError('native-libtensorflow', 2, `Not a libtensorflow folder: ${absent.join(' and ')} missing`, {
      where: from,
      todo: 'Give the folder that the archive of libtensorflow was unpacked to.',
    });
  }
  for (const part of ['lib', 'include']) {
    cpSync(join(resolve(from), part), join(deps, part), { recursive: true, verbatimSymlinks: true });
  }
}

function compile(home: string, folder: string): void {
  const binding = join(home, 'lib', 'napi-v8');
  const definitions = [
    '--module_name=tfjs_binding',
    `--module_path=${binding}`,
    `--module=${join(binding, 'tfjs_binding.node')}`,
    '--napi_version=8',
    '--napi_build_version=8',
  ];
  // Node's own headers where it came with them, so that nothing is downloaded.
  const own = dirname(dirname(process.execPath));
  const headers = existsSync(join(own, 'include', 'node', 'node_api.h')) ? [`--nodedir=${own}`] : [];
  const gyp = join(folder, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  run(
    process.execPath,
    [gyp, 'rebuild', '--loglevel=error', ...headers, ...definitions],
    home,
    'The binding cannot be built',
  );
}

function run(command: string, args: string[], cwd: string, what: string, { todo }: { todo?: string } = {}): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status === 0) return;
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-12).join('\n');
  throw new UserError('native-build', 3, `${what}:\n${said}`, { where: [command, ...args].join(' '), todo });
}
