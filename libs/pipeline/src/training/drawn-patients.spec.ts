import { expect, it } from 'vitest';
import { adviceOnDrawn } from './drawn-patients.ts';

const drawn = (r: number | undefined, codes: number, real?: number) => ({
  patients: 1000,
  r,
  codesPerPatient: { drawn: codes, real },
});

it('of a model that draws its patients there is nothing to say, nor where they are not looked at', () => {
  for (const fine of [drawn(0.95, 19, 20), drawn(undefined, 9, 10), drawn(undefined, 7)])
    expect(adviceOnDrawn(fine)).toBeUndefined();
});

it('a model whose codes are not as common as those that it learned, or are far fewer or more, is to learn better', () => {
  expect(adviceOnDrawn(drawn(0.654, 64, 66))).toMatch(/not as common .*\(r 0\.654\): train for more --epochs/);
  expect(adviceOnDrawn(drawn(0.95, 64, 112))).toMatch(/have 64\.0 codes each, .* 112\.0: train/);
  expect(adviceOnDrawn(drawn(0.95, 28, 20))).toMatch(/have 28\.0 codes each/);
});
