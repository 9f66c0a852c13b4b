import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { binOfGrain, binOfValue, drawValue, grainsOf, learnGrains, learnValueBins } from './value-bins.ts';

/** So many people's values, three each. */
function sampleOf(people: number, valueOf: (rng: Rng) => number) {
  const rng = new Rng(5);
  const owners = Array.from({ length: 3 * people }, (_, i) => i % people);
  return { values: owners.map(() => valueOf(rng)), owners };
}

describe('value bins', () => {
  const skewed = sampleOf(2000, (rng) => Math.round(10 * Math.exp(4 + 0.4 * rng.normal())) / 10);
  const bins = learnValueBins(skewed, 10)!;

  it('are twenty of as many values each where there are enough people', () => {
    expect(bins.bins.length).toBe(20);
    const counts = new Array<number>(20).fill(0);
    for (const value of skewed.values) counts[binOfValue(bins, value)]++;
    for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(30);
  });

  it('are fewer for fewer people, and none for fewer than the least number', () => {
    expect(
      learnValueBins(
        sampleOf(60, (rng) => rng.normal()),
        10,
      )!.bins.length,
    ).toBe(2);
    expect(
      learnValueBins(
        sampleOf(9, (rng) => rng.normal()),
        10,
      ),
    ).toBeUndefined();
  });

  it('give values of the bin, with the decimals of the source', () => {
    const rng = new Rng(1);
    for (let bin = 0; bin < 20; bin++) {
      for (let i = 0; i < 50; i++) {
        const value = drawValue(bins, bin, rng);
        expect(binOfValue(bins, value)).toBe(bin);
        expect(Number(value.toFixed(1))).toBe(value);
      }
    }
  });

  it('give the distribution back', () => {
    const rng = new Rng(2);
    const drawn = skewed.values.map((value) => drawValue(bins, binOfValue(bins, value), rng)).sort((a, b) => a - b);
    const real = skewed.values.toSorted((a, b) => a - b);
    // Kolmogorov–Smirnov distance, at the quantiles.
    for (let i = 0; i < real.length; i += 60) {
      const below = drawn.filter((value) => value <= real[i]).length / drawn.length;
      expect(Math.abs(below - i / real.length)).toBeLessThan(0.02);
    }
  });

  it('give nothing beyond what enough people have', () => {
    const { values, owners } = sampleOf(300, (rng) => Math.round(100 + 10 * rng.normal()));
    values[7] = 100_000;
    values[8] = -5;
    const learned = learnValueBins({ values, owners }, 10)!;
    expect(JSON.stringify(learned)).not.toMatch(/100000|-5\b/);
  });

  it('are one value each where there are few values', () => {
    const scores = learnValueBins(
      sampleOf(500, (rng) => rng.int(4)),
      10,
    )!;
    const rng = new Rng(1);
    expect(scores.bins.map((_, bin) => drawValue(scores, bin, rng))).toEqual([0, 1, 2, 3]);
  });

  it('have no more decimals after drawing than the source, unless they hold no such number', () => {
    const points = (list: number[]) => ({ atoms: [], others: 100, points: list });
    const narrow = {
      decimals: 0,
      cuts: [1.4, 2.3, 2.4],
      bins: [
        [0, 1.39],
        [1.4, 1.45],
        [2.31, 2.39],
        [2.4, 9],
      ].map(points),
    };
    const rng = new Rng(1);
    const drawn = narrow.bins.map((_, bin) => Array.from({ length: 200 }, () => drawValue(narrow, bin, rng)));
    expect(new Set(drawn[0])).toEqual(new Set([0, 1]));
    expect(new Set(drawn[1])).toEqual(new Set([2]));
    expect(new Set(drawn[2])).toEqual(new Set([2.3]));
    expect(Math.min(...drawn[3])).toBe(3);
    drawn.forEach((list, bin) => list.forEach((value) => expect(binOfValue(narrow, value)).toBe(bin)));
  });
});

describe('grains', () => {
  const skewed = sampleOf(4000, (rng) => Math.round(10 * Math.exp(4 + 0.4 * rng.normal())) / 10);
  const [wide, fine] = [learnValueBins(skewed, 10)!, learnGrains(skewed, 10)!];

  it('divide the same bins, and each is of enough people', () => {
    expect(grainsOf(fine)).toHaveLength(20);
    const owners = fine.bins.map(() => new Set<number>());
    skewed.values.forEach((value, i) => {
      const grain = binOfValue(fine, value);
      owners[grain].add(skewed.owners[i]);
      expect(binOfGrain(fine, grain)).toBe(binOfValue(wide, value));
    });
    expect(Math.min(...owners.map(({ size }) => size))).toBeGreaterThanOrEqual(10);
    expect(grainsOf(fine).at(-1)!.count).toBe(16);
  });

  it('are bins where there is one bin alone, which nobody would be asked for', () => {
    const few = sampleOf(45, (rng) => rng.normal());
    expect(learnValueBins(few, 10)!.bins).toHaveLength(1);
    const counts = grainsOf(learnGrains(few, 10)!).map(({ count }) => count);
    expect(counts.length).toBeGreaterThan(2);
    expect(new Set(counts)).toEqual(new Set([1]));
  });

  it('give values of their own', () => {
    const rng = new Rng(7);
    fine.bins.forEach((_, grain) => {
      for (let i = 0; i < 5; i++) expect(binOfValue(fine, drawValue(fine, grain, rng))).toBe(grain);
    });
  });
});
