import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { startEngine, surveyEngines, tf } from './index.ts';
import { ThreadedWasm } from './wasm-threads.ts';

describe('engines', () => {
  it('are listed with their versions and threads, and the command that brings one that is not there', async () => {
    const states = await surveyEngines();
    expect(states.find(({ name }) => name === 'wasm')!.detail).toMatch(/SIMD, \d+ threads?/);
    for (const { detail, todo } of states.filter(({ available }) => !available)) {
      if (detail.startsWith('no GPU was found')) continue;
      expect(detail).toMatch(/not installed|does not load/);
      expect(todo).toMatch(/^ehrsynth engine add \w+/);
    }
  });

  it('one that is asked for and is not there is an error that says so', async () => {
    const missing = (await surveyEngines()).find(({ todo }) => todo);
    if (!missing) return;
    await expect(startEngine(missing.name)).rejects.toThrow(/is not available[\s\S]*ehrsynth engine add[\s\S]*doctor/);
  });

  it('WASM without its kernels, or with damaged ones, says so and leaves no thread that keeps the process alive', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
    const damaged = join(folder, 'damaged.wasm');
    writeFileSync(damaged, 'no module');
    const threads = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const before = threads();
    await expect(ThreadedWasm.start(1, join(folder, 'none.wasm'))).rejects.toThrow(
      /kernels cannot be read.*none\.wasm.*build-kernels/,
    );
    await expect(ThreadedWasm.start(1, damaged)).rejects.toThrow(/kernels are damaged.*damaged\.wasm/);
    expect(threads()).toBe(before);
  });

  it('WASM computes the same on several threads as on one', async () => {
    const rng = new Rng(5);
    const [a, b] = [rng.normals32(300 * 200), rng.normals32(200 * 250)];
    const found: Float32Array[] = [];
    const given = process.env['EHRSYNTH_THREADS'];
    for (const threads of [1, 3]) {
      process.env['EHRSYNTH_THREADS'] = String(threads);
      // The next start makes the engine anew.
      tf.engine().reset();
      expect((await startEngine('wasm')).detail).toContain(threads === 1 ? '1 thread' : `${threads} threads`);
      const product = tf.tidy(() => tf.relu(tf.matMul(tf.tensor2d(a, [300, 200]), tf.tensor2d(b, [200, 250]))));
      found.push((await product.data()) as Float32Array);
    }
    if (given === undefined) delete process.env['EHRSYNTH_THREADS'];
    else process.env['EHRSYNTH_THREADS'] = given;
    expect(found[1]).toEqual(found[0]);
  });

  it.each(['0', '-1', '3.5', 'abc'])('%s is no number of threads, which is said before any starts', async (threads) => {
    const given = process.env['EHRSYNTH_THREADS'];
    process.env['EHRSYNTH_THREADS'] = threads;
    try {
      const message = new RegExp(`EHRSYNTH_THREADS must be a number of threads, but is ${threads}\n.*at least 1`);
      await expect(startEngine('cpu')).rejects.toThrow(message);
      await expect(surveyEngines()).rejects.toThrow(message);
    } finally {
      if (given === undefined) delete process.env['EHRSYNTH_THREADS'];
      else process.env['EHRSYNTH_THREADS'] = given;
    }
  });
});
