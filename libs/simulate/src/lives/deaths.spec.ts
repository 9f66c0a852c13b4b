import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { deathRate } from './estimates/deaths.ts';
import { live } from './life.ts';
import { drawPerson } from './person.ts';
import { processOf } from './process.ts';
import { truthOf } from './truth.ts';
import type { WorldOverrides } from './types.ts';
import { worldWith } from './world.ts';

/** As many of each age, seen for ten years. */
const EVEN: WorldOverrides = {
  population: {
    ages: [
      [45, 0.3],
      [70, 0.3],
      [98, 0.4],
    ],
    wholeWindowShare: 1,
  },
};

function livesOf(overrides: WorldOverrides) {
  const process = processOf(worldWith({ ...EVEN, ...overrides }));
  const rng = new Rng(21);
  return Array.from({ length: 6000 }, (_, i) => {
    const own = rng.fork(i);
    return live(process, drawPerson(process.world.population, own.fork('person')), own.fork('life'));
  });
}

describe('deaths by age, with all diseases', () => {
  const { total } = truthOf().mortality;
  /** What the life tables say is met within 30 % where sampling error allows a judgement. */
  const isMet = (lives: ReturnType<typeof livesOf>, band: (typeof total)[number]) => {
    const { low, high } = deathRate(lives, band);
    return low < 1.3 * band.deaths && high > 0.7 * band.deaths;
  };
  const lives = livesOf({});

  it.each(total)('from $from to $to are $deaths per 1,000 a year', (band) => {
    expect(isMet(lives, band)).toBe(true);
  });

  it('are known well enough to be judged from 55 on', () => {
    for (const band of total.filter(({ from }) => from >= 55)) {
      const { low, high, value } = deathRate(lives, band);
      expect(high - low).toBeLessThan(0.9 * value);
    }
  });

  it('are too many in the old where factors of diseases multiply without limit', () => {
    const without = livesOf({ mortality: { largestRatio: Infinity } });
    expect(total.filter(({ from }) => from >= 75).some((band) => !isMet(without, band))).toBe(true);
  });
});
