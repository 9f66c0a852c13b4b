import { startEngine, tf } from '@ehrsynth/engine';
import { expect, it } from 'vitest';
import { numbersOf, valuesOf } from './values.ts';

it('gives the numbers of a tensor, and leaves no tensor behind', async () => {
  await startEngine('wasm');
  const kept = tf.tensor1d([1, 2, 3]);
  const before = tf.memory().numTensors;
  expect([...(await valuesOf(() => tf.add(tf.mul(kept, 2), 1)))]).toEqual([3, 5, 7]);
  expect(tf.memory().numTensors).toBe(before);
  expect([...kept.dataSync()]).toEqual([1, 2, 3]);
  kept.dispose();
});

it('reads scalars together, and disposes of them', async () => {
  await startEngine('wasm');
  const before = tf.memory().numTensors;
  expect([...(await numbersOf([tf.scalar(3), tf.scalar(-1)]))]).toEqual([3, -1]);
  expect(await numbersOf([])).toHaveLength(0);
  expect(tf.memory().numTensors).toBe(before);
});
