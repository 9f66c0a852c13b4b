import fc from 'fast-check';
import { sampleRankCorrelation } from 'simple-statistics';
import { expect, it } from 'vitest';
import { RankCorrelation } from './rank-correlation.ts';

const of = (x: number[], y: number[], weights = [1], group = x.map(() => 0), fewest = 2) =>
  new RankCorrelation({ x: Uint16Array.from(x), y: Uint16Array.from(y), group: Uint8Array.from(group) }, [10, 10]).of(
    Float64Array.from(weights),
    fewest,
  );

it("is Spearman's, worked by hand, ties at their middle rank", () => {
  expect(of([0, 1, 2, 3], [0, 1, 2, 3])).toBeCloseTo(1, 12);
  expect(of([0, 1, 2, 3], [9, 5, 2, 0])).toBeCloseTo(-1, 12);
  // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 / √(4.5 × 5).
  expect(of([0, 1, 1, 2], [0, 1, 2, 3])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
});

it('is what simple-statistics gives where there are no ties', () => {
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 10 });
  fc.assert(
    fc.property(order, order, (x, y) => {
      expect(of(x, y)).toBeCloseTo(sampleRankCorrelation(x, y), 10);
    }),
  );
});

it('a group of weight 2 counts as one that is there twice', () => {
  const [x, y, group] = [
    [0, 4, 2, 7],
    [1, 3, 8, 5],
    [0, 0, 1, 1],
  ]; // two groups of two
  const twice = of([...x, 2, 7], [...y, 8, 5]);
  expect(of(x, y, [1, 2], group)).toBeCloseTo(twice, 12);
});

it('is not measured of too few cases, nor where one side is the same in all', () => {
  expect(of([0, 1, 2], [0, 1, 2], [1], [0, 0, 0], 4)).toBeNaN();
  expect(of([3, 3, 3], [0, 1, 2])).toBeNaN();
});
