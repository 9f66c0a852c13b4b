import { expect, it } from 'vitest';
import { repeatedRows, startEngine, tf } from './index.ts';
import { enginesHere } from './testing/index.ts';

it.each(await enginesHere())('rows are repeated as often as they are named, on %s', async (engine) => {
  await startEngine(engine);
  const found = tf.tidy(() => repeatedRows(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), Int32Array.of(2, 0, 0, 2)));
  expect(found.shape).toEqual([4, 2]);
  expect([...(await found.data())]).toEqual([5, 6, 1, 2, 1, 2, 5, 6]);
  found.dispose();
});
