import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epsilonOf, ORDERS, sampledGaussianRdp } from './rdp.ts';

describe('the Rényi accountant', () => {
  it.each([
    [0.01, 1, 10_000, 1e-5, 6.712738, 4.1],
    [0.01, 4, 10_000, 1e-5, 1.03549, 17],
    [1000 / 46520, 1.1, 4650, 1e-5, 8.889977, 3.5],
    [0.001, 0.8, 1000, 1e-6, 1.461876, 8.6],
    [1, 5, 10, 1e-5, 2.813653, 7.9],
    [0.02, 0.7, 500, 1e-5, 7.664088, 3],
    [0.0215, 1.5, 23250, 1 / 46520, 13.470157, 2.8],
  ])(
    'gives the reference ε: q %d, σ %d, %d steps, δ %d',
    (samplingRate, noiseMultiplier, steps, delta, epsilon, order) => {
      const found = epsilonOf({ samplingRate, noiseMultiplier, steps }, delta);
      expect(found.epsilon).toBeCloseTo(epsilon, 6);
      expect(found.order).toBeCloseTo(order, 9);
    },
  );

  it.each([
    [2, 1.71813422e-4],
    [3, 2.64637575e-4],
    [8, 8.93643908e-4],
    [16.5, 3.34774162],
    [32, 11.2462759],
  ])('gives the reference divergence of one step at order %d', (order, rdp) => {
    expect(sampledGaussianRdp(order, 0.01, 1) / rdp).toBeCloseTo(1, 8);
  });

  it('more steps, more rows per step and less noise cost more', () => {
    const q = fc.double({ min: 0.001, max: 0.5, noNaN: true });
    const sigma = fc.double({ min: 0.6, max: 8, noNaN: true });
    const epsilon = (samplingRate: number, noiseMultiplier: number, steps: number) =>
      epsilonOf({ samplingRate, noiseMultiplier, steps }, 1e-5).epsilon;
    fc.assert(
      fc.property(q, sigma, fc.integer({ min: 1, max: 5000 }), (rate, noise, steps) => {
        const here = epsilon(rate, noise, steps);
        expect(epsilon(rate, noise, 2 * steps)).toBeGreaterThanOrEqual(here);
        expect(epsilon(rate * 1.5, noise, steps)).toBeGreaterThanOrEqual(here - 1e-9);
        expect(epsilon(rate, noise * 1.5, steps)).toBeLessThanOrEqual(here + 1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it('does not overcharge small budgets: its orders go as far as they need', () => {
    // Without sampling the divergence is α/2σ²; the least over all orders, converted, is at about 1 + σ √(2 ln 1/δ).
    const { epsilon, order } = epsilonOf({ samplingRate: 1, noiseMultiplier: 400, steps: 1 }, 1e-5);
    expect(order).toBeGreaterThan(1000);
    const best = Math.min(
      ...Array.from({ length: 5000 }, (_, i) => {
        const alpha = 2 + i;
        return alpha / (2 * 400 ** 2) + Math.log1p(-1 / alpha) - Math.log(1e-5 * alpha) / (alpha - 1);
      }),
    );
    expect(epsilon / best).toBeLessThan(1.02);
    const oldOrders = ORDERS.filter((one) => one <= 63);
    const before = epsilonOf({ samplingRate: 1, noiseMultiplier: 400, steps: 1 }, 1e-5, oldOrders).epsilon;
    expect(before / best).toBeGreaterThan(10);
  });

  it('refuses what is no probability, noise or order', () => {
    expect(() => sampledGaussianRdp(2, 0, 1)).toThrow('sampling rate is 0');
    expect(() => sampledGaussianRdp(2, 0.1, 0)).toThrow('noise multiplier is 0');
    expect(() => sampledGaussianRdp(1, 0.1, 1)).toThrow('order is 1');
    expect(() => epsilonOf({ samplingRate: 0.1, noiseMultiplier: 1, steps: 1 }, 1)).toThrow('delta is 1');
  });
});
