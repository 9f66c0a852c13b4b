import { describe, expect, it } from 'vitest';
import type { Probe } from './synthesizer.ts';
import { freshWatch, watch } from './watch.ts';

const healthy: Probe = {
  r: 0.99,
  rmse: 0.012,
  codesPerPatient: { real: 20, sampled: 19 },
  distinctRows: { real: 0.98, sampled: 0.95 },
  discriminatorAccuracy: 0.7,
  score: 0.03,
};

/** What is said at each of the probes. */
function said(...probes: Partial<Probe>[]): string[][] {
  let state = freshWatch();
  return probes.map((probe) => {
    const { warnings, state: next } = watch({ ...healthy, ...probe }, state);
    // As a checkpoint keeps it.
    state = JSON.parse(JSON.stringify(next)) as typeof next;
    return warnings;
  });
}

describe('what looks wrong with a GAN', () => {
  it('nothing, where nothing does', () => {
    expect(said({}, {}, { rmse: 0.02 })).toEqual([[], [], []]);
  });

  it('a discriminator that wins three times in a row, said once', () => {
    const wins = { discriminatorAccuracy: 1 };
    const [first, second, third, fourth] = said(wins, wins, wins, wins);
    expect([first, second, fourth]).toEqual([[], [], []]);
    expect(third.join()).toMatch(
      /distinguishes 100\.0 % of real and generated rows, 3 probes in a row[\s\S]*--discriminator-steps/,
    );
    expect(said(wins, wins, {}, wins)).toEqual([[], [], [], []]);
  });

  it('few distinct rows beside as many distinct real ones', () => {
    const [[warning]] = said({ distinctRows: { real: 0.98, sampled: 0.2 } });
    expect(warning).toMatch(/only 20\.0 % of generated rows are distinct \(real rows: 98\.0 %\)/);
    expect(said({ distinctRows: { real: 0.3, sampled: 0.2 } })).toEqual([[]]);
  });

  it('a prevalence that was better before, said again when it comes back', () => {
    const [, first, , second] = said({ rmse: 0.011 }, { rmse: 0.03 }, { rmse: 0.012 }, { rmse: 0.03 });
    expect(first.join()).toMatch(/RMSE 0\.0300, up from 0\.0110/);
    expect(second).toEqual(first);
  });
});
