import { describe, expect, it } from 'vitest';
import { roundedCounts } from './rounded-counts.ts';

const secret = Buffer.from('of the site');
const K = 10;

describe('counts that a site gives away', () => {
  it('are 0 or at least k, as they are from k on, and right in the sum', () => {
    const counts = Array.from({ length: 20_000 }, (_, i) => i % 15);
    const rounded = roundedCounts(counts, K, secret, 'codes');
    rounded.forEach((count, i) => expect(counts[i] < K ? [0, K] : [counts[i]]).toContain(count));
    // Of those that are 3, three in ten become 10.
    const threes = rounded.filter((_, i) => counts[i] === 3);
    expect(threes.reduce((sum, one) => sum + one, 0) / threes.length).toBeCloseTo(3, 0);
    const sum = (all: ArrayLike<number>) => Array.from(all).reduce((total, one) => total + one, 0);
    expect(sum(rounded) / sum(counts)).toBeCloseTo(1, 1);
  });

  it('are the same when they are asked for again, and others at another site and for another purpose', () => {
    const counts = new Array<number>(200).fill(4);
    const once = roundedCounts(counts, K, secret, 'codes');
    expect(roundedCounts(counts, K, secret, 'codes')).toEqual(once);
    expect(roundedCounts(counts, K, Buffer.from('of another'), 'codes')).not.toEqual(once);
    expect(roundedCounts(counts, K, secret, 'gaps')).not.toEqual(once);
  });
});
