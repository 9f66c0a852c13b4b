import type * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Expects a tensor to have these numbers, to so many digits after the point. */
export async function near(actual: tf.Tensor, expected: number[], digits = 5): Promise<void> {
  const values = [...(await actual.data())];
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], digits));
}
