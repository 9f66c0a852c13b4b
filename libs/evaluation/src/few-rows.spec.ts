import { Rng } from '@ehrsynth/random';
import { describe, expect, it } from 'vitest';
import { compare } from './compare.ts';
import { NoRowsError } from './errors.ts';
import { habits, setsOf } from './testing.ts';

const rng = new Rng('few');
const many = habits(60, 12, rng);

/** Paths of all numbers in a figure that are none. */
function notNumbers(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => notNumbers(one, `${path}.${key}`));
}

describe('few patients: no figure is made up', () => {
  it.each([1, 2, 3, 4, 9])('%i held out', async (held) => {
    const found = await compare(many, habits(held, 12, rng), many);
    expect(notNumbers(found)).toEqual([]);
    expect(found.discriminator.synthetic).toEqual({ rows: held });
    expect(found.clusters.synthetic.logDeviation).toBeUndefined();
    expect(found.pairs.synthetic).toEqual({ codes: 0 });
    expect(found.counts.synthetic.mean).toEqual({});
    expect(found.prediction.synthetic).toEqual({});
  });

  it.each([
    [1, 60],
    [60, 1],
    [3, 3],
  ])('%i training, %i synthetic', async (training, synthetic) => {
    const found = await compare(habits(training, 12, rng), many, habits(synthetic, 12, rng));
    expect(notNumbers(found)).toEqual([]);
  });

  it('ten of a side are enough for a discriminator, whose interval says how little they show', async () => {
    const { discriminator } = await compare(many, habits(10, 12, rng), many);
    const { boostedTrees } = discriminator.synthetic;
    expect(boostedTrees!.upper - boostedTrees!.lower).toBeGreaterThan(0.5);
  });

  it('no code of 20 patients: coverage and prediction are not measured, instead of 0', async () => {
    const rare = setsOf(
      Array.from({ length: 40 }, (_, row) => [row % 8]),
      8,
    );
    const found = await compare(rare, rare, rare);
    expect(found.coverage.codes).toEqual([
      { minPatients: 5, codes: 8, neverGenerated: 0 },
      { minPatients: 20, codes: 0 },
    ]);
    expect(found.prediction.synthetic.aucGap).toBeUndefined();
    expect(found.prediction.floor.aucGap).toBeUndefined();
  });

  it('no codes at all', async () => {
    const empty = setsOf(
      Array.from({ length: 30 }, () => []),
      0,
    );
    const found = await compare(empty, empty, empty);
    expect(notNumbers(found)).toEqual([]);
    expect(found.prevalence.synthetic).toEqual({});
    expect(found.outcome).toBeUndefined();
    expect(found.violations.synthetic.share).toBeUndefined();
  });

  it('an outcome that no held-out patient has is tested on none', async () => {
    const none = setsOf(
      Array.from({ length: 60 }, () => [0, 1]),
      12,
    );
    const { outcome } = await compare(many, none, many, { outcome: 5 });
    expect(outcome!.trainSyntheticTestReal).toBeUndefined();
    expect(outcome!.trainRealTestSynthetic).toBeDefined();
  });
});

describe('no patients', () => {
  const none = setsOf([], 12);

  it.each([
    ['held-out', [many, none, many], 'ingest --holdout 0.3'],
    ['training', [none, many, many], 'smaller --holdout'],
    ['synthetic', [many, many, none], 'ehrsynth generate'],
  ] as const)('%s: says what is missing and what to do', async (name, [training, holdout, synthetic], todo) => {
    const run = () => compare(training, holdout, synthetic);
    await expect(run).rejects.toThrow(NoRowsError);
    await expect(run).rejects.toThrow(`no ${name} patients`);
    await expect(run).rejects.toThrow(todo.replace('ingest ', ''));
  });
});
