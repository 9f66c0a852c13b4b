import { expect, it } from 'vitest';
import { batchSizeFor, scheduleFor } from './options.ts';

it('a batch is a 200th of the rows, smaller for small cohorts so that they have more steps; with noise a 40th', () => {
  const sizes = (noiseMultiplier: number) =>
    [1, 60, 500, 1000, 5000, 20_000, 1e6].map((rows) => batchSizeFor({ noiseMultiplier }, rows));
  expect(sizes(0)).toEqual([5, 5, 10, 20, 25, 100, 100]);
  expect(sizes(1)).toEqual([20, 20, 20, 25, 125, 500, 500]);
  expect(batchSizeFor({ batchSize: 7, noiseMultiplier: 0 }, 1e6)).toBe(7);
});

it('a small cohort takes as many epochs as make 1,000 steps, 200 at most; a large one 20, and a very large one 20,000 steps; a private training 20', () => {
  const epochs = (noiseMultiplier: number) =>
    [1, 60, 144, 500, 1000, 20_000, 1e6].map((rows) => scheduleFor({ noiseMultiplier }, rows).epochs);
  // 60 patients: 54 to learn from in batches of 5 are 11 steps, and 91 × 11 = 1,001.
  // A million: 9,950 steps an epoch, three of which are more than 20,000.
  expect(epochs(0)).toEqual([200, 91, 39, 23, 23, 20, 3]);
  expect(epochs(1)).toEqual([20, 20, 20, 20, 20, 20, 20]);
});

it('what the user gives wins over both defaults, and patience grows with the epochs', () => {
  expect(scheduleFor({ noiseMultiplier: 0, epochs: 3, patience: 1 }, 60)).toEqual({ epochs: 3, patience: 1 });
  expect(scheduleFor({ noiseMultiplier: 0, epochs: 20 }, 60)).toEqual({ epochs: 20, patience: 6 });
  expect(scheduleFor({ noiseMultiplier: 0, epochs: 100 }, 60)).toEqual({ epochs: 100, patience: 25 });
  expect(scheduleFor({ noiseMultiplier: 1, epochs: 7 }, 60)).toMatchObject({ epochs: 7 });
});
