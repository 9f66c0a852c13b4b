import { describe, expect, it } from 'vitest';
import { prvEpsilonOf } from './prv.ts';
import { epsilonOf } from './rdp.ts';

describe('the accountant by privacy loss random variables', () => {
  it.each([
    [0.01, 1, 10_000, 1e-5, 6.1774, 6.1877, 6.198],
    [1000 / 46520, 1.1, 4650, 1e-5, 8.1993, 8.2097, 8.2201],
    [0.02, 0.7, 500, 1e-5, 6.6433, 6.6538, 6.6643],
  ])(
    'is within the reference bounds: q %d, σ %d, %d steps, δ %d',
    (samplingRate, noiseMultiplier, steps, delta, lower, estimate, upper) => {
      const found = prvEpsilonOf({ samplingRate, noiseMultiplier, steps }, delta);
      expect(found.epsilon).toBeGreaterThan(lower);
      expect(found.epsilon).toBeLessThan(upper);
      expect(found.epsilon).toBeCloseTo(estimate, 3);
      expect(found.lower).toBeLessThan(found.epsilon);
      expect(found.upper).toBeGreaterThan(found.epsilon);
      expect(found.upper - found.lower).toBeLessThan(0.025);
    },
  );

  it('of the Gaussian mechanism without sampling is its exact ε', () => {
    // Balle, Wang 2018, theorem 8: δ = Φ(μ/2 − ε/μ) − e^ε Φ(−μ/2 − ε/μ) with μ = √steps / σ; at μ = 1 and δ = 1e-5, ε = 4.3771.
    const { epsilon } = prvEpsilonOf({ samplingRate: 1, noiseMultiplier: 4, steps: 16 }, 1e-5);
    expect(epsilon).toBeCloseTo(4.3771, 2);
  });

  it('of several mechanisms is that of all their losses', () => {
    // μ² = 8/16 + 2/4 = 1, as above, in whatever order.
    const [a, b] = [
      { samplingRate: 1, noiseMultiplier: 4, steps: 8 },
      { samplingRate: 1, noiseMultiplier: 2, steps: 2 },
    ];
    expect(prvEpsilonOf([a, b], 1e-5).epsilon).toBeCloseTo(4.3771, 2);
    expect(prvEpsilonOf([b, a], 1e-5).epsilon).toBeCloseTo(4.3771, 2);
    // A training and one release beside it: more than the training alone, less than both ε together, within Rényi's bound.
    const [training, release] = [
      { samplingRate: 0.05, noiseMultiplier: 1.2, steps: 100 },
      { samplingRate: 1, noiseMultiplier: 5, steps: 1 },
    ];
    const [both, one, other] = [[training, release], training, release].map((all) => prvEpsilonOf(all, 1e-5));
    expect(both.lower).toBeGreaterThan(one.upper);
    expect(both.upper).toBeLessThan(one.lower + other.lower);
    expect(both.epsilon).toBeLessThan(epsilonOf([training, release], 1e-5).epsilon);
  });

  it('is never above the Rényi accountant', () => {
    for (const [samplingRate, noiseMultiplier, steps] of [
      [0.001, 0.8, 1000],
      [0.1, 2, 50],
      [0.0215, 1.5, 2000],
    ]) {
      const mechanism = { samplingRate, noiseMultiplier, steps };
      expect(prvEpsilonOf(mechanism, 1e-6).epsilon).toBeLessThan(epsilonOf(mechanism, 1e-6).epsilon);
    }
  });
});
