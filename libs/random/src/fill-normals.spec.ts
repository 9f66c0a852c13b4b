import { describe, expect, it } from 'vitest';
import { Rng } from './rng.ts';

describe('normals32', () => {
  const draws = new Rng(11).normals32(2_000_000);
  const share = (test: (x: number) => boolean) => draws.reduce((count, x) => count + Number(test(x)), 0) / draws.length;
  const moment = (power: number) => draws.reduce((sum, x) => sum + x ** power, 0) / draws.length;

  it('has the moments of a standard normal, within four standard errors', () => {
    const error = (variance: number) => 4 * Math.sqrt(variance / draws.length);
    expect(Math.abs(moment(1))).toBeLessThan(error(1));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(error(2));
    expect(Math.abs(moment(3))).toBeLessThan(error(15));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(error(96));
  });

  it.each([
    [0.5, 0.6914625],
    [1, 0.8413447],
    [2, 0.9772499],
    [3, 0.9986501],
    // The tail begins at 3.654.
    [3.7, 0.9998922],
    [4, 0.9999683],
  ])('lies under %f as often as the distribution says', (x, expected) => {
    const error = 4 * Math.sqrt((expected * (1 - expected)) / draws.length);
    expect(Math.abs(share((draw) => draw < x) - expected)).toBeLessThan(error);
    expect(Math.abs(share((draw) => draw > -x) - expected)).toBeLessThan(error);
  });

  it('is the same for the same seed, whatever was drawn in between', () => {
    const [a, b] = [new Rng(3), new Rng(3)];
    expect([...a.normals32(5)]).toEqual([...b.normals32(5)]);
    expect([...a.normals32(5)]).toEqual([...b.normals32(5)]);
    expect([...a.normals32(5)]).not.toEqual([...new Rng(3).normals32(5)]);
  });
});
