import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Adam, follow, SparseBatch, startEngine, surveyEngines, tf, variable } from '../index.ts';
import { ADDABLE, PLATFORM } from '../add/catalogue.ts';
import { arithmetic } from '../arithmetic/index.ts';
import type { OnnxBackend } from './backend.ts';
import { onnxAbsence, Runtime } from './runtime.ts';

const isThere = (await surveyEngines()).some(({ name, available }) => name === 'onnx' && available);

describe('where ONNX Runtime is not there', () => {
  const absence = (packages: Record<string, string | Buffer>) => {
    const folder = mkdtempSync(join(tmpdir(), 'onnx-'));
    for (const [path, text] of Object.entries(packages)) {
      mkdirSync(join(folder, 'node_modules', path, '..'), { recursive: true });
      writeFileSync(join(folder, 'node_modules', path), text);
    }
    try {
      Runtime.load(createRequire(join(folder, 'here.js')));
    } catch (error) {
      return onnxAbsence(error as Error);
    }
    return undefined;
  };

  it('says in one line that it is not installed, or why it does not load', () => {
    expect(absence({})).toEqual({ detail: 'onnxruntime-node is not installed', todo: 'ehrsynth engine add onnx' });
    const broken = absence({ 'onnxruntime-node/index.js': "throw new Error('wrong architecture\\nmore')" });
    expect(broken?.detail).toBe('onnxruntime-node is installed but does not load: wrong architecture');
    const elsewhere = absence({
      'onnxruntime-node/index.js': '',
      'onnxruntime-node/dist/binding.js': "require('../bin/here/onnxruntime_binding.node')",
    });
    expect(elsewhere?.detail).toBe(
      `onnxruntime-node is installed but does not load: it has no binary for ${process.platform} on ${process.arch}`,
    );
  });

  it.runIf(ADDABLE.onnx.platforms[PLATFORM])(
    'says that its library is cut off, which would end the process with a bus error',
    () => {
      // The header of an ELF file whose table of 2 sections, 64 bytes each, begins at byte 900.
      const header = Buffer.alloc(64);
      header.write('\x7fELF', 'latin1');
      header.writeBigUInt64LE(900n, 40);
      header.writeUInt16LE(64, 58);
      header.writeUInt16LE(2, 60);
      const libraryOf = (bytes: number) => ({
        'onnxruntime-node/package.json': '{}',
        [`onnxruntime-node/${ADDABLE.onnx.platforms[PLATFORM][0]}/libonnxruntime.so.1`]: Buffer.concat([header], bytes),
        'onnxruntime-node/index.js': "throw new Error('loaded')",
      });
      expect(absence(libraryOf(1027))).toEqual({
        detail:
          'onnxruntime-node is installed but does not load: libonnxruntime.so.1 is cut off, 1027 of 1028 bytes: install it again (engine add --force, or npm ci)',
        todo: 'ehrsynth engine add onnx',
      });
      expect(absence(libraryOf(1028))?.detail).toContain('loaded');
    },
  );
});

describe.runIf(isThere)('a graph', () => {
  const runtime = isThere ? Runtime.load() : undefined;
  const of = (values: number[], shape: number[]) => runtime!.tensor('float32', Float32Array.from(values), shape);
  const sum = () =>
    runtime!.compile({
      nodes: [{ operator: 'Add', inputs: ['a', 'b'], output: 'y', attributes: {} }],
      inputs: ['a', 'b'].map((name) => ({ name, type: 'float32', rank: 1 })),
      outputs: [{ name: 'y', type: 'float32', rank: 1 }],
      constants: [],
    });

  it('writes its outputs into our memory', () => {
    const y = of([0, 0], [2]);
    sum().run({ a: of([1, 2], [2]), b: of([3, 4], [2]) }, { y });
    expect([...y.data]).toEqual([4, 6]);
  });

  it("leaves JavaScript's own arithmetic as it is, down to the smallest numbers", () => {
    sum().run({ a: of([1], [1]), b: of([2], [1]) }, { y: of([0], [1]) });
    const smallest = Float64Array.of(Number.MIN_VALUE)[0];
    expect(3 * smallest > smallest && smallest > 0).toBe(true);
  });

  it('that fails says why', () => {
    const inputs = { a: of([1, 2], [2]), b: of([1, 2, 3], [3]) };
    expect(() => sum().run(inputs, { y: of([0, 0], [2]) })).toThrow(/Attempting to broadcast/);
  });
});

