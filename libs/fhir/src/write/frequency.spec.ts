import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toFrequency } from './frequency.ts';

it.each([
  [1, 1, 1],
  [3, 3, 1],
  [0.5, 1, 2],
  [1.5, 3, 2],
  [1 / 7, 1, 7],
  [3 / 7, 3, 7],
  [1 / 30, 1, 30],
  [2 / 365, 2, 365],
  [24 / 5, 24, 5],
])('writes %d times a day as %i in %i days', (timesPerDay, frequency, period) =>
  expect(toFrequency(timesPerDay)).toEqual({ frequency, period }),
);

it('gives every number of times back exactly', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: 1e-6, max: 1e5 }), (timesPerDay) => {
      const { frequency, period } = toFrequency(timesPerDay)!;
      expect(Number.isInteger(frequency) && frequency > 0 && period > 0).toBe(true);
      expect(frequency / period).toBe(timesPerDay);
    }),
  );
});

it.each([0, -1, NaN, Infinity, 1e12])('has no frequency for %d', (timesPerDay) =>
  expect(toFrequency(timesPerDay)).toBeUndefined(),
);
