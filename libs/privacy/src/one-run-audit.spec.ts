import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { auditOneRun, epsilonRefuted, pValue } from './one-run-audit.ts';

/** Canaries of the Gaussian mechanism with μ = sensitivity over deviation. */
function gaussianRun(canaries: number, mu: number, seed: number) {
  const rng = new Rng(seed);
  const planted = Array.from({ length: canaries }, () => rng.chance(0.5));
  return { planted, scores: planted.map((one) => (one ? mu : 0) + rng.normal()) };
}

describe('the auditor of one run', () => {
  it('with δ = 0 has the tail of a binomial', () => {
    // Ten fair guesses, nine right: (10 + 1) / 2¹⁰.
    expect(pValue({ canaries: 10, guesses: 10, right: 9 }, 0, 0)).toBeCloseTo(11 / 1024, 12);
    // All of n right: (e^ε / (1 + e^ε))ⁿ.
    const share = Math.exp(2) / (1 + Math.exp(2));
    expect(pValue({ canaries: 40, guesses: 20, right: 20 }, 2, 0)).toBeCloseTo(share ** 20, 12);
    expect(pValue({ canaries: 100, guesses: 100, right: 0 }, 1, 0)).toBeCloseTo(1, 12);
  });

  it('adds to it for δ as the theorem says', () => {
    // Two guesses, both right, ε = 0: β = ¼; P[2 > W ≥ 2 − i] is ½ and ¾ for i = 1 and 2, so α = ½.
    expect(pValue({ canaries: 2, guesses: 2, right: 2 }, 0, 0.01)).toBeCloseTo(0.25 + 2 * 2 * 0.01 * 0.5, 12);
  });

  it('bounds ε by how many guesses are right', () => {
    // Of 100 guesses all right: p^100 = 0.05, ε = log(p / (1 − p)).
    const p = 0.05 ** (1 / 100);
    expect(epsilonRefuted({ canaries: 100, guesses: 100, right: 100 }, 0, 0.05)).toBeCloseTo(Math.log(p / (1 - p)), 5);
    expect(epsilonRefuted({ canaries: 100, guesses: 100, right: 50 }, 0, 0.05)).toBe(0);
    const without = epsilonRefuted({ canaries: 1000, guesses: 200, right: 190 }, 0, 0.05);
    expect(epsilonRefuted({ canaries: 1000, guesses: 200, right: 190 }, 1e-4, 0.05)).toBeLessThan(without);
  });

  it('stays under the ε of the Gaussian mechanism, and passes a claim that is too small', () => {
    // μ = 1 has ε = 4.377 at δ = 1e-5 (Balle, Wang 2018, theorem 8); μ = 3 is the same with a third of the noise.
    const numbers = [3000, 1000, 300];
    const found = [1, 2, 3].map((seed) => auditOneRun(gaussianRun(30_000, 1, seed), 1e-5, numbers));
    for (const { lowerBound } of found) {
      expect(lowerBound).toBeGreaterThan(1.5);
      expect(lowerBound).toBeLessThan(4.377);
    }
    expect(auditOneRun(gaussianRun(30_000, 3, 4), 1e-5, numbers).lowerBound).toBeGreaterThan(4.377);
    expect(auditOneRun(gaussianRun(30_000, 0, 5), 1e-5, numbers).lowerBound).toBeLessThan(0.2);
  });
});
