import { describe, expect, it } from 'vitest';
import { tooFewHeldOut, tooFewText } from './too-few-held-out.ts';

describe('what a cohort is too small for', () => {
  it('of fewer than a hundred held out no gate can pass', () => {
    const few = tooFewHeldOut(66, 34)!;
    expect(few.gates).toHaveLength(6);
    expect(tooFewText(few, { training: 66, holdout: 34 })).toMatch(
      /^34 held-out patients are too few for 6 privacy gates to pass \(\w[\w, -]+\), whatever is generated: at least \d{3} are needed \(/,
    );
  });

  it('with as many as it says each of them can', () => {
    for (const [training, holdout] of [
      [66, 34],
      [500, 120],
      [100, 1000],
    ]) {
      const few = tooFewHeldOut(training, holdout)!;
      const learned = Math.ceil((training * few.needed) / holdout);
      expect(tooFewHeldOut(learned, few.needed)).toBeUndefined();
      expect(tooFewHeldOut(Math.floor(0.85 * learned), Math.floor(0.85 * few.needed))).toBeDefined();
    }
  });

  it('is nothing of many patients, nor where nobody is held out', () => {
    expect(tooFewHeldOut(1457, 1043)).toBeUndefined();
    expect(tooFewHeldOut(20, 0)).toBeUndefined();
  });
});
