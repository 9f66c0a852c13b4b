import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { observedToExpected } from './observed-to-expected.ts';
import { ratioOfTotals } from './ratio-of-totals.ts';

describe('observed to expected', () => {
  // Exact Poisson limits of 5, 20 and 100.
  it.each([
    [5, 1.623, 11.668],
    [20, 12.217, 30.888],
    [100, 81.364, 121.627],
  ])('Byar’s limits of %i are near the exact ones', (count, lower, upper) => {
    const found = observedToExpected(count, 1)!;
    expect(found.value).toBe(count);
    expect(found.lower / lower).toBeCloseTo(1, 1);
    expect(found.upper / upper).toBeCloseTo(1, 2);
  });

  it('is wider where the expected number is drawn, and holds the truth as often as it says', () => {
    const rng = new Rng(1);
    let held = 0;
    for (let i = 0; i < 2000; i++) {
      // Both are of a mean of 40; the second is counted in two draws.
      const [observed, expected] = [rng.poisson(40), rng.poisson(80) / 2];
      const { lower, upper } = observedToExpected(observed, expected, Math.sqrt(expected / 2))!;
      held += Number(lower <= 1 && upper >= 1);
    }
    expect(held / 2000).toBeGreaterThan(0.935);
    expect(held / 2000).toBeLessThan(0.975);
  });

  it('is none where nothing is observed or expected', () => {
    expect(observedToExpected(0, 3)).toBeUndefined();
    expect(observedToExpected(3, 0)).toBeUndefined();
  });
});

describe('a ratio of totals', () => {
  it('worked by hand: 12 over 8 of four people', () => {
    // Residuals 1 − 3, 5 − 3, 2 − 1.5 × 2, 4 − 3 of 1.5 × (2, 2, 2, 2): −2, 2, −1, 1; √(10 × 4 / 3) / 8 × 1.96.
    const { value, lower, upper } = ratioOfTotals([1, 5, 2, 4], [2, 2, 2, 2])!;
    expect(value).toBe(1.5);
    expect(upper - value).toBeCloseTo((1.959964 * Math.sqrt(40 / 3)) / 8, 10);
    expect(value - lower).toBeCloseTo(upper - value, 10);
  });

  it('is none of one person, or over nothing', () => {
    expect(ratioOfTotals([1], [1])).toBeUndefined();
    expect(ratioOfTotals([1, 2], [0, 0])).toBeUndefined();
  });
});
