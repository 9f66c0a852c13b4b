import type { CodeMatrix } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { coverage } from './coverage.ts';
import { conceptAbundance } from './concept-abundance.ts';
import { pairFit } from './pairs.ts';
import { prevalence, prevalenceShortfall } from './prevalence.ts';
import { recordLength } from './record-length.ts';
import { setsOf } from './testing.ts';

describe('fidelity, against numbers worked by hand', () => {
  // Prevalence ¾, ½, ¼ against ½, ½, 0; lengths 2, 2, 1, 1 against 1, 1, 2, 0.
  const reference = setsOf([[0, 1], [0, 1], [0], [2]], 3);
  const other = setsOf([[0], [1], [0, 1], []], 3);

  it('prevalence', () => {
    const fit = prevalence(reference, other);
    // Deviations ¼, 0, −¼ and 1/6, 1/6, −1/3: r = (1/24 + 1/12) / √(1/8 · 1/6) = 0.866025.
    expect(fit.r).toBeCloseTo(0.866025, 6);
    expect(fit.rmse).toBeCloseTo(Math.sqrt((1 / 16 + 0 + 1 / 16) / 3), 12);
    expect(fit.meanAbsoluteDifference).toBeCloseTo(1 / 6, 12);
    expect(fit.maxAbsoluteDifference).toBe(0.25);
  });

  it('shortfall of prevalence: the difference of two r, jackknifed over the rows of all sides', () => {
    const sides = [setsOf([[0, 1], [0], [0, 2], [1]], 3), setsOf([[0, 1], [0, 1], [0], [2]], 3), other] as const;
    const shortfallOf = ([training, holdout, synthetic]: readonly CodeMatrix[]) =>
      prevalence(holdout, training).r! - prevalence(holdout, synthetic).r!;
    const without = [0, 1, 2, 3].map((left) =>
      shortfallOf(sides.map((side) => side.pick([0, 1, 2, 3].filter((row) => row !== left)))),
    );
    const mean = without.reduce((sum, one) => sum + one, 0) / 4;
    const deviations = without.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    const found = prevalenceShortfall(...sides)!;
    expect(found.value).toBeCloseTo(shortfallOf(sides), 12);
    // Kott: (groups − 1) / groups times the sum of squares.
    expect(found.upper - found.value).toBeCloseTo(1.959964 * Math.sqrt((3 / 4) * deviations), 9);
  });

  it('record length', () => {
    // Cumulative shares at 0, 1, 2 codes: 0, ½, 1 against ¼, ¾, 1.
    const fit = recordLength(reference, other);
    expect(fit.mean).toEqual({ reference: 1.5, other: 1 });
    expect(fit.sd.reference).toBeCloseTo(0.5, 12);
    expect(fit.ks).toBeCloseTo(0.25, 12);
    expect([fit.emptyRows.reference?.value, fit.emptyRows.other?.value]).toEqual([0, 0.25]);
  });

  it('concept abundance', () => {
    // Lengths 2, 2, 1, 1 against 1, 1, 2, 0, a bin a length: |0 − ¼| + |½ − ½| + |½ − ¼| = ½, halved.
    expect(conceptAbundance(reference, other)).toBeCloseTo(0.25, 12);
    expect(conceptAbundance(reference, reference)).toBe(0);
  });

  it('correlation and lift of pairs', () => {
    // Of 100: 40 have both, 20 the first alone, 10 the second alone; and 30, 30, 20.
    const rows = (both: number, first: number, second: number) =>
      setsOf(
        [
          ...Array<number[]>(both).fill([0, 1]),
          ...Array<number[]>(first).fill([0]),
          ...Array<number[]>(second).fill([1]),
          ...Array<number[]>(100 - both - first - second).fill([2]),
        ],
        3,
      );
    const fit = pairFit(rows(40, 20, 10), rows(30, 30, 20));
    // φ of codes 0 and 1: (.4 − .6·.5) / √(.6·.4·.5·.5) = .408248 and 0; 0 and 2 (30): (0 − .6·.3) / √(.24·.21) = −.801784 and
    // (−.6·.2) / √(.24·.16) = −.612372; 1 and 2: (−.5·.3) / √(.25·.21) = −.654654 and (−.5·.2) / √(.25·.16) = −.5.
    expect(fit.codes).toBe(3);
    expect(fit.correlation!.meanAbsoluteDifference).toBeCloseTo((0.408248 + 0.189412 + 0.154654) / 3, 5);
    expect(fit.lift).toBeUndefined(); // One pair only.
    const same = pairFit(rows(40, 20, 10), rows(40, 20, 10)).correlation!;
    expect([same.meanAbsoluteDifference, same.r]).toEqual([0, expect.closeTo(1, 12)]);
    // All three of 40 and one alone of 20; then of 30 and 30. log lifts log 100/60.5 twice, log 100/40.5; log 100/60.5 twice, log 100/30.5.
    const three = (all: number) =>
      setsOf(
        [
          ...Array<number[]>(all).fill([0, 1, 2]),
          ...Array<number[]>(60 - all).fill([0]),
          ...Array<number[]>(40).fill([]),
        ],
        3,
      );
    const { lift } = pairFit(three(40), three(30));
    expect(lift).toEqual({
      pairs: 3,
      r: expect.closeTo(1, 9),
      rmse: expect.closeTo(Math.log(40.5 / 30.5) / Math.sqrt(3), 9),
    });
  });

  it('coverage', () => {
    const many = setsOf(
      Array.from({ length: 20 }, (_, i) => (i < 5 ? [0, 1, 2] : [0])),
      3,
    );
    const found = coverage(many, setsOf([[0], [0], [1]], 3));
    expect(found.codes).toEqual([
      { minPatients: 5, codes: 3, neverGenerated: 1 },
      { minPatients: 20, codes: 1, neverGenerated: 0 },
    ]);
    // Prevalence 1 and ¼ (codes 1 and 2, of which code 2 is never there).
    expect(found.bands.filter(({ codes }) => codes > 0)).toEqual([{ from: 0.1, codes: 3, generated: 2 }]);
    // Five rows of one set of codes and fifteen of another; of the three synthetic ones, only {1} is unlike the others.
    expect(found.uniqueRows).toEqual({ reference: 0, other: expect.closeTo(1 / 3, 12) });
    const five = setsOf([[0, 1], [0], [1], [], [0]], 2);
    expect(coverage(five, setsOf([[0]], 2), 1).uniqueRows.reference).toBe(3 / 5);
    // Three of five patients, and the two others, are too few to show.
    expect(coverage(five, setsOf([[0]], 2)).uniqueRows.reference).toBeUndefined();
  });
});

it('an independent draw of the same distribution meets the floor', () => {
  const rng = new Rng(4);
  const draw = () =>
    setsOf(
      Array.from({ length: 2000 }, () =>
        Array.from({ length: 40 }, (_, i) => i).filter((i) => rng.chance((i + 1) / 50)),
      ),
      40,
    );
  const [training, holdout, synthetic] = [draw(), draw(), draw()];
  const [found, floor] = [prevalence(holdout, synthetic), prevalence(holdout, training)];
  expect(found.r).toBeGreaterThan(0.99);
  expect(found.rmse! / floor.rmse!).toBeLessThan(1.5);
  expect(recordLength(holdout, synthetic).ks).toBeLessThan(0.06);
  const difference = (other: typeof training) => pairFit(holdout, other).correlation!.meanAbsoluteDifference;
  expect(difference(synthetic) / difference(training)).toBeLessThan(1.2);
  expect(conceptAbundance(holdout, synthetic)).toBeLessThan(0.08);
});
