import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { Rng } from '@ehrsynth/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enginesHere } from '../testing/index.ts';
import { arithmetic } from '../arithmetic/index.ts';
import { plain } from '../arithmetic/plain.ts';
import {
  Adam,
  BatchNorm,
  checkArithmetic,
  crossEntropy,
  dense,
  denseLayer,
  SparseBatch,
  startEngine,
  variable,
} from '../index.ts';
import { WebGpu } from './backend.ts';
import { isSoftware, NoAdapterError, openGpu, webgpuAbsence } from './dawn.ts';
import { program } from './program.ts';
import { vulkanFault } from './vulkan.ts';

const isThere = (await enginesHere()).includes('webgpu');
const folder = mkdtempSync(join(tmpdir(), 'webgpu-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('where there is no WebGPU', () => {
  const absence = async (packages: Record<string, string>) => {
    const own = mkdtempSync(join(folder, 'packages-'));
    for (const [path, text] of Object.entries(packages)) {
      mkdirSync(join(own, 'node_modules', path, '..'), { recursive: true });
      writeFileSync(join(own, 'node_modules', path), text);
    }
    return openGpu(createRequire(join(own, 'here.js'))).then(
      () => undefined,
      (error: Error) => webgpuAbsence(error),
    );
  };

  it('says in one line that the package is not installed', async () => {
    expect(await absence({})).toEqual({ detail: 'webgpu is not installed', todo: 'ehrsynth engine add webgpu' });
  });

  it('says why a package does not load, and that a machine without a GPU has none', () => {
    const lacking = Object.assign(new Error("Cannot find module '/here/linux-riscv64.dawn.node'\nRequire stack:"), {
      code: 'MODULE_NOT_FOUND',
    });
    expect(webgpuAbsence(lacking).detail).toBe(
      `webgpu is installed but does not load: it has no binary for ${process.platform} on ${process.arch}`,
    );
    const old = new Error("libc.so.6: version `GLIBC_2.35' not found");
    expect(webgpuAbsence(old).detail).toBe(`webgpu is installed but does not load: ${old.message}`);
    expect(webgpuAbsence(new NoAdapterError('no GPU was found'))).toEqual({ detail: 'no GPU was found' });
  });

  it.runIf(process.platform === 'linux' && isThere)('names the library that a driver lacks', () => {
    const given = process.env['VK_DRIVER_FILES'];
    const driver = (name: string, text: string) => {
      process.env['VK_DRIVER_FILES'] = join(folder, name);
      if (text) writeFileSync(join(folder, name), text);
    };
    try {
      driver('none.json', '');
      expect(vulkanFault(true)).toMatch(/^no driver for Vulkan is installed/);
      driver('card.json', '{"ICD": {"library_path": "libOfNoCard.so.0"}}');
      expect(vulkanFault(false)).toBe(
        'the driver of card.json does not load, because this machine lacks libOfNoCard.so.0',
      );
      driver('lvp_icd.json', '{"ICD": {"library_path": "libvulkan_lvp.so"}}');
      expect(vulkanFault(false)).toBe('only drivers that compute in software are installed');
      driver('loads.json', '{"ICD": {"library_path": "libc.so.6"}}');
      expect(vulkanFault(false)).toBeUndefined();
    } finally {
      if (given === undefined) delete process.env['VK_DRIVER_FILES'];
      else process.env['VK_DRIVER_FILES'] = given;
    }
  });

  it('knows adapters that compute in software', () => {
    const info = (description: string) => ({ vendor: '', architecture: '', device: '', description });
    expect(isSoftware(info('SwiftShader driver 5.0.0'))).toBe(true);
    expect(isSoftware(info('llvmpipe (LLVM 15.0.6, 256 bits)'))).toBe(true);
    expect(isSoftware({ ...info('a driver'), isFallbackAdapter: true })).toBe(true);
    expect(isSoftware({ ...info('NVIDIA: 550.54 550.54.15.0'), vendor: 'nvidia', isFallbackAdapter: false })).toBe(
      false,
    );
  });

  it.runIf(isThere)('does not take a software adapter by itself', async () => {
    if (!isSoftware(WebGpu.of(await engine())!.info)) return;
    expect((await startEngine()).name).not.toBe('webgpu');
    process.env['EHRSYNTH_WEBGPU_SOFTWARE'] = '0';
    await expect(openGpu()).rejects.toThrow(/software/);
    process.env['EHRSYNTH_WEBGPU_SOFTWARE'] = '1';
  });
});

const engine = async () => {
  await startEngine('webgpu');
  return tf.backend();
};
const numbers = async (tensor: tf.Tensor) => [...(await tensor.data())];
const closeTo = async (found: tf.Tensor, expected: tf.Tensor) => {
  const [a, b] = [await numbers(found), await numbers(expected)];
  expect(a).toHaveLength(b.length);
  expect(Math.hypot(...a.map((one, i) => one - b[i])) / Math.hypot(...b)).toBeLessThan(1e-5);
};

