import { describe, expect, it } from 'vitest';
import { OwnedCounts, OwnedValues } from './owned.ts';
import { shareOf, sharesOf } from './shares.ts';

describe('values of patients', () => {
  it('count of nobody for more than k patients have', () => {
    const gaps = new OwnedValues();
    for (let patient = 0; patient < 10; patient++) [30, 60].forEach((days) => gaps.push(days, patient));
    // One who comes every day: as many of those as others have values.
    for (let day = 0; day < 800; day++) gaps.push(1, 10);
    expect(gaps.histogram([0, 10, 40, 100], 10)!.counts).toEqual([10, 10]);
    expect(gaps.histogram([0, 10, 40, 100], 1)!.counts).toEqual([800, 10, 10]);
    expect(gaps.histogram([0, 10, 40, 100], 12)).toBeUndefined();
  });

  it('counts by name likewise; what fewer than k have is not there', () => {
    const classes = new OwnedCounts();
    for (let patient = 0; patient < 10; patient++)
      classes.add(
        new Map([
          ['AMB', 2],
          ['EMER', 1],
        ]),
      );
    classes.add(
      new Map([
        ['AMB', 800],
        ['VIP', 3],
      ]),
    );
    expect([...classes.sums(10)]).toEqual([
      ['AMB', 22],
      ['EMER', 10],
    ]);
  });
});

describe('shares', () => {
  it('what fewer than k have is of nobody, what all but fewer have is of everybody', () => {
    expect([9, 10, 50, 90, 91].map((count) => shareOf(count, 100, 10))).toEqual([0, 0.1, 0.5, 0.9, 1]);
    expect(shareOf(12, 5000, 10)).toBe(0.01);
  });

  it('are among the values that are named: who has none of them does not follow', () => {
    expect(
      sharesOf(
        new Map([
          ['b', 20],
          ['a', 60],
          ['rare', 9],
        ]),
        10,
      ),
    ).toEqual({ a: 0.75, b: 0.25 });
    expect(sharesOf(new Map([['a', 9]]), 10)).toEqual({});
  });
});
