import { describe, expect, it } from 'vitest';
import { averaged, withMomentum } from './averaged.ts';

const one = (w: number) => ({ w: Float32Array.of(w) });

describe('the mean of what sites changed', () => {
  it('is weighted by their patients', () => {
    const sites = [
      { members: 300, changes: one(4) },
      { members: 100, changes: one(-4) },
    ];
    expect(averaged(one(1), sites)).toEqual(one(3));
  });
});

describe('momentum from round to round', () => {
  it('goes on in the direction of the rounds before, by hand', () => {
    // Changes of 1 and 1 with a momentum of one half: velocities 1 and 1.5, moves of 1.5 and 1.75.
    const first = withMomentum(one(0), one(1), {}, ['w'], 0.5);
    expect(first).toEqual({ state: one(1.5), velocity: one(1) });
    const second = withMomentum(first.state, one(2.5), first.velocity, ['w'], 0.5);
    expect(second).toEqual({ state: one(3.25), velocity: one(1.5) });
  });

  it('leaves the moments of the optimizer as they are on average, and without it everything', () => {
    const mean = { ...one(1), 'adam.0.first': Float32Array.of(7) };
    const before = { ...one(0), 'adam.0.first': Float32Array.of(3) };
    expect(withMomentum(before, mean, {}, ['w'], 0.5).state['adam.0.first']).toEqual(Float32Array.of(7));
    expect(withMomentum(before, mean, one(9), ['w'], 0)).toEqual({ state: mean, velocity: {} });
  });
});
