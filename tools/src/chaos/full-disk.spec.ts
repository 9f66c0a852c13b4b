import { expect, it } from 'vitest';
import { SIZES, sizeOf } from './full-disk.ts';
import { PAGE } from './small-disk.ts';

it('sizes go from a page to what is needed, and the last is ample', () => {
  const peak = 500 * PAGE;
  const sizes = Array.from({ length: SIZES }, (_, index) => sizeOf(index, peak, 0.5));
  expect(sizes[0]).toBeLessThan(4 * PAGE);
  expect(sizes.slice(0, -2).every((size, i) => size <= sizes[i + 1] && size % PAGE === 0)).toBe(true);
  expect(sizes.filter((size) => size < peak).length).toBeGreaterThan(15);
  expect(sizes[SIZES - 2]).toBeGreaterThan(peak);
  expect(sizes[SIZES - 1]).toBeGreaterThan(4 * peak);
});
