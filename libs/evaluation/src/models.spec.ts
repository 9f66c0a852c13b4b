import { Rng } from '@ehrsynth/random';
import { beforeAll, describe, expect, it } from 'vitest';
import { compare, type Comparison, COMPARISON_STEPS } from './compare.ts';
import { countDispersion } from './count-dispersion.ts';
import { latentClusters } from './latent-clusters.ts';
import { countsOf, habits, setsOf, shuffledColumns } from './testing.ts';

describe('against numbers worked by hand', () => {
  it('mean and variance of counts over carriers', () => {
    // 15 have 1 of code 0 and 15 have 3: mean 2, variance 30 / 29; and all have 1 of code 1. The other: 2 each, and 3 each.
    const reference = countsOf(
      [
        ...Array(15).fill([
          [0, 1],
          [1, 1],
        ]),
        ...Array(15).fill([
          [0, 3],
          [1, 1],
        ]),
        [],
      ],
      3,
    );
    const other = countsOf(
      Array(30).fill([
        [0, 2],
        [1, 3],
        [2, 9],
      ]),
      3,
    );
    const found = countDispersion(reference, other);
    expect(found.codes).toBe(2); // Code 2 has no carriers in the reference.
    expect(found.mean.rmse).toBeCloseTo(Math.sqrt((0 + 4) / 2), 12);
    expect(found.variance.rmse).toBeCloseTo(30 / 29 / Math.sqrt(2), 12);
    // log 2 and log 4 half and half, mean 1.5 log 2, against log 3; log 2 against log 4.
    expect(found.log1p.mean.rmse).toBeCloseTo(Math.sqrt(((1.5 * Math.LN2 - Math.log(3)) ** 2 + Math.LN2 ** 2) / 2), 12);
    expect(countDispersion(reference, reference).mean).toEqual({ r: expect.closeTo(1, 12), rmse: 0 });
  });

  it('latent clusters', async () => {
    // Two kinds of patients, half and half, against one kind alone. Of the one kind's cluster ⅔ are the other's, of the other none:
    // log ½ ((⅔ − ½)² + ½²) = −1.974081.
    const [a, b] = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ];
    const reference = setsOf([...Array<number[]>(50).fill(a), ...Array<number[]>(50).fill(b)], 8);
    const found = await latentClusters(reference, setsOf(Array<number[]>(100).fill(a), 8), new Rng(1));
    expect(found.clusters).toBe(2);
    expect(found.logDeviation).toBeCloseTo(-1.974081, 6);
    const { logDeviation } = await latentClusters(reference, reference, new Rng(1));
    expect(logDeviation).toBeCloseTo(2 * Math.log(0.5 / 100), 9);
  });
});

describe('what needs a classifier', () => {
  const rng = new Rng(8);
  const [training, holdout, fresh] = [1200, 600, 1200].map((rows) => habits(rows, 24, rng));
  let independent: Comparison;
  let shuffled: Comparison;
  beforeAll(async () => {
    independent = await compare(training, holdout, fresh);
    shuffled = await compare(training, holdout, shuffledColumns(fresh, rng));
  });

  it('an independent draw meets the floor', () => {
    const { discriminator, prediction, outcome, clusters } = independent;
    for (const { lower, upper } of [
      discriminator.synthetic.logisticRegression!,
      discriminator.synthetic.boostedTrees!,
    ]) {
      expect(lower).toBeLessThan(0.5);
      expect(upper).toBeGreaterThan(0.5);
    }
    expect(prediction.codes.length).toBe(24);
    expect(Math.abs(prediction.synthetic.aucGap!)).toBeLessThan(0.02);
    expect(outcome!.trainSyntheticTestReal!.value).toBeGreaterThan(outcome!.trainRealTestReal!.lower);
    expect(outcome!.trainRealTestSynthetic!.value).toBeGreaterThan(outcome!.trainRealTestReal!.lower);
    expect(outcome!.trainBothTestReal!.value).toBeGreaterThan(outcome!.trainRealTestReal!.value - 0.01);
    expect(Math.abs(outcome!.features.synthetic! - outcome!.features.floor!)).toBeLessThan(0.25);
    expect(clusters.synthetic.logDeviation!).toBeLessThan(-5);
  });

  it('codes that no longer go together are distinguished from real ones, and teach nothing', () => {
    const { discriminator, prediction, outcome, clusters } = shuffled;
    expect(discriminator.synthetic.boostedTrees!.lower).toBeGreaterThan(0.75);
    // Each code alone is as common as it was: a linear look does not see it.
    expect(discriminator.synthetic.logisticRegression!.value).toBeLessThan(0.6);
    expect(discriminator.floor.boostedTrees!.value).toBeLessThan(0.56);
    expect(prediction.synthetic.aucGap!).toBeGreaterThan(0.25);
    expect(Math.abs(prediction.floor.aucGap!)).toBeLessThan(0.02);
    expect(outcome!.trainSyntheticTestReal!.upper).toBeLessThan(outcome!.trainRealTestReal!.lower);
    expect(outcome!.features.synthetic!).toBeLessThan(outcome!.features.floor! + 0.1);
    expect(clusters.synthetic.logDeviation!).toBeGreaterThan(clusters.floor.logDeviation!);
  });

  it('gives the same figures for the same seed', async () => {
    const steps: string[] = [];
    expect(await compare(training, holdout, fresh, { onStep: (name) => steps.push(name) })).toEqual(independent);
    expect(steps).toHaveLength(COMPARISON_STEPS);
  });
});
