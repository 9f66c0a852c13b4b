import { expect, it } from 'vitest';
import { compareHistories, LONGITUDINAL_STEPS } from './compare-histories.ts';
import type { LongitudinalComparison } from './comparison.ts';
import type { Figure } from './figure.ts';
import { historiesOf, lives, recordOf } from './testing.ts';
import { faulty, shuffledVisits } from './testing-faults.ts';

async function compared(
  training: ReturnType<typeof lives>,
  holdout: ReturnType<typeof lives>,
  synthetic: ReturnType<typeof lives>,
  options: Parameters<typeof compareHistories>[3] = {},
): Promise<LongitudinalComparison> {
  const [a, b, c] = await historiesOf(training, holdout, synthetic);
  return compareHistories(a, b, c, options);
}

/** All figures of a comparison, wherever they stand. */
function figuresIn(value: unknown): Figure[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'notMeasured' in value || ('synthetic' in value && 'floor' in value) ? [value as Figure] : [];
  return [...own, ...Object.values(value).flatMap(figuresIn)];
}

it('distinguishes records with an order from those without; an independent draw from neither', async () => {
  const [training, holdout, other] = [lives(300, 1), lives(340, 2), lives(320, 3)];
  const steps: string[] = [];
  const same = await compared(training, holdout, other, { onStep: (name) => steps.push(name) });
  expect(steps).toHaveLength(LONGITUDINAL_STEPS);
  expect(same.compared).toBe(300);
  const { synthetic, floor } = same.discriminator.auc;
  expect(synthetic!.lower).toBeLessThan(0.5);
  expect(floor!.lower).toBeLessThan(0.5);
  expect(Math.abs(same.nextVisitPrediction.gap.synthetic!.value)).toBeLessThan(0.02);

  const shuffled = await compared(training, holdout, faulty(other, shuffledVisits));
  expect(shuffled.discriminator.auc.synthetic!.lower).toBeGreaterThan(0.53);
  expect(shuffled.discriminator.auc.synthetic!.value).toBeGreaterThan(floor!.upper);
  const { gap } = shuffled.nextVisitPrediction;
  expect(gap.synthetic!.lower).toBeGreaterThan(gap.floor!.upper);
});

it('the same seed gives the same, in plain JSON; codes have the titles that are given', async () => {
  const sides = [lives(90, 1), lives(80, 2), lives(80, 3)] as const;
  const titleOf = (_: string, system: string, code: string) => `${code} of ${system}`;
  const [one, again] = [await compared(...sides, { titleOf }), await compared(...sides, { titleOf })];
  expect(again).toEqual(one);
  // Numbers that JSON has not would become null.
  const isOdd = (value: unknown) => typeof value === 'number' && !Number.isFinite(value);
  expect(JSON.stringify(one, (_, value: unknown) => (isOdd(value) ? 'odd' : value))).not.toContain('"odd"');
  expect(one.plots.firstAges.length).toBeGreaterThan(0);
  for (const { code } of one.plots.firstAges) expect(code.title).toBe(`${code.code} of ${code.system}`);
});

it('shows no key that fewer real people have', async () => {
  const many = Array.from({ length: 40 }, (_, i) =>
    recordOf(
      [
        [1, 'a'],
        [2, i < 10 ? 'rare' : 'b'],
        [3, 'c'],
      ],
      { birthDate: '1980-01-01' },
    ),
  );
  const found = await compared(many, many, many, { outcomes: [], effects: [] });
  const text = JSON.stringify(found);
  expect(text).not.toContain('rare');
  expect(text).toContain('"code":"b"');
  const [low] = [await compared(many, many, many, { outcomes: [], effects: [], minPatients: 5 })];
  expect(JSON.stringify(low)).toContain('rare');
});

it('of ten patients nothing is measured, and each figure says why', async () => {
  const found = await compared(lives(10, 1), lives(10, 2), lives(10, 3));
  const figures = figuresIn({ ...found, plots: undefined }).filter(
    (one) => 'notMeasured' in one || typeof one.synthetic === 'object',
  );
  expect(figures.length).toBeGreaterThan(25);
  for (const one of figures) {
    expect(one).toMatchObject({ notMeasured: expect.any(String) });
    expect([one.synthetic, one.floor]).toEqual([undefined, undefined]);
  }
  expect(found.plots.successions).toEqual([]);
  expect(found.plots.gaps).toBeUndefined();
  expect(found.plots.firstAges).toEqual([]);
});

it('needs patients, and one dictionary', async () => {
  const few = lives(3, 1);
  await expect(compared(few, [], few)).rejects.toThrow('no held-out patients');
  const [[a], [b]] = [await historiesOf(few), await historiesOf(few)];
  await expect(compareHistories(a, a, b)).rejects.toThrow('dictionaries');
  const silent = Array.from({ length: 30 }, () => recordOf([]));
  const found = await compared(lives(30, 1), lives(30, 2), silent, { outcomes: [], effects: [] });
  expect(found.codes.sequentialVisitBigrams.notMeasured).toContain('11 patients');
});
