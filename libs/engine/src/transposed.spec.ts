import { Rng } from '@ehrsynth/random';
import { afterAll, describe, it } from 'vitest';
import { arithmetic } from './arithmetic/index.ts';
import { plain } from './arithmetic/plain.ts';
import { enginesHere } from './testing/index.ts';
import { near } from './testing/near.ts';
import { Adam, dense, startEngine, tf, variable } from './index.ts';

const engines = await enginesHere();

describe('products with a transposed operand', () => {
  afterAll(() => startEngine('wasm'));

  it.each(engines)('are the plain ones on %s, whichever operand is larger', async (name) => {
    await startEngine(name);
    const rng = new Rng(4);
    const random = (rows: number, columns: number) => tf.tensor2d(rng.normals32(rows * columns), [rows, columns]);
    for (const [m, k, n] of [
      [3, 50, 7],
      [50, 3, 7],
      [7, 3, 50],
      [1, 5, 9],
      [9, 5, 1],
    ]) {
      const [a, b, aT, bT] = [random(m, k), random(k, n), random(k, m), random(n, k)];
      await near(arithmetic().product(a, b), [...(await plain.product(a, b).data())], 4);
      const [first, second] = [{ transposeA: true }, { transposeB: true }];
      await near(arithmetic().product(aT, b, first), [...(await plain.product(aT, b, first).data())], 4);
      await near(arithmetic().product(a, bT, second), [...(await plain.product(a, bT, second).data())], 4);
    }
  });

  it.each(engines)('see a weight that an optimiser moved, on %s', async (name) => {
    await startEngine(name);
    const w = variable(
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
    );
    const x = tf.tensor2d([
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    const adam = new Adam([w], { learningRate: 1 });
    await near(dense(x, { weights: w }), [1, 2, 3, 4, 4, 6]);
    adam.apply([
      tf.tensor2d([
        [1, 1],
        [-1, -1],
      ]),
    ]);
    await near(dense(x, { weights: w }), [0, 1, 4, 5, 4, 6], 4);
  });
});
