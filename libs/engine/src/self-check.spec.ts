import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { arithmetic } from './arithmetic/index.ts';
import { startEngine } from './engine.ts';
import { checkArithmetic } from './self-check.ts';

it('finds no fault with WASM, and the one part that is made wrong', async () => {
  const sizes = { rows: 12, columns: 9, hidden: 5 };
  const faults = async () =>
    (await checkArithmetic('wasm', sizes)).filter(({ error, isRepeated }) => !(error < 1e-5) || !isRepeated);
  expect(await faults()).toEqual([]);
  await startEngine('wasm');
  const own = arithmetic();
  const { runningSums } = own;
  let calls = 0;
  own.runningSums = (...given) => tf.add(runningSums(...given), calls++);
  const found = await faults();
  own.runningSums = runningSums;
  expect(found.map(({ part }) => part)).toEqual(['sums along segments', 'sums against segments']);
  expect(found.every(({ isRepeated }) => !isRepeated)).toBe(true);
});
