import { Rng } from '@ehrsynth/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auc, placements } from './auc.ts';
import { moments, Z } from './intervals.ts';

describe('AUC, worked by hand', () => {
  it('with ties', () => {
    // Of 9 pairs, 3 beats 1, 2, 2; 2 beats 1 and ties with 2, 2; 2 the same: 3 + 2 + 2 = 7.
    expect(auc([3, 2, 2], [1, 2, 2]).value).toBeCloseTo(7 / 9, 12);
    expect(placements([3, 2, 2], [1, 2, 2]).map((shares) => [...shares])).toEqual([
      [1, expect.closeTo(2 / 3, 12), expect.closeTo(2 / 3, 12)],
      [1, expect.closeTo(2 / 3, 12), expect.closeTo(2 / 3, 12)],
    ]);
    expect(auc([1, 1], [1, 1]).value).toBe(0.5);
  });

  it('of one on a side nothing is known', () => {
    expect(auc([1], [0])).toEqual({ value: 1, lower: 0, upper: 1 });
    expect(auc([0], [1, 2, 3])).toEqual({ value: 0, lower: 0, upper: 1 });
    expect(auc([], [1])).toEqual({ value: 0.5, lower: 0, upper: 1 });
  });

  it('all positives above all negatives: the bound is where Hanley and McNeil put it', () => {
    // 1 − t = 1.96 √((t (1 − t) + 9 (Q1 − t²) + 9 (Q2 − t²)) / 100), with the two exponential models averaged.
    const up = Array.from({ length: 10 }, (_, i) => 20 + i);
    const down = Array.from({ length: 10 }, (_, i) => i);
    const { value, lower, upper } = auc(up, down);
    expect([value, upper]).toEqual([1, 1]);
    const [q1, q2] = [lower / (2 - lower), (2 * lower ** 2) / (1 + lower)];
    const variance = (lower * (1 - lower) + 9 * (q1 - lower ** 2) + 9 * (q2 - lower ** 2)) / 100;
    expect(1 - lower).toBeCloseTo(Z * Math.sqrt(variance), 9);
  });
});

it('holds the area, lies within 0 and 1, and is the same seen from the other side', () => {
  const scores = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(scores, scores, (up, down) => {
      const [there, back] = [auc(up, down), auc(down, up)];
      expect(there.lower).toBeGreaterThanOrEqual(0);
      expect(there.lower).toBeLessThanOrEqual(there.value + 1e-12);
      expect(there.upper).toBeGreaterThanOrEqual(there.value - 1e-12);
      expect(there.upper).toBeLessThanOrEqual(1);
      expect(back.value).toBeCloseTo(1 - there.value, 9);
      expect(back.lower).toBeCloseTo(1 - there.upper, 6);
    }),
  );
});

/** Shift of standard normal scores that gives each area. */
const SHIFTS = { 0.5: 0, 0.7: 0.741614, 0.9: 1.812388, 0.97: 2.659844 };

/** Share of samples whose interval holds the true area. */
function coverage(
  [m, n]: readonly [number, number],
  area: number,
  positive: () => number,
  negative: () => number,
  interval = auc,
): number {
  const samples = 1500;
  let held = 0;
  for (let i = 0; i < samples; i++) {
    const { lower, upper } = interval(Array.from({ length: m }, positive), Array.from({ length: n }, negative));
    if (lower <= area && area <= upper) held++;
  }
  return held / samples;
}

describe('how often the 95% interval holds the area', () => {
  const sizes = [
    [5, 5],
    [5, 100],
    [20, 20],
    [20, 200],
    [100, 100],
    [100, 200],
  ] as const;

  it.each(sizes)('%i positives and %i negatives, normal', (...size) => {
    const rng = new Rng(`normal ${size.join()}`);
    for (const [area, shift] of Object.entries(SHIFTS)) {
      const held = coverage(
        size,
        Number(area),
        () => rng.normal() + shift,
        () => rng.normal(),
      );
      expect(held, area).toBeGreaterThan(0.93);
      // Of five or twenty, few values are possible near 1: there the interval errs to the wide side.
      const isConservative = size[0] < 100 && (Number(area) > 0.9 || size[1] === 5);
      expect(held, area).toBeLessThan(isConservative ? 0.985 : 0.975);
    }
  });

  it.each(sizes)('%i positives and %i negatives, four levels with many ties', (...size) => {
    const rng = new Rng(`ties ${size.join()}`);
    const levels = [
      [
        [0.4, 0.3, 0.2, 0.1],
        [0.1, 0.2, 0.3, 0.4],
      ],
      [
        [0.7, 0.25, 0.04, 0.01],
        [0.02, 0.08, 0.3, 0.6],
      ],
    ];
    for (const [down, up] of levels) {
      const area = up.reduce(
        (sum, p, i) => sum + p * down.reduce((below, q, j) => below + (j < i ? q : j === i ? q / 2 : 0), 0),
        0,
      );
      const held = coverage(
        size,
        area,
        () => rng.weighted(up),
        () => rng.weighted(down),
      );
      expect(held, String(area)).toBeGreaterThan(0.93);
      expect(held, String(area)).toBeLessThan(size[0] < 100 ? 0.985 : 0.975);
    }
  });

  it('five positives that spread far wider than many negatives are too few to show it: less than 95 %', () => {
    const rng = new Rng('wide');
    const held = coverage(
      [5, 100],
      0.7,
      () => 2.5 * rng.normal() + 1.411992,
      () => rng.normal(),
    );
    expect(held).toBeGreaterThan(0.84);
    const many = coverage(
      [100, 300],
      0.7,
      () => 2.5 * rng.normal() + 1.411992,
      () => rng.normal(),
    );
    expect(many).toBeGreaterThan(0.935);
  });

  it("Wald's by DeLong's error, which it replaces, does not", () => {
    const rng = new Rng('wald');
    const held = coverage(
      [5, 100],
      0.9,
      () => rng.normal() + SHIFTS[0.9],
      () => rng.normal(),
      wald,
    );
    expect(held).toBeLessThan(0.8);
  });
});

it.each([0.5, 0.7, 0.9] as const)("is DeLong's in large samples: AUC %d", (area) => {
  const rng = new Rng(`large ${area}`);
  // Unequal numbers and spreads, which a model of the variance alone would miss.
  const up = Array.from({ length: 3000 }, () => 2 * rng.normal() + SHIFTS[area] * Math.sqrt(2.5));
  const down = Array.from({ length: 9000 }, () => rng.normal());
  const [found, delong] = [auc(up, down), wald(up, down)];
  expect(found.value).toBe(delong.value);
  const width = delong.upper - delong.lower;
  expect(Math.abs(found.lower - delong.lower)).toBeLessThan(0.03 * width);
  expect(Math.abs(found.upper - delong.upper)).toBeLessThan(0.03 * width);
});

function wald(positives: ArrayLike<number>, negatives: ArrayLike<number>) {
  const [a, b] = placements(positives, negatives).map(moments);
  const half = Z * Math.sqrt(a.variance / positives.length + b.variance / negatives.length);
  return { value: a.mean, lower: a.mean - half, upper: a.mean + half };
}
