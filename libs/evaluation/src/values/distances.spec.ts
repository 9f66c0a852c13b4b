import { expect, it } from 'vitest';
import { distributionDistances } from './distances.ts';
import { levelsOf } from './levels.ts';
import { resampling } from './resampling.ts';
import { Rng } from '@ehrsynth/random';

const { draws } = resampling(1, new Rng(1));

function distances(holdout: number[], training: number[], synthetic: number[]) {
  const { values, levels } = levelsOf(...[holdout, training, synthetic].map((own) => Float64Array.from(own)));
  const [h, r, s] = levels.map((level) => ({ level, group: new Uint8Array(level.length) }));
  return distributionDistances({ holdout: h, training: r, synthetic: s }, values, draws.slice(0, 1));
}

it('Kolmogorov–Smirnov and Wasserstein distances worked by hand', () => {
  // Held out 1, 2, 3, 4. Training the same moved by 1: a quarter apart at 1 to 4, so 4 × ¼ × 1. Synthetic: all at 1, or 3, 2, 1 apart.
  const { ks, wasserstein } = distances([1, 2, 3, 4], [2, 3, 4, 5], [1, 1, 1, 1]);
  expect(ks.floor[0]).toBeCloseTo(0.25, 12);
  expect(wasserstein.floor[0]).toBeCloseTo(1, 12);
  expect(ks.synthetic[0]).toBeCloseTo(0.75, 12);
  expect(wasserstein.synthetic[0]).toBeCloseTo(0.75 + 0.5 + 0.25, 12);
});

it('are not measured of a side without values', () => {
  const { ks, wasserstein } = distances([1, 2], [1, 2], []);
  expect([ks.floor[0], wasserstein.floor[0]]).toEqual([0, 0]);
  expect([ks.synthetic[0], wasserstein.synthetic[0]]).toEqual([NaN, NaN]);
});

it('of more values than there are levels are off by less than one level', () => {
  const rng = new Rng('many');
  const draw = (moved: number) => Array.from({ length: 20_000 }, () => rng.next() + moved);
  const { ks, wasserstein } = distances(draw(0), draw(0.2), draw(0));
  expect(ks.floor[0]).toBeGreaterThan(0.18);
  expect(ks.floor[0]).toBeLessThan(0.22);
  expect(wasserstein.floor[0]).toBeCloseTo(0.2, 2);
  expect(ks.synthetic[0]).toBeLessThan(0.03);
});
