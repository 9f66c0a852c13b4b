import { describe, expect, it } from 'vitest';
import { Rng, uuidOf } from './rng.ts';

const draws = (count: number, draw: () => number) => Array.from({ length: count }, draw);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Rng', () => {
  it('gives the same draws for the same seed, others for another', () => {
    const [a, b, c] = [new Rng(7), new Rng(7), new Rng(8)].map((rng) => draws(5, () => rng.next()));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it('forks by name, whatever was drawn before', () => {
    const fresh = new Rng(7).fork('noise').next();
    const used = new Rng(7);
    used.next();
    expect(used.fork('noise').next()).toBe(fresh);
    expect(used.fork('dates').next()).not.toBe(fresh);
  });

  it('continues from a saved state', () => {
    const rng = new Rng(3);
    rng.next();
    const state = rng.state();
    const expected = draws(4, () => rng.next());
    rng.restore(state);
    expect(draws(4, () => rng.next())).toEqual(expected);
  });

  it('draws from the distributions that it names', () => {
    const rng = new Rng(1);
    const normals = draws(20_000, () => rng.normal());
    expect(mean(normals)).toBeCloseTo(0, 1);
    expect(mean(normals.map((value) => value * value))).toBeCloseTo(1, 1);
    expect(mean(draws(20_000, () => rng.poisson(3)))).toBeCloseTo(3, 0);
    const picks = draws(20_000, () => rng.weighted([1, 0, 3]));
    expect(picks).not.toContain(1);
    expect(picks.filter((pick) => pick === 2).length / picks.length).toBeCloseTo(0.75, 1);
    expect(rng.weighted([0, 0])).toBe(-1);
  });

  it('names things by UUIDs that depend on the name alone', () => {
    expect(uuidOf('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidOf('a')).toBe(uuidOf('a'));
    expect(uuidOf('a')).not.toBe(uuidOf('b'));
  });
});
