import { expect, it } from 'vitest';
import { batchSizeFor } from './options.ts';

it('a batch is a 200th of the rows, smaller for small cohorts so that they have more steps; with noise a 40th', () => {
  const sizes = (noiseMultiplier: number) =>
    [1, 60, 500, 1000, 5000, 20_000, 1e6].map((rows) => batchSizeFor({ noiseMultiplier }, rows));
  expect(sizes(0)).toEqual([5, 5, 10, 20, 25, 100, 100]);
  expect(sizes(1)).toEqual([20, 20, 20, 25, 125, 500, 500]);
  expect(batchSizeFor({ batchSize: 7, noiseMultiplier: 0 }, 1e6)).toBe(7);
});