describe.runIf(isThere)('a recording', () => {
  beforeAll(async () => void (await startEngine('onnx')));

  it('is run when numbers are read; what was read before stays as it was', () => {
    const x = tf.tensor2d([
      [1, -2],
      [3, 4],
    ]);
    const read = tf.tidy(() => tf.relu(tf.mul(x, 2)).dataSync());
    // Tensors of the same size, made after the first is gone: they may not take its numbers.
    tf.tidy(() => [tf.add(x, 1), tf.sub(x, 1)].map((one) => one.dataSync()));
    expect([...read]).toEqual([2, 0, 6, 8]);
  });

  it('takes a variable as it was when it was used, not as it became', () => {
    const w = variable(tf.tensor1d([1, 2]));
    const before = tf.mul(w, 10);
    w.assign(tf.add(w, 5));
    const after = tf.mul(w, 10);
    expect([...before.dataSync()]).toEqual([10, 20]);
    expect([...after.dataSync()]).toEqual([60, 70]);
  });

  it('follows a number that changes from step to step', () => {
    const average = variable(tf.tensor1d([0]));
    for (const decay of [0, 0.5, 0.75]) {
      follow(average, tf.tensor1d([8]), decay);
      arithmetic().endStep!();
      average.assign(tf.mul(average, 0.5));
    }
    // 8 → 4; 0.5 · 4 + 4 = 6 → 3; 0.75 · 3 + 2 = 4.25 → 2.125
    expect([...average.dataSync()]).toEqual([2.125]);
  });

  it('changes weights where they stand, but not while somebody needs the former ones', () => {
    const w = variable(tf.tensor2d([[5, 2]]));
    const adam = new Adam([w], { learningRate: 1, epsilon: 0 });
    const step = () => adam.apply([tf.tensor2d([[4, -4]])]);
    const rounded = (tensor: tf.Tensor) => Array.from(tensor.dataSync(), (one) => Number(one.toFixed(2)));
    step();
    // Its first steps are as long as the rate.
    expect(rounded(w)).toEqual([4, 3]);
    const former = tf.clone(w);
    step();
    expect(rounded(former)).toEqual([4, 3]);
    expect(rounded(w)).toEqual([3, 4]);
    // Used by a graph that comes after sums of ours, and so after the step that was asked for later.
    const sums = arithmetic().runningSums(tf.mul(tf.ones<tf.Rank.R2>([2, 2]), 2), Int32Array.of(2));
    const late = tf.mul(sums, w);
    step();
    expect(rounded(late)).toEqual([6, 8, 12, 16]);
    expect(rounded(w)).toEqual([2, 5]);
  });

  it('is the same graph for batches of any size, and one shape may be read as another', () => {
    for (const rows of [1, 3, 2]) {
      const x = tf.ones([rows, 2]);
      const sums = tf.sum(tf.reshape(tf.add(x, 1), [-1])).dataSync();
      expect([...sums]).toEqual([4 * rows]);
    }
  });

  it('hands what graphs lack to the plain engine', () => {
    const [x, y] = [tf.add(tf.tensor1d([3, 1, 2]), 1), tf.tensor1d([2, 2, 2])];
    expect([...tf.cumsum(x).dataSync()]).toEqual([4, 6, 9]);
    expect([...tf.add(tf.pow(x, y), 1).dataSync()]).toEqual([17, 5, 10]);
    expect([...tf.cast(tf.greater(x, 2), 'int32').dataSync()]).toEqual([1, 0, 1]);
  });

  it('needs no more memory for tensors that are gone, whatever their lengths', () => {
    const { arena } = tf.backend() as OnnxBackend;
    const sizes = Array.from({ length: 300 }, (_, i) => 9000 + 3 * i);
    const steps = () =>
      sizes.forEach((size) => {
        tf.tidy(() => tf.add(tf.sum(tf.mul(tf.ones([size]), 2)), 1).dataSync());
      });
    steps();
    const before = arena.bytes;
    steps();
    expect(arena.bytes).toBe(before);
    expect(before).toBeLessThan(2 ** 20);
  });

  it('multiplies many rows with few entries as a dense product would', () => {
    const rows = 600;
    const [indptr, indices] = [Int32Array.from({ length: rows + 1 }, (_, i) => i), new Int32Array(rows)];
    indices.forEach((_, row) => (indices[row] = (row * 7) % 300));
    const dense = tf.tensor2d(
      Array.from({ length: 900 }, (_, i) => i),
      [300, 3],
    );
    const batch = new SparseBatch({ rows, columns: 300, indptr, indices });
    const found = arithmetic().sparseProduct(batch, dense, { bias: tf.tensor1d([1, 0, 0]), activation: 'relu' });
    expect([...tf.slice(found, [599, 0], [1, 3]).dataSync()]).toEqual(
      [293, 3, 3].map((_, i) => 3 * ((599 * 7) % 300) + i + Number(i === 0)),
    );
    const back = arithmetic().sparseTransposeProduct(batch, tf.ones([rows, 3]));
    expect([...back.dataSync()]).toEqual(Array(900).fill(2));
  });
});
