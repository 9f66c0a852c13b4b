import { Rng } from '@ehrsynth/random';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compare } from './compare.ts';
import {
  correlationMatrices,
  isSmallCell,
  lengthHistogram,
  SMALL_CELL,
  withheld,
  withheldText,
} from './small-cells.ts';
import { habits, setsOf } from './testing.ts';

const [a, b, c] = [habits(300, 20, new Rng('a')), habits(150, 20, new Rng('b')), habits(200, 20, new Rng('c'))];

it('counts from 1 to 10 are small, and so is all but 1 to 10', () => {
  const small = [0, 1, 10, 11, 50, 89, 90, 99, 100].filter((count) => isSmallCell(count, 100, SMALL_CELL));
  expect(small).toEqual([1, 10, 90, 99]);
});

it('says which kind of small cell stands in its place', () => {
  const kinds = [0, 1, 10, 11, 89, 90, 99, 100].map((count) => withheld(count, 100, SMALL_CELL));
  expect(kinds).toEqual([undefined, 'few', 'few', undefined, undefined, 'nearly all', 'nearly all', undefined]);
  expect(withheldText('few', 11)).toBe('fewer than 11');
  expect(withheldText('nearly all', 11)).toBe('all but fewer than 11');
});

it('a code that all but a few have is not shown as one that a few have', async () => {
  const rows = (count: number, having: number) =>
    setsOf(
      Array.from({ length: count }, (_, row) => (row < having ? [0] : [1])),
      2,
    );
  const { byCode } = await compare(rows(60, 57), rows(60, 60), rows(60, 57));
  expect(byCode.find(({ code }) => code === 'c0')).toEqual({
    code: 'c0',
    training: undefined,
    holdout: 1,
    synthetic: 57 / 60,
    withheld: { training: 'nearly all' },
  });
  expect(byCode.find(({ code }) => code === 'c1')).toMatchObject({
    withheld: { training: 'few' },
    holdout: 0,
  });
});

it('no small cell of real patients is in a comparison', async () => {
  // Code 19: 4 of the training rows, none of the held-out ones; code 18: 7 of the held-out ones.
  const rare = (rows: number, code: number, carriers: number) =>
    setsOf(
      Array.from({ length: rows }, (_, row) => [0, ...(row % 2 ? [1] : []), ...(row < carriers ? [code] : [])]),
      20,
    );
  const { byCode } = await compare(rare(60, 19, 4), rare(60, 18, 7), rare(60, 19, 3));
  const of = (code: string) => byCode.find((one) => one.code === code);
  expect(of('c19')).toMatchObject({ training: undefined, holdout: 0, synthetic: 3 / 60 });
  expect(of('c18')).toMatchObject({ training: 0, holdout: undefined, synthetic: 0 });
  expect(of('c1')).toMatchObject({ training: 0.5, holdout: 0.5, synthetic: 0.5 });
  for (const { training, holdout, withheld: kinds } of (await compare(a, b, c)).byCode) {
    expect([training === undefined, holdout === undefined]).toEqual([!!kinds?.training, !!kinds?.holdout]);
    if (training !== undefined) expect(isSmallCell(Math.round(training * 300), 300, 11)).toBe(false);
    if (holdout !== undefined) expect(isSmallCell(Math.round(holdout * 150), 150, 11)).toBe(false);
  }
});

it('bins of lengths are as wide as it takes, and hold every row', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (k) => {
      const { bins, training, holdout, synthetic } = lengthHistogram(a, b, c, k);
      expect(bins[0][0]).toBe(0);
      bins.slice(1).forEach(([from], i) => expect(from).toBe(bins[i][1] + 1));
      for (const shares of [training, holdout, synthetic]) expect(shares.reduce((x, y) => x + y)).toBeCloseTo(1, 12);
      for (const [shares, rows] of [
        [training, 300],
        [holdout, 150],
      ] as const)
        for (const share of shares) expect(Math.round(share * rows)).toBeGreaterThanOrEqual(k);
    }),
  );
});

it('correlations of pairs whose table has a small cell are left out', () => {
  // Of 40: codes 0 and 1 both in 12, alone in 14 and 14, none in 0; code 2 in the first 6.
  const rows = Array.from({ length: 40 }, (_, row) => [
    ...(row < 26 ? [0] : []),
    ...(row < 12 || row >= 26 ? [1] : []),
    ...(row < 6 ? [2] : []),
  ]);
  const { holdout, synthetic } = correlationMatrices(setsOf(rows, 3), setsOf(rows, 3));
  expect(holdout[0][1]).toBeCloseTo((12 / 40 - (26 / 40) ** 2) / ((26 / 40) * (14 / 40)), 12);
  expect([holdout[0][2], holdout[1][2], holdout[2][0]]).toEqual([null, null, null]);
  expect(holdout[2][2]).toBe(1);
  expect(synthetic[0][1]).toBeCloseTo(holdout[0][1]!, 12);
});
