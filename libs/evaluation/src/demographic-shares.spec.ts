import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { demographicShares, type DemographicCategory, withheldCategoryText } from './demographic-shares.ts';

const columns: Column[] = ['a', 'b', 'c', 'd'].map((code) => ({
  kind: 'demographic',
  system: 'race',
  code,
  level: 'code',
}));

/** So many patients of each race, and of none. */
function people(counts: number[]): CodeMatrix {
  const builder = new MatrixBuilder(columns);
  counts.forEach((count, race) => {
    const own = columns[race] ? [[columns[race], 1] as [Column, number]] : [];
    for (let i = 0; i < count; i++) builder.add(`${race}-${i}`, own);
  });
  return builder.build();
}

const synthetic = people([50, 30, 10, 10]);
const holdoutOf = (counts: number[]) => demographicShares(people(counts), people(counts), synthetic)[0].categories;

it('gives the share of each side by sex, age and race', () => {
  const [race] = demographicShares(people([40, 40, 20, 0]), people([60, 20, 20, 0]), synthetic);
  expect(race.group).toBe('race');
  expect(race.categories[0]).toEqual({ code: 'a', training: 0.4, holdout: 0.6, synthetic: 0.5 });
  // Nobody is without a race: there is no such category.
  expect(race.categories.map(({ code }) => code)).toEqual(['a', 'b', 'c', 'd']);
  expect(holdoutOf([40, 40, 20, 0, 30]).at(-1)).toEqual({ training: 30 / 130, holdout: 30 / 130, synthetic: 0 });
});

it('a small count is withheld, and another that it would follow from', () => {
  const [a, b, c, d] = holdoutOf([60, 40, 25, 3]);
  expect(d.withheld).toEqual({ training: 'few', holdout: 'few' });
  expect(c.withheld).toEqual({ training: 'with others', holdout: 'with others' });
  for (const { holdout, training } of [c, d]) expect([holdout, training]).toEqual([undefined, undefined]);
  expect([a.holdout, b.holdout]).toEqual([60 / 128, 40 / 128]);
  expect(withheldCategoryText('nearly all', 11)).toBe('all but fewer than 11');
  expect(withheldCategoryText('with others', 11)).toBe('withheld with others');
  expect(holdoutOf([100, 0, 0, 3])[0].withheld).toEqual({ training: 'nearly all', holdout: 'nearly all' });
});

it('nothing that is shown leaves one small count, or few people together', () => {
  const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 80 }));
  fc.assert(
    fc.property(fc.array(count, { minLength: 5, maxLength: 5 }), (counts) => {
      const rows = counts.reduce((a, b) => a + b, 0);
      if (rows === 0) return;
      const shown = ({ holdout }: DemographicCategory) => holdout !== undefined;
      const all = holdoutOf(counts);
      const left = rows - Math.round(all.filter(shown).reduce((sum, { holdout }) => sum + holdout! * rows, 0));
      for (const { holdout } of all.filter(shown)) {
        const own = Math.round(holdout! * rows);
        expect(own === 0 || own >= 11).toBe(true);
      }
      // What is left is nobody, enough people, or everybody.
      expect(left === 0 || left >= 11 || left === rows).toBe(true);
      const hidden = all.filter((one) => !shown(one));
      if (left > 0 && left < rows) expect(hidden.length).toBeGreaterThan(1);
    }),
    { numRuns: 200 },
  );
});
