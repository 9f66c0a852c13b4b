import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '@ehrsynth/io';
import { build } from './native-engine/build.ts';
import { planOf, type Plan } from './native-engine/plan.ts';

const HELP = `npm run engine:native -- [options]

Sets up TensorFlow's own engine where tfjs-node's download cannot be reached: libtensorflow comes from TensorFlow's wheel.

  --wheel FILE          a wheel of tensorflow or tensorflow-cpu that you have, instead of one by pip
  --libtensorflow DIR   a folder with lib/ and include/, instead of a wheel
  --gpu                 the engine for NVIDIA GPUs, with CUDA's libraries from their wheels (not run by us: see docs/engines.md)
  --remove              take the engine away again

It needs python3 with pip, make and g++, about 1.5 GB of disk while it works, and keeps 1.2 GB and the wheel (0.3 GB) in
~/.cache/ehrsynth for the next time.`;

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ehrsynth');

try {
  if (process.argv.includes('--help')) console.log(HELP);
  else await main(planOf(process.argv.slice(2)));
} catch (error) {
  console.error(`\n${(error as Error).message}`);
  process.exitCode = error instanceof UserError ? error.exitCode : 3;
}

async function main(plan: Plan): Promise<void> {
  const folder = join(root, '.engine', plan.engine);
  if (plan.remove) {
    rmSync(folder, { recursive: true, force: true });
    rmSync(cache, { recursive: true, force: true });
    console.log(`Removed ${folder} and ${cache}`);
    return;
  }
  const started = Date.now();
  const [partial, before] = [`${folder}.partial-${process.pid}`, `${folder}.before-${process.pid}`];
  mkdirSync(cache, { recursive: true });
  const undo = () => rmSync(partial, { recursive: true, force: true });
  process.once('SIGINT', () => (undo(), process.exit(130)));
  try {
    console.log(`Setting up ${plan.engine} in ${folder} …`);
    await build(plan, partial, cache);
  } catch (error) {
    undo();
    throw error;
  }
  const had = moveAside(folder, before);
  renameSync(partial, folder);
  const checker = fileURLToPath(new URL('./native-engine/check.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [checker, plan.engine], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    if (had) renameSync(before, folder);
    const said = stderr.trim().split('\n').slice(-6).join('\n');
    throw new UserError(
      'native-check',
      3,
      `The engine was built, and does not run here; it was taken away again:\n${said}`,
    );
  }
  rmSync(before, { recursive: true, force: true });
  const [kept, cached] = [folder, cache].map((path) => `${(bytesOf(path) / 1e9).toFixed(1)} GB`);
  console.log(
    `${stdout.trim()}\nIn ${Math.round((Date.now() - started) / 1000)} seconds; it takes ${kept} of disk, and ${cached} are kept in ${cache}.`,
  );
}

function moveAside(folder: string, before: string): boolean {
  try {
    renameSync(folder, before);
    return true;
  } catch {
    return false;
  }
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
