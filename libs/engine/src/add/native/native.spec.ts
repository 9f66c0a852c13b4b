import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADDABLE } from '../catalogue.ts';
import { build } from './build.ts';
import { planOf } from './plan.ts';
import { placeOf, unpackCuda, unpackTensorflow } from './unpack.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'native-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** A wheel with the given files. */
function wheel(name: string, files: Record<string, string>): string {
  const path = join(folder, name);
  writeFileSync(path, zipSync(Object.fromEntries(Object.entries(files).map(([file, text]) => [file, strToU8(text)]))));
  return path;
}

describe('what is to be done', () => {
  it('without options: TensorFlow for the CPU, from a wheel by pip', () => {
    expect(planOf(ADDABLE.native)).toMatchObject({
      npmPackage: expect.stringMatching(/^@tensorflow\/tfjs-node@[\d.]+$/),
      source: { pip: expect.stringMatching(/^tensorflow-cpu==[\d.]+$/) },
      cudaWheels: [],
    });
  });

  it('for a GPU: its package, TensorFlow with CUDA, and its libraries', () => {
    const plan = planOf(ADDABLE['native-gpu']);
    expect(plan.npmPackage).toMatch(/^@tensorflow\/tfjs-node-gpu@/);
    expect(plan.source).toEqual({ pip: expect.stringMatching(/^tensorflow==/) });
    expect(plan.cudaWheels).toContain('nvidia-cudnn-cu12');
    // Who gives a wheel of their own, or a folder, has CUDA as they want it.
    expect(planOf(ADDABLE['native-gpu'], { libtensorflow: '/opt/tf' }).cudaWheels).toEqual([]);
  });

  it('a wheel or a folder that one has; not both', () => {
    expect(planOf(ADDABLE.native, { wheel: 'a.whl' }).source).toEqual({ wheel: 'a.whl' });
    expect(planOf(ADDABLE.native, { libtensorflow: 'dir' }).source).toEqual({ folder: 'dir' });
    expect(() => planOf(ADDABLE.native, { wheel: 'a.whl', libtensorflow: 'dir' })).toThrow(
      /Both --wheel and --libtensorflow/,
    );
  });
});

describe('a wheel', () => {
  it('gives its libraries and the headers that the binding needs, and nothing else', () => {
    expect(placeOf('tensorflow/libtensorflow_cc.so.2')).toBe('lib/libtensorflow_cc.so.2');
    expect(placeOf('tensorflow/include/tensorflow/c/eager/c_api.h')).toBe('include/tensorflow/c/eager/c_api.h');
    expect(placeOf('tensorflow/include/xla/tsl/c/tsl_status.h')).toBe('include/xla/tsl/c/tsl_status.h');
    expect(placeOf('tensorflow/python/_pywrap_tensorflow.so')).toBeUndefined();
    expect(placeOf('tensorflow/include/tensorflow/compiler/x.h')).toBeUndefined();
    expect(placeOf('nvidia/cudnn/lib/libcudnn.so.9')).toBe('lib/libcudnn.so.9');
    expect(placeOf('nvidia/cudnn/include/cudnn.h')).toBeUndefined();
  });

  it('is unpacked with the names that the binding links to', async () => {
    const path = wheel('tensorflow.whl', {
      'tensorflow/libtensorflow_cc.so.2': 'cc',
      'tensorflow/libtensorflow_framework.so.2': 'framework',
      'tensorflow/include/tensorflow/c/c_api.h': 'api',
      'tensorflow/python/big.py': 'x',
    });
    const deps = join(folder, 'deps');
    mkdirSync(join(deps, 'lib'), { recursive: true });
    await unpackTensorflow(path, deps);
    expect(readFileSync(join(deps, 'lib', 'libtensorflow.so'), 'utf8')).toBe('cc');
    expect(lstatSync(join(deps, 'lib', 'libtensorflow.so')).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(deps, 'lib', 'libtensorflow_framework.so'))).toBe('libtensorflow_framework.so.2');
    expect(readFileSync(join(deps, 'include', 'tensorflow', 'c', 'c_api.h'), 'utf8')).toBe('api');
    await unpackCuda(wheel('cudnn.whl', { 'nvidia/cudnn/lib/libcudnn.so.9': 'cudnn' }), deps);
    expect(readdirSync(join(deps, 'lib')).sort()).toEqual([
      'libcudnn.so.9',
      'libtensorflow.so',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so',
      'libtensorflow_framework.so.2',
    ]);
  });

  it('of something else, or no wheel at all, is an error that says so', async () => {
    const other = wheel('other.whl', { 'numpy/core.so': 'x' });
    await expect(unpackTensorflow(other, join(folder, 'a'))).rejects.toThrow(
      /Not a wheel of TensorFlow[\s\S]*other\.whl/,
    );
    const broken = join(folder, 'broken.whl');
    writeFileSync(broken, 'not a zip');
    await expect(unpackTensorflow(broken, join(folder, 'b'))).rejects.toThrow(/cannot be opened[\s\S]*broken\.whl/);
  });
});

describe('a folder that is no libtensorflow', () => {
  it('is refused before anything is installed', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const target = join(folder, 'target');
    await expect(build(planOf(ADDABLE.native, { libtensorflow: empty }), target, folder)).rejects.toThrow(
      /Not a libtensorflow folder: lib and include missing|Building the binding needs/,
    );
    expect(existsSync(join(target, 'node_modules'))).toBe(false);
  });
});
