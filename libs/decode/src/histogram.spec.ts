import { Rng } from '@ehrsynth/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { densityAt, drawFrom, histogram } from './histogram.ts';

describe('histogram', () => {
  it('joins bins until each has enough patients', () => {
    // The third largest value is 5: what is above counts as that.
    expect(histogram([0, 0, 0, 1, 5, 5, 5, 9], [0, 1, 3, 8, 10], 3)).toEqual({
      edges: [0, 1, 6],
      counts: [3, 6],
      means: [0, 4.2],
    });
    expect(histogram([0, 9, 9, 9], [0, 1, 3, 8, 10], 3)).toEqual({
      edges: [0, 10],
      counts: [3],
      means: [6.75],
    });
    expect(histogram([0, 0, 0, 9, 9, 9], [0, 1, 8, 10], 3)).toEqual({
      edges: [0, 1, 8, 10],
      counts: [3, 0, 3],
      means: [0, 0, 9],
    });
    expect(histogram([1, 2], [0, 1, 10], 3)).toBeUndefined();
  });

  it('does not reveal the one patient who has far more than the others', () => {
    expect(histogram([1, 1, 1, 2, 2, 3, 800], [1, 2, 3, 10, 900], 3)).toEqual({
      edges: [1, 2, 3],
      counts: [3, 3],
      means: [1, 2],
    });
  });

  it('counts patients, not values: many values of one patient are one', () => {
    const values = [5, 5, 5, 5, 50, 50, 50];
    const of = (...patients: number[]) => histogram(values, [0, 10, 100], 3, patients);
    expect(of(1, 1, 1, 1, 2, 3, 4)).toEqual({ edges: [0, 51], counts: [6], means: [24.29] });
    expect(of(1, 1, 1, 1, 1, 1, 1)).toBeUndefined();
  });

  it('counts every value, to a multiple of k, and has no bin of too few', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99 })), fc.integer({ min: 1, max: 12 }), (values, k) => {
        const found = histogram(values, [0, 2, 5, 10, 20, 50, 100], k);
        if (!found) expect(values.length).toBeLessThan(k);
        if (!found) return;
        const off = Math.abs(found.counts.reduce((sum, count) => sum + count, 0) - values.length);
        expect(off).toBeLessThanOrEqual((found.counts.length * k) / 2);
        for (const count of found.counts) expect(count % k).toBe(0);
        expect(values.filter((value) => value >= found.edges.at(-1)! - 1).length).toBeGreaterThanOrEqual(k);
      }),
    );
  });

  it('is drawn from in proportion, and within a bin with its mean', () => {
    const shape = { edges: [0, 10, 100, 101], counts: [1, 2, 1], means: [8, 21, 100] };
    const rng = new Rng(1);
    const draws = Array.from({ length: 40_000 }, () => drawFrom(shape, rng));
    const within = (from: number, to: number) => draws.filter((value) => value >= from && value < to);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(within(10, 100).length / draws.length).toBeCloseTo(0.5, 1);
    expect(mean(within(0, 10))).toBeCloseTo(8, 0);
    expect(mean(within(10, 100)) / 21).toBeCloseTo(1, 1);
    expect(within(100, 101).length / draws.length).toBeCloseTo(0.25, 1);
    expect(draws.every((value) => Number.isInteger(value) && value >= 0 && value <= 100)).toBe(true);
    expect(densityAt(shape, 11)).toBe(2 / 90);
    expect(densityAt(shape, 101)).toBe(0);
  });
});
