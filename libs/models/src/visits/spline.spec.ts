import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreOf, shareOf } from './score.ts';
import { PIECES, Spline, SPLINE_NUMBERS } from './spline.ts';

const numbers = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), {
  minLength: SPLINE_NUMBERS,
  maxLength: SPLINE_NUMBERS,
});
const shares = fc.double({ min: 0, max: 1, noNaN: true });

describe('a rational-quadratic spline', () => {
  it('worked by hand: a piece of slope 1 with slopes 1 and 3 at its ends', () => {
    const raw = new Array<number>(SPLINE_NUMBERS).fill(0);
    // Bent, so that exp is 3: only the slope at the end of the last piece.
    raw[SPLINE_NUMBERS - 1] = 4 * Math.atanh(Math.log(3) / 4);
    const spline = new Spline(raw);
    // In the middle of it (s/4 + δ₀/4) / (s + (δ₀ + δ₁ − 2s)/4) = 0.5 / 1.5 of its height, with the slope (3/4 + 2/4 + 1/4) / 1.5².
    const middle = 1 - 0.5 / PIECES;
    expect(spline.at(middle)).toBeCloseTo(1 - 1 / PIECES + 1 / (3 * PIECES), 10);
    expect(spline.slopeAt(middle)).toBeCloseTo(1.5 / 2.25, 10);
    expect(spline.inverse(1 - 2 / (3 * PIECES))).toBeCloseTo(middle, 10);
    // The other pieces are straight.
    expect(spline.at(0.3)).toBeCloseTo(0.3, 12);
    expect([spline.at(0), spline.at(1), spline.slopeAt(1)]).toEqual([0, 1, expect.closeTo(3, 10)]);
  });

  it('rises everywhere, and its inverse leads back', () => {
    fc.assert(
      fc.property(numbers, shares, shares, (raw, a, b) => {
        const spline = new Spline(raw);
        if (Math.abs(a - b) > 1e-9) expect(spline.at(Math.min(a, b))).toBeLessThan(spline.at(Math.max(a, b)));
        expect(Math.abs(spline.at(spline.inverse(a)) - a)).toBeLessThan(1e-9);
        expect(spline.slopeAt(a)).toBeGreaterThan(0);
      }),
    );
  });

  it('has the slope of small differences', () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (raw, x) => {
        const spline = new Spline(raw);
        const slope = spline.slopeAt(x);
        const step = 1e-7;
        const [below, above] = [spline.at(x - step), spline.at(x + step)];
        // Its slope has no jumps, but may change fast beside a knot.
        const around = [spline.slopeAt(x - step), spline.slopeAt(x + step), slope];
        const found = (above - below) / (2 * step);
        expect(Math.log(found)).toBeGreaterThan(Math.log(Math.min(...around)) - 1e-3);
        expect(Math.log(found)).toBeLessThan(Math.log(Math.max(...around)) + 1e-3);
      }),
    );
  });
});

it('scores are nearly those of the normal distribution, and lead back to shares', () => {
  expect(scoreOf(0.5)).toBe(0);
  expect(scoreOf(0.975)).toBeCloseTo(1.96, 2);
  expect(scoreOf(0.001)).toBeCloseTo(-3.09, 1);
  fc.assert(fc.property(shares, (share) => Math.abs(shareOf(scoreOf(share)) - share) < 1e-12));
});
