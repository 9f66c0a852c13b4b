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

it('tells records with an order from those without; an independent draw from neither', async () => {
  const [training, holdout, other] = [lives(400, 1), lives(500, 2), lives(450, 3)];
  const steps: string[] = [];
  const same = await compared(training, holdout, other, { onStep: (name) => steps.push(name) });
  expect(steps).toHaveLength(LONGITUDINAL_STEPS);
  expect(same.compared).toBe(400);
  const { synthetic, floor } = same.discriminator.auc;
  expect(synthetic!.lower).toBeLessThan(0.5);
  expect(floor!.lower).toBeLessThan(0.5);
  expect(Math.abs(same.nextVisitPrediction.gap.synthetic!.value)).toBeLessThan(0.02);

  const shuffled = await compared(training, holdout, faulty(other, shuffledVisits));
  expect(shuffled.discriminator.auc.synthetic!.lower).toBeGreaterThan(0.6);
  const { gap } = shuffled.nextVisitPrediction;
  expect(gap.synthetic!.lower).toBeGreaterThan(gap.floor!.upper);

  // The same seed gives the same; plain JSON, without a number that JSON has not.
  expect(await compared(training, holdout, other)).toEqual(same);
  expect(JSON.parse(JSON.stringify(same))).toEqual(
    JSON.parse(
      JSON.stringify(same, (_, value: unknown) =>
        typeof value === 'number' && !Number.isFinite(value) ? 'not finite' : value,
      ),
    ),
  );
  // Codes by the titles that are given, never by the records' own words.
  const titled = await compared(training, holdout, other, {
    titleOf: (_, system, code) => (code === 'J10' ? `influenza of ${system}` : undefined),
  });
  const shownCodes = titled.plots.firstAges.map((curve) => [curve.code.code, curve.code.title]);
  expect(shownCodes).toContainEqual(['J10', 'influenza of http://hl7.org/fhir/sid/icd-10-cm']);
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
  for (const one of figures) expect(one).toEqual({ notMeasured: expect.any(String) });
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
  expect(found.codes.sequentialVisitBigrams.notMeasured).toContain('11 people');
});
