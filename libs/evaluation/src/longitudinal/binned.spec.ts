import { expect, it } from 'vitest';
import { binnedShares, joinedBins } from './binned.ts';
import { recordOf, sidesOf } from './testing.ts';
import { gaps } from './time-values.ts';

it('bins are joined until each has enough people of both real sides', () => {
  const [holdout, training] = [
    [5, 6, 0, 20, 3],
    [6, 20, 20, 20, 0],
  ];
  expect(joinedBins([holdout, training], 11, true)).toEqual([
    [0, 2],
    [2, 5],
  ]);
  // Those of two bins may be the same people.
  expect(joinedBins([holdout, training], 11, false)).toEqual([[0, 5]]);
  expect(
    joinedBins(
      [
        [3, 3],
        [9, 9],
      ],
      11,
      true,
    ),
  ).toBeUndefined();
});

it('one person with many gaps does not fill a bin', async () => {
  const often = recordOf(Array.from({ length: 30 }, (_, i) => [i, 'a'] as [number, string]));
  const others = Array.from({ length: 12 }, () =>
    recordOf([
      [0, 'a'],
      [100, 'a'],
    ]),
  );
  const real = [often, ...others];
  const found = binnedShares(await sidesOf(real, real), gaps, [0, 1, 2, 50], 11)!;
  expect(found.bins).toEqual([[0, null]]);
  const shown = binnedShares(await sidesOf([...others, ...others], others), gaps, [0, 50], 11)!;
  expect(shown.bins).toEqual([[0, null]]);
  expect(shown.holdout).toEqual([1]);
});
