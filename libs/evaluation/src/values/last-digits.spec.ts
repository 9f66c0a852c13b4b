import { expect, it } from 'vitest';
import { decimalsOf, FINER, lastDigitOf, totalVariation } from './last-digits.ts';

it('decimals are those that nearly all values need', () => {
  expect(decimalsOf(Float64Array.of(120, 135, 98))).toBe(0);
  expect(decimalsOf(Float64Array.of(5.6, 7, 8.1))).toBe(1);
  expect(decimalsOf(Float64Array.of(0.3, 0.1 + 0.2, 0.7))).toBe(1);
  // One of forty is finer: the source records whole numbers.
  expect(decimalsOf(Float64Array.from({ length: 40 }, (_, i) => (i === 0 ? 98.6 : i)))).toBe(0);
  expect(decimalsOf(Float64Array.of(Math.PI, Math.E))).toBe(4);
});

it('last digits are of values as they are recorded', () => {
  expect([120, 135, -98, 0].map((value) => lastDigitOf(value, 0))).toEqual([0, 5, 8, 0]);
  // 7 is recorded as 7.0.
  expect([5.6, 7, 0.29].map((value) => lastDigitOf(value, 1))).toEqual([6, 0, FINER]);
  expect(lastDigitOf(1.15, 2)).toBe(5);
});

it('total variation is half the sum of the differences', () => {
  expect(totalVariation(Float64Array.of(1, 1, 2), Float64Array.of(2, 2, 0))).toBeCloseTo(0.5, 12);
  expect(totalVariation(Float64Array.of(1, 1), Float64Array.of(0, 0))).toBeNaN();
});
