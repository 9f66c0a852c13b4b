import { describe, expect, it } from 'vitest';
import { noiseFor } from './noise.ts';
import { prvEpsilonOf } from './prv.ts';
import { epsilonOf } from './rdp.ts';

describe('the noise of a budget', () => {
  it.each([
    [0.01, 1e-5, 0.02, 200],
    [0.12, 1e-5, 0.025, 800],
    [1, 1e-5, 0.025, 800],
    [3, 1e-6, 0.0215, 930],
    [8, 1e-5, 1, 20],
  ])('ε %d at δ %d, q %d, %d steps: enough, and hardly more', (epsilon, delta, samplingRate, steps) => {
    const { noiseMultiplier, spent } = noiseFor(epsilon, delta, { samplingRate, steps });
    expect(spent.upper).toBeLessThanOrEqual(epsilon);
    // With a finer grid as well, which is slower.
    const finer = (sigma: number) =>
      prvEpsilonOf({ samplingRate, noiseMultiplier: sigma, steps }, delta, { epsilonError: epsilon / 300 });
    expect(finer(noiseMultiplier).upper).toBeLessThanOrEqual(epsilon);
    expect(finer(0.97 * noiseMultiplier).lower).toBeGreaterThan(epsilon);
    // The Rényi accountant, which never charges too little, agrees within its own slack.
    const { epsilon: renyi } = epsilonOf({ samplingRate, noiseMultiplier, steps }, delta);
    expect(renyi).toBeGreaterThan(spent.lower);
    expect(renyi).toBeLessThan(1.25 * epsilon);
  });

  it('is what the Gaussian mechanism without sampling needs exactly', () => {
    // Balle, Wang 2018, theorem 8: at μ = √steps / σ = 1 and δ = 1e-5, ε = 4.3771.
    const { noiseMultiplier } = noiseFor(4.3771, 1e-5, { samplingRate: 1, steps: 16 });
    expect(noiseMultiplier).toBeGreaterThan(4);
    expect(noiseMultiplier).toBeLessThan(4.06);
  });

  it.each([
    [0, 1e-5, 10, 'ε is 0'],
    [-1, 1e-5, 10, 'ε is -1'],
    [1e4, 1e-5, 10, 'from 0.01 to 100'],
    [1, 0, 10, 'δ is 0'],
    [1, 1, 10, 'δ is 1'],
    [1, 1e-12, 10, 'at least 1e-10'],
    [1, 1e-5, 0, '0 steps'],
    [1e-6, 1e-5, 10, 'from 0.01 to 100'],
    [0.01, 1e-10, 1e9, 'within ε = 0.01'],
  ])('says in words what is impossible: ε %d, δ %d, %d steps', (epsilon, delta, steps, words) => {
    expect(() => noiseFor(epsilon, delta, { samplingRate: 0.1, steps })).toThrow(words);
    expect(() => noiseFor(epsilon, delta, { samplingRate: 0.1, steps })).toThrow(
      expect.objectContaining({ exitCode: 2 }),
    );
  });
});
