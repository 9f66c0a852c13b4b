import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestShares, rake, type Stratum } from './rake.ts';

/** Rows of two margins of two cells each: (0, 0), (0, 1), (1, 0), (1, 1). */
const table = (...rows: number[]): Stratum[] =>
  rows.map((count, i) => ({ cells: [i >> 1, i & 1], rows: count })).filter(({ rows: count }) => count > 0);

describe('rake', () => {
  it('worked by hand: independent margins each get their own factor', async () => {
    // 20, 20, 30, 30 of 100: shares 0.4 and 0.6; 0.5 and 0.5. To 0.8 and 0.2; 0.25 and 0.75.
    const { factors, reached, converged } = await rake(table(20, 20, 30, 30), [
      [0.8, 0.2],
      [0.25, 0.75],
    ]);
    expect(converged).toBe(true);
    expect(reached.flat().map((share) => share.toFixed(6))).toEqual(['0.800000', '0.200000', '0.250000', '0.750000']);
    // Odds of a cell against the other: (0.8 / 0.2) · (0.6 / 0.4) = 6 and (0.25 / 0.75) · 1 = 1/3.
    expect(factors[0][0] / factors[0][1]).toBeCloseTo(6, 4);
    expect(factors[1][0] / factors[1][1]).toBeCloseTo(1 / 3, 4);
  });

  it('worked by hand: keeps the odds ratio of a table whose margins hang together', async () => {
    // 40, 10, 10, 40 to even margins of 0.5 has them already; to 0.8 both, the odds ratio stays 16.
    const { factors } = await rake(table(40, 10, 10, 40), [
      [0.8, 0.2],
      [0.8, 0.2],
    ]);
    const [a, b, c, d] = [
      40 * factors[0][0] * factors[1][0],
      10 * factors[0][0] * factors[1][1],
      10 * factors[0][1] * factors[1][0],
      40 * factors[0][1] * factors[1][1],
    ];
    expect((a * d) / (b * c)).toBeCloseTo(16, 6);
    expect((a + b) / (a + b + c + d)).toBeCloseTo(0.8, 4);
    expect((a + c) / (a + b + c + d)).toBeCloseTo(0.8, 4);
  });

  it('says that it has not converged where nobody is in the first cell of both and 90 % are wanted in each', async () => {
    const targets = [
      [0.9, 0.1],
      [0.9, 0.1],
    ];
    const { converged } = await rake(table(0, 30, 30, 40), targets);
    expect(converged).toBe(false);
    // From 0.3 each on the way to 0.9 each; together they are at most 1.
    const [[first], [second]] = await nearestShares(table(0, 30, 30, 40), targets);
    expect(first).toBeCloseTo(0.5, 1);
    expect(second).toBeCloseTo(0.5, 1);
    expect(first + second).toBeLessThanOrEqual(1.001);
  });

  it('says so where a cell of which a share is wanted is empty', async () => {
    expect(
      (
        await rake(table(10, 10, 0, 0), [
          [0.5, 0.5],
          [0.5, 0.5],
        ])
      ).converged,
    ).toBe(false);
  });

  it('converges on every table without an empty cell', async () => {
    const cells = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 1, max: 1000 })));
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    await fc.assert(
      fc.asyncProperty(cells, share, share, async (rows, p, q) => {
        const targets = [
          [p, 1 - p],
          [q, 1 - q],
        ];
        expect((await rake(table(...rows), targets)).converged).toBe(true);
      }),
    );
  });
});