describe.runIf(isThere)('programs of ours', () => {
  beforeAll(async () => void (await engine()));
  const rng = new Rng(2);
  const random = (rows: number, columns: number) => tf.tensor2d(rng.normals32(rows * columns), [rows, columns]);
  it('compute what plain JavaScript does, and the same bits again', async () => {
    for (const { part, error, isRepeated } of await checkArithmetic('webgpu')) {
      expect(error, part).toBeLessThan(1e-5);
      expect(isRepeated, part).toBe(true);
    }
  });

  it('sum more rows than one workgroup takes', async () => {
    const x = random(1100, 21);
    await closeTo(arithmetic().columnSums(x), plain.columnSums(x));
  });

  it('do nothing with rows that are none', async () => {
    const none = new SparseBatch({ rows: 0, columns: 5, indptr: Int32Array.of(0), indices: new Int32Array() });
    expect((await arithmetic().sparseProduct(none, random(5, 3)).data()).length).toBe(0);
    expect(await numbers(arithmetic().sparseTransposeProduct(none, tf.zeros([0, 3])))).toEqual(Array(15).fill(0));
    expect(await numbers(arithmetic().columnSums(tf.zeros([0, 2])))).toEqual([0, 0]);
  });

  it('change variables in place, but not what others hold of them', async () => {
    const w = variable(tf.tensor2d([[5, 2]]));
    const adam = new Adam([w], { learningRate: 1, epsilon: 0 });
    const step = () => tf.tidy(() => adam.apply([tf.tensor2d([[4, -4]])]));
    const rounded = async (tensor: tf.Tensor) => (await numbers(tensor)).map((one) => Number(one.toFixed(2)));
    step();
    const { dataId } = w;
    expect(await rounded(w)).toEqual([4, 3]);
    step();
    expect(w.dataId).toBe(dataId);
    const former = tf.clone(w);
    step();
    expect(await rounded(former)).toEqual([3, 4]);
    expect(await rounded(w)).toEqual([2, 5]);
  });

  /** Some steps of a small network on batches of other sizes; its loss and weights. */
  const trained = async (sizes: number[]) => {
    const own = new Rng(8);
    const [first, last, norm] = [denseLayer(40, 16, own), denseLayer(16, 40, own), new BatchNorm(16)];
    const variables = [first.weights, first.bias!, last.weights, last.bias!, norm.scale, norm.offset];
    const adam = new Adam(variables, { learningRate: 0.01 });
    const found: number[] = [];
    for (const size of sizes) {
      const indptr = Int32Array.from({ length: size + 1 }, (_, i) => 2 * i);
      const indices = Int32Array.from({ length: 2 * size }, (_, i) => 20 * (i % 2) + own.int(20));
      const x = new SparseBatch({ rows: size, columns: 40, indptr, indices });
      const loss = adam.minimize(() => crossEntropy(dense(norm.train(dense(x, first, 'tanh')), last), x));
      x.dispose();
      found.push(...(await loss.data()));
      loss.dispose();
    }
    found.push(...(await Promise.all(variables.map(numbers))).flat());
    tf.dispose([...variables, norm.mean, norm.variance, ...Object.values(adam.named(''))]);
    return found;
  };

  it('give the same bits again', async () => {
    expect(await trained([30, 70, 30])).toEqual(await trained([30, 70, 30]));
  });

  it('need no more memory for tensors that are gone, whatever their lengths', async () => {
    const { buffers } = WebGpu.of(tf.backend())!;
    await trained([50, 51, 52, 53]);
    const before = buffers.numBytesAllocated;
    await trained([53, 50, 51, 52, 50, 53]);
    // Of numbers that change with each step, some bytes.
    expect(buffers.numBytesAllocated - before).toBeLessThan(2000);
  });

  it('leave no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await trained([20]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leave Node free to end, once what was asked for is there', async () => {
    await numbers(random(30, 40));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(process.getActiveResourcesInfo()).not.toContain('Immediate');
  });

  it('that the GPU refuses are an error of the next reading', async () => {
    const gpu = WebGpu.of(tf.backend())!;
    const wrong = program({
      name: 'wrong',
      reads: {},
      writes: ['out'],
      numbers: { size: 'u32' },
      threads: [1, 1],
      body: 'no WGSL',
    });
    const out = gpu.make([1]);
    gpu.run(wrong, [], [out], [1], [1, 1, 1]);
    await expect(gpu.drained()).rejects.toThrow(/The GPU reports: .*WGSL/);
  });
});
