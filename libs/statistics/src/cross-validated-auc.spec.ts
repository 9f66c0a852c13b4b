import { Rng } from '@ehrsynth/random';
import { expect, it } from 'vitest';
import { auc } from './auc.ts';
import { crossValidatedAuc } from './cross-validated-auc.ts';

it("is the mean of the folds' AUCs: scores of different folds are not compared", () => {
  // 3 of 4 pairs and 4 of 4. Pooled, the second fold's negatives would lie above the first fold's positives.
  const folds = [
    [
      [0.2, 0.4],
      [0.1, 0.3],
    ],
    [
      [8, 9],
      [6, 7],
    ],
  ] as const;
  expect(crossValidatedAuc(folds).value).toBe((0.75 + 1) / 2);
});

it('has the interval of fewer rows than were scored: 1/5 + 1/4 in place of 1/5', () => {
  const rng = new Rng(2);
  const draw = (size: number) => Array.from({ length: size }, () => rng.next());
  const folds = Array.from({ length: 5 }, () => [draw(400), draw(400)] as const);
  const naive = auc(
    folds.flatMap(([up]) => up),
    folds.flatMap(([, down]) => down),
  );
  const found = crossValidatedAuc(folds);
  expect((found.upper - found.lower) / (naive.upper - naive.lower)).toBeCloseTo(Math.sqrt(2.25), 1);
});
