import { Rng } from '@ehrsynth/random';
import { beforeAll, describe, expect, it } from 'vitest';
import { discriminate, type Discrimination } from './discriminator.ts';
import { habits } from './testing.ts';

type Learner = 'logisticRegression' | 'boostedTrees';
const LEARNERS: Learner[] = ['logisticRegression', 'boostedTrees'];

const SAMPLES = 120;
const ROWS = 50;

describe(`how often the 95% interval holds 0.5, of rows that cannot be distinguished (${SAMPLES} samples)`, () => {
  let found: Required<Discrimination>[];
  beforeAll(() => {
    const rng = new Rng('halves');
    found = Array.from({ length: SAMPLES }, (_, i) => {
      const own = rng.fork(i);
      const [a, b] = ['a', 'b'].map((half) => habits(ROWS, 12, own.fork(half)));
      return discriminate(a, b, own.fork('folds')) as Required<Discrimination>;
    });
  });

  it.each(LEARNERS)('%s', (learner) => {
    const intervals = found.map((one) => one[learner]);
    const held = intervals.filter(({ lower, upper }) => lower <= 0.5 && upper >= 0.5).length / SAMPLES;
    expect(held).toBeGreaterThan(0.92);
    // Of independent folds the interval would be two thirds as wide, and would hold it too seldom.
    const narrow = intervals.filter(({ value, lower, upper }) => Math.abs(value - 0.5) <= (upper - lower) / 2 / 1.5);
    expect(narrow.length / SAMPLES).toBeLessThan(0.94);
    const mean = intervals.reduce((sum, { value }) => sum + value, 0) / SAMPLES;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });
});
